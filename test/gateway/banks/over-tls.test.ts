import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { setUpBank } from '../../../gateway/banks/bank-config.ts';
import { type Bank, createBank } from '../../../gateway/banks/bank-port.ts';
import { realRuntime, until } from '../../drivers/real-runtime.ts';
import { PAN, testKeys } from './bank-keys.ts';
import { makeCertificates } from './certificates.ts';
import { linkWorld, sale } from './link-world.ts';
import { Line, ScriptedBank } from './scripted-bank.ts';

test('From its settings a bank’s link comes up over TLS, survives a cut, keeps its keys over a restart, and signs off.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bank-link-'));
  const certificates = makeCertificates();
  writeFileSync(join(folder, 'ca.pem'), certificates.caPem);
  const keys = testKeys(realRuntime.random);
  const zoneKeyFile = join(folder, 'volga.keys.json');
  const set = (port: number) =>
    setUpBank({
      bank: 'volga',
      addresses: [{ host: '127.0.0.1', port }],
      tls: { caFile: join(folder, 'ca.pem'), serverName: 'host.bank.test', certFile: null, keyFile: null },
      profile: 'bcd',
      acquirerId: '400001',
      forwarderId: '99',
      town: 'MOSCOW',
      country: 'RU',
      pinBlock: 'format0',
      mac: 'retail',
      macPadding: 2,
      zmk: 'bank.zmk',
      keysMadeBy: 'gateway',
      zoneKeyFile,
      limits: { backoffFirstMs: 20, connections: 2 },
    });
  const { spec } = set(1);
  const host = new ScriptedBank({ spec, hsm: keys.bank, timers: realRuntime.timers, macPadding: 2 });
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    { cert: certificates.bank.certPem, key: certificates.bank.keyPem },
    (socket) => {
      sockets.add(socket);
      const line = new Line(host, {
        onOpen: (end) => socket.on('data', (bytes: Uint8Array) => end.write(Buffer.from(bytes))),
        onBytes: (bytes) => socket.write(bytes),
        onClosed: () => socket.destroy(),
      });
      host.lines.add(line);
      line.accept();
      socket.on('error', () => line.cut(null));
      socket.on('close', () => {
        sockets.delete(socket);
        line.cut(null);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const start = async (): Promise<Bank> => {
    const { hsm, terminalKey } = { hsm: keys.gateway, terminalKey: keys.terminalKey };
    const options = { hsm, terminalKey, panKey: 'store.pan', runtime: realRuntime, log: () => {} };
    const bank = createBank({ ...set(port), ...options });
    await bank.start();
    await until(() => bank.up, 'the link is up');
    return bank;
  };
  const request = () => ({ ...sale(linkWorld()), card: keys.capturedCard(3, true) });

  const first = await start();
  await until(() => sockets.size === 2, 'both connections');
  const many = await Promise.all(Array.from({ length: 50 }, () => first.request(request())));
  expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(['answered']));
  for (const socket of sockets) socket.destroy();
  await until(() => !first.up, 'the cut is noticed');
  await until(() => first.up, 'the link is back');
  expect((await first.request(request())).kind).toBe('answered');
  await first.stop();
  expect(host.network('002').length).toBeGreaterThan(0);

  const second = await start();
  expect((await second.request(request())).kind).toBe('answered');
  expect(host.network('101')).toHaveLength(2);
  await second.stop();
  const stored = readFileSync(zoneKeyFile, 'utf8');
  expect(stored).not.toContain(PAN);
  expect(JSON.parse(stored)).toMatchObject({ version: 1, bank: 'volga', ZPK: { pending: null } });
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
