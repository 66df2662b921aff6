import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openScreenPort, type ScreenRole } from '../../../electron/screens/screen-port.ts';
import { doubleTill, replies, revisions } from './double-till.ts';

function screen(role: ScreenRole) {
  const till = doubleTill();
  const frames: unknown[] = [];
  const state = { behind: false };
  const port = openScreenPort(till, role, {
    post: (frame) => frames.push(frame),
    isBehind: () => state.behind,
  });
  return { till, frames, state, port };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a new screen gets the present view at once, and then every change', () => {
  const { till, frames } = screen('cashier');
  till.change();
  expect(revisions(frames)).toEqual([1, 2]);
});

test('a screen that reads slowly gets the newest view when it is ready, and none of those between', () => {
  const { till, frames, state, port } = screen('cashier');
  state.behind = true;
  for (let change = 0; change < 1_000; change += 1) till.change();
  state.behind = false;
  port.caughtUp();
  port.caughtUp();
  expect(revisions(frames)).toEqual([1, 1001]);
});

test('a command is answered under its own id, a number or a word', async () => {
  const { till, frames, port } = screen('cashier');
  till.answer = async (message) =>
    (message as { command: string }).command === 'next'
      ? { ok: true, result: { done: true } }
      : { ok: false, error: { code: 'BASKET_EMPTY', facts: {} } };
  port.receive({ id: 7, command: 'next' });
  port.receive({ id: 'c8', command: 'cash_begin' });
  await settle();
  expect(replies(frames)).toEqual([
    { re: 7, ok: true, result: { done: true } },
    { re: 'c8', ok: false, error: { code: 'BASKET_EMPTY', facts: {} } },
  ]);
  expect(till.commands).toEqual([{ command: 'next' }, { command: 'cash_begin' }]);
});

test('anything a customer’s display sends is refused and counted, and the till never sees it', async () => {
  const { till, frames, port } = screen('customer');
  for (const frame of [{ id: 1, command: 'sale_clear' }, { token: 'x' }, 'text', null, 4])
    port.receive(frame);
  await settle();
  expect([port.refused, till.commands]).toEqual([5, []]);
  expect(replies(frames)[0]).toEqual({
    re: 1,
    ok: false,
    error: { code: 'COMMAND_NOT_ALLOWED_HERE', facts: {} },
  });
});

test('a customer’s display gets the customer’s view only', () => {
  const { frames } = screen('customer');
  expect(frames).toEqual([{ view: { revision: 1, role: 'customer' } }]);
});

test('a frame without a proper id is refused and never reaches the till', () => {
  fc.assert(
    fc.property(fc.anything(), (frame) => {
      const { till, port } = screen('cashier');
      const id = typeof frame === 'object' && frame !== null ? (frame as { id?: unknown }).id : undefined;
      fc.pre(!Number.isSafeInteger(id) && (typeof id !== 'string' || id === '' || id.length > 40));
      port.receive(frame);
      expect([port.refused, till.commands.length]).toEqual([1, 0]);
    }),
  );
});

test('more commands at once than a person can give are refused', async () => {
  const { till, frames, port } = screen('cashier');
  for (let id = 0; id < 40; id += 1) port.receive({ id, command: 'next' });
  await settle();
  expect(till.commands.length).toBe(32);
  expect(replies(frames).filter((reply) => !(reply as { ok: boolean }).ok).length).toBe(8);
});

test('a detached screen gets nothing more', async () => {
  const { till, frames, port } = screen('cashier');
  port.receive({ id: 1, command: 'next' });
  port.detach();
  till.change();
  await settle();
  expect(frames.length).toBe(1);
});
