import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type HostMessage, hostChannel, type PortLike } from '../../../electron/screens/host-channel.ts';
import { doubleTill } from './double-till.ts';

class DoublePort extends EventEmitter implements PortLike {
  readonly frames: unknown[] = [];
  started = false;
  postMessage(frame: unknown): void {
    this.frames.push(frame);
  }
  start(): void {
    this.started = true;
  }
}

function host() {
  const till = doubleTill();
  const told: HostMessage[] = [];
  let stops = 0;
  const receive = hostChannel({
    till,
    somethingUnknown: () => till.screen === 'wallet_unknown',
    stop: () => {
      stops += 1;
    },
    tell: (message) => told.push(message),
  });
  return { till, told, receive, stops: () => stops };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a screen on a port of its own sends commands and gets views', async () => {
  const { till, receive } = host();
  const port = new DoublePort();
  receive({ kind: 'screen', role: 'cashier' }, [port]);
  port.emit('message', { data: { id: 1, command: 'next' } });
  await settle();
  expect(port.started).toBe(true);
  expect(till.commands).toEqual([{ command: 'next' }]);
  expect(port.frames[1]).toEqual({ re: 1, ok: true, result: null });
  port.emit('close');
  till.change();
  expect(port.frames.length).toBe(2);
});

test('a plain Node parent reaches the same through its one channel', async () => {
  const { told, receive } = host();
  receive({ kind: 'screen', role: 'cashier', screen: 5 }, []);
  receive({ kind: 'frame', screen: 5, frame: { id: 2, command: 'next' } }, []);
  await settle();
  expect(told).toEqual([
    { kind: 'frame', screen: 5, frame: { view: expect.objectContaining({ revision: 1 }) } },
    { kind: 'frame', screen: 5, frame: { re: 2, ok: true, result: null } },
  ]);
});

test('whether the program may end follows from what the till shows', () => {
  const { till, told, receive, stops } = host();
  receive({ kind: 'may_quit' }, []);
  till.screen = 'wallet_unknown';
  receive({ kind: 'may_quit' }, []);
  receive({ kind: 'stop' }, []);
  expect(told).toEqual([
    { kind: 'may_quit', unknown: false },
    { kind: 'may_quit', unknown: true },
  ]);
  expect(stops()).toBe(1);
});

test('what is not a message of the shell changes nothing', () => {
  const { told, receive, stops } = host();
  for (const message of [null, 'stop', 4, [], {}, { kind: 'x' }, { kind: 'screen', role: 'admin' }]) {
    receive(message, [new DoublePort()]);
  }
  receive({ kind: 'frame', screen: 99, frame: {} }, []);
  expect([told, stops()]).toEqual([[], 0]);
});
