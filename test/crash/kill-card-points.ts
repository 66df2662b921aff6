/** Loaded with the other hooks where cards are sold: the PIN pad's memory and the gateway's zone keys, which are files, and the
 *  messages of the till's leg, the bank's leg and the PIN pad's cable. */

import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { PARTNERS } from '../../build/partners.ts';
import { padMemoryLabel } from './card-durable-labels.ts';
import { bankWriteLabels, cardFrameLabel, padWriteLabels } from './card-send-labels.ts';
import { ports, reach, subject, wrap } from './kill-aim.ts';

// What a process prints is looked through for card data as what it writes; its errors are in its log.
const output = join(dirname(process.env.AMUR_CRASH_FILE ?? ''), `${subject}-output.txt`);
wrap(
  process.stdout,
  'write',
  (write) =>
    function (this, ...args) {
      fs.appendFileSync(output, args[0] as string | Uint8Array);
      return write.apply(this, args);
    },
);

wrap(
  fs,
  'renameSync',
  (rename) =>
    function (this, ...args) {
      const label = fileLabel(String(args[0]), String(args[1]));
      if (label === null) return rename.apply(this, args);
      reach([label], 'before_commit');
      const result = rename.apply(this, args);
      reach([label], 'after_commit');
      return result;
    },
);

function fileLabel(from: string, to: string): string | null {
  if (subject === 'gateway' && to.includes('zone-keys')) return 'zone_keys.saved';
  if (subject !== 'counter' || !to.endsWith('pin-pad.json')) return null;
  const before = fs.existsSync(to) ? fs.readFileSync(to, 'utf8') : null;
  return padMemoryLabel(before, fs.readFileSync(from, 'utf8'));
}

const { prototype: webSocket } = createRequire(import.meta.url)('ws') as { prototype: object };

wrap(
  webSocket,
  'send',
  (send) =>
    function (this, data, ...rest) {
      const label = data instanceof Uint8Array ? cardFrameLabel(data) : null;
      if (label === null) return send.call(this, data, ...rest);
      reach([label], 'before_send');
      const last = rest.at(-1);
      const callback = typeof last === 'function' ? last : null;
      const options = callback === null ? rest : rest.slice(0, -1);
      return send.call(this, data, ...options, (error?: unknown) => {
        if (error === undefined || error === null) reach([label], 'after_send');
        callback?.(error);
      });
    },
);

wrap(
  net.Socket.prototype,
  'write',
  (write) =>
    function (this, ...args) {
      const labels = args[0] instanceof Uint8Array ? writeLabels(this as net.Socket, args[0]) : [];
      if (labels.length === 0) return write.apply(this, args);
      reach(labels, 'before_send');
      const callback = args.at(-1);
      return write.call(this, args[0], (error?: unknown) => {
        if (error === undefined || error === null) reach(labels, 'after_send');
        if (typeof callback === 'function') callback(error);
      });
    },
);
syncBuiltinESMExports();

const PROFILES: ReadonlyMap<number | undefined, 'ascii' | 'bcd'> = new Map(
  PARTNERS.map(({ bank, profile }) => [bank === 'mir-bank' ? ports.mirBank : ports.unionPayBank, profile]),
);

function writeLabels(socket: net.Socket, bytes: Uint8Array): readonly string[] {
  // Who calls knows the other's port, who is called its own.
  const port = subject === 'gateway' || subject === 'terminal' ? socket.remotePort : socket.localPort;
  if (port === undefined) return [];
  if (port === ports.pinPad) return padWriteLabels(bytes);
  const profile = PROFILES.get(port);
  return profile === undefined ? [] : bankWriteLabels(profile, bytes);
}
