import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { closeDevices, openDevices } from '../../../electron/devices/open-devices.ts';
import { openPty } from '../../drivers/pty.ts';
import { realRuntime, until } from '../../drivers/real-runtime.ts';

test('a counter without devices has none, and no register', async () => {
  const devices = openDevices({ printer: null }, realRuntime);
  expect([devices.printer, devices.scanner, devices.fiscal.driver]).toEqual([null, null, 'none']);
  await closeDevices(devices);
});

test('a printer over TCP that answers status becomes ready', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      if (bytes[0] === 0x10) socket.write(Uint8Array.of(0x12));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const devices = openDevices(
    { printer: { transport: 'tcp', host: '127.0.0.1', port, profile: 'epson-tm-t20' } },
    realRuntime,
  );
  // The driver's question about automatic status may share a chunk with its first real question.
  await until(() => devices.printer?.state === 'ready', 'the printer is ready');
  await closeDevices(devices);
  await new Promise((resolve) => server.close(resolve));
});

test('a printer and a scanner on serial ports are opened by path, absent ones wait', async () => {
  const pty = await openPty();
  const devices = openDevices(
    {
      printer: { transport: 'serial', path: '/nowhere/printer', baudRate: 19_200, profile: 'xprinter-xp-58' },
      scanner: { path: pty.driverPath, baudRate: 9_600 },
    },
    realRuntime,
  );
  await until(() => devices.scanner?.state === 'ready' && devices.printer?.state === 'absent', 'as they are');
  await closeDevices(devices);
  await pty.dispose();
});

test('a PIN pad is opened by its transport, and a counter without one takes no cards', async () => {
  const tcp = openDevices({ pinPad: { transport: 'tcp', host: '127.0.0.1', port: 9 } }, realRuntime);
  await until(() => tcp.pinPad?.state === 'absent', 'nobody listens there');
  const serial = openDevices(
    { pinPad: { transport: 'serial', path: '/nowhere/pinpad', baudRate: 115_200 } },
    realRuntime,
  );
  await until(() => serial.pinPad?.state === 'absent', 'no such port');
  expect(openDevices({}, realRuntime).pinPad).toBeNull();
  await Promise.all([closeDevices(tcp), closeDevices(serial)]);
});

test('an unknown profile is refused before anything is opened', () => {
  expect(() =>
    openDevices(
      { printer: { transport: 'tcp', host: '127.0.0.1', port: 9, profile: 'typewriter' } },
      realRuntime,
    ),
  ).toThrow(expect.objectContaining({ code: 'PROFILE_INVALID' }));
});
