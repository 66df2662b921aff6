import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Estate, freePorts } from '../../build/estate.ts';

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

test('an estate that is stopped while it starts leaves no process behind', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'amur-estate-'));
  const ports = await freePorts();
  const estate = await Estate.prepare(directory, { ports });
  const starting = estate.start('counter');
  await Promise.all([starting, estate.stopAll()]);
  expect(await answers(ports.printer)).toBe(false);
  await expect(estate.start('counter')).rejects.toThrow('the estate has been stopped');
  rmSync(directory, { recursive: true });
});

test('the bank’s day runs beside the gateway of an estate, with its partners, folders and log', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'amur-estate-'));
  const estate = await Estate.prepare(directory, { ports: await freePorts(), bankDay: true });
  expect(estate.has('bank-day')).toBe(true);
  await estate.start('bank-day');
  await estate.stopAll();
  rmSync(directory, { recursive: true });
});

test('an estate’s ports are none that a client of this machine is given, so that a killed server comes back to its own', async () => {
  const ports = Object.values(await freePorts());
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(10_240);
    // Linux gives clients ports from here.
    expect(port).toBeLessThan(32_768);
  }
});
