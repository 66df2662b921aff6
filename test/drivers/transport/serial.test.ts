import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transport } from '../../../drivers/contract/device.ts';
import { openSerialTransport, type SerialOptions } from '../../../drivers/transport/serial.ts';
import { openPty, type Pty } from '../pty.ts';
import { realRuntime, until } from '../real-runtime.ts';

let pty: Pty;
const transports: Transport[] = [];

beforeEach(async () => {
  pty = await openPty();
});

afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
  await pty.dispose();
});

function open(options: Partial<SerialOptions> = {}): Transport {
  const transport = openSerialTransport(
    { address: { path: pty.driverPath }, baudRate: 115_200, ...options },
    realRuntime,
  );
  transports.push(transport);
  return transport;
}

test('every byte value crosses a serial port unchanged', async () => {
  const ours = open();
  const theirs = open({ address: { path: pty.devicePath } });
  await until(() => ours.state === 'ready' && theirs.state === 'ready', 'both open');
  const seen: number[] = [];
  theirs.onData((bytes) => seen.push(...bytes));
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  await ours.write(all);
  await until(() => seen.length === 256, 'received');
  expect(seen).toEqual([...all]);
});

test('a port taken by another program is faulted, and opened once it is free', async () => {
  const first = open();
  await until(() => first.state === 'ready', 'first open');
  const second = open();
  await until(() => second.state === 'faulted', 'second refused');
  await first.close();
  await until(() => second.state === 'ready', 'second open');
});

test('an unplugged port is absent and comes back by itself when plugged again', async () => {
  const ours = open();
  await until(() => ours.state === 'ready', 'open');
  await pty.unplug();
  await until(() => ours.state === 'absent', 'lost');
  await expect(ours.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
  await pty.plug();
  await until(() => ours.state === 'ready', 'open again');
});

test('a cable pulled while the device is talking is noticed all the same', async () => {
  const ours = open();
  const theirs = open({ address: { path: pty.devicePath } });
  await until(() => ours.state === 'ready' && theirs.state === 'ready', 'both open');
  ours.onData(() => pty.cut());
  await theirs.write(Uint8Array.of(1));
  await until(() => ours.state === 'absent', 'lost', 3_000);
});

test('a port that does not exist is absent, and closing twice is one close', async () => {
  const ours = open({ address: { path: `${pty.driverPath}-none` } });
  await until(() => ours.state === 'absent', 'absent');
  await ours.close();
  await ours.close();
});

test('a port named by its maker and product is found under whatever path it has', async () => {
  const ours = open({
    address: { vendorId: '0C2E', productId: '0aaf', serialNumber: 'S1' },
    list: async () => [
      { path: '/nowhere', vendorId: '0c2e', productId: '0aaf', serialNumber: 'S2' },
      { path: pty.driverPath, vendorId: '0c2e', productId: '0AAF', serialNumber: 'S1' },
    ],
  });
  await until(() => ours.state === 'ready', 'found');
  const other = open({ address: { vendorId: 'ffff', productId: '0001' }, list: async () => [] });
  await until(() => other.state === 'absent', 'not found');
});
