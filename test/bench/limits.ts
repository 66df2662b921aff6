/** What this machine can do at best: put a record on the disk, and carry a message there and back over TLS. */
import { createCipheriv, createSecretKey } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import type { CertificatePaths } from '../../build/certificates.ts';
import { type Spread, spread } from './figures.ts';

const TIMES = 300;
const RECORD = Buffer.alloc(4_096, 0x5a);

/** Append and fdatasync, as a journal's commit does. */
export function syncLatency(directory: string): Spread {
  const file = openSync(join(directory, 'sync-latency'), 'a');
  const took: number[] = [];
  for (let times = 0; times < TIMES; times += 1) {
    const from = performance.now();
    writeSync(file, RECORD);
    fdatasyncSync(file);
    took.push(performance.now() - from);
  }
  closeSync(file);
  return spread(took);
}

/** Microseconds to make an AES key and its cipher for one block: what a card message costs most of, and tells how fast this machine
 *  is today. */
export function cipherUs(): number {
  const [key, block] = [Buffer.alloc(16, 0x5a), Buffer.alloc(16)];
  const makeOne = () => createCipheriv('aes-128-ecb', createSecretKey(key), null).update(block);
  for (let times = 0; times < 20_000; times += 1) makeOne();
  const from = performance.now();
  for (let times = 0; times < 50_000; times += 1) makeOne();
  return ((performance.now() - from) * 1_000) / 50_000;
}

/** A message to an echo on loopback and back: WebSocket over TLS 1.3, both ends in this process. */
export async function roundTrip(certificates: CertificatePaths): Promise<Spread> {
  const https = createServer({
    cert: readFileSync(certificates.gatewayCert),
    key: readFileSync(certificates.gatewayKey),
    minVersion: 'TLSv1.3',
  });
  const echo = new WebSocketServer({ server: https, perMessageDeflate: false });
  echo.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  const address = https.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ca = readFileSync(certificates.caCert);
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, { ca, perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const message = 'm'.repeat(400);
  const took: number[] = [];
  for (let times = 0; times < TIMES; times += 1) {
    const from = performance.now();
    const back = new Promise((resolve) => socket.once('message', resolve));
    socket.send(message);
    await back;
    took.push(performance.now() - from);
  }
  socket.terminate();
  echo.close();
  https.close();
  return spread(took);
}
