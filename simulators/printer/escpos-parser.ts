/** Cuts an ESC/POS byte stream into commands. However the stream is split, the commands say the same; a command that is
 *  not known is reported with its bytes and the reading goes on behind it. */

import { readDle, readEsc, readFs, readGs } from './command-table.ts';
import type { Command, ReadCommand } from './commands.ts';

const SINGLE: ReadonlyMap<number, Command> = new Map<number, Command>([
  [0x0a, { kind: 'lineFeed' }],
  [0x09, { kind: 'tab' }],
  [0x0d, { kind: 'noEffect' }],
]);
const PREFIXED = new Map([
  [0x1b, readEsc],
  [0x1d, readGs],
  [0x1c, readFs],
  [0x10, readDle],
]);

export class EscPosParser {
  #pending: Uint8Array = new Uint8Array(0);

  /** Every command that is now whole, in order. */
  push(bytes: Uint8Array): ReadCommand[] {
    const stream = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const commands: ReadCommand[] = [];
    let at = 0;
    while (at < stream.length) {
      const read = readCommand(stream, at);
      if (read === null) break;
      commands.push(read);
      at += read.length;
    }
    this.#pending = Uint8Array.from(stream.subarray(at));
    return commands;
  }

  /** Bytes of a command that has begun and not ended. */
  get pendingBytes(): number {
    return this.#pending.length;
  }
}

/** Null: the command is not whole yet. */
function readCommand(stream: Uint8Array, at: number): ReadCommand | null {
  const first = stream[at] ?? 0;
  if (first >= 0x20) return readText(stream, at);
  const single = SINGLE.get(first);
  if (single !== undefined) return { command: single, length: 1 };
  const read = PREFIXED.get(first);
  if (read === undefined) return unknown(stream, at, 1, 'control character');
  if (stream.length - at < 2) return null;
  const found = read(stream.subarray(at + 1));
  if (found === 'unknown') return unknown(stream, at, 2, 'unknown command');
  if (found === 'too_long') return unknown(stream, at, 2, 'declared length is over the limit');
  return found === null ? null : { command: found.command, length: found.length + 1 };
}

function readText(stream: Uint8Array, at: number): ReadCommand {
  let end = at + 1;
  while (end < stream.length && (stream[end] ?? 0) >= 0x20) end += 1;
  return { command: { kind: 'text', bytes: Uint8Array.from(stream.subarray(at, end)) }, length: end - at };
}

function unknown(stream: Uint8Array, at: number, length: number, reason: string): ReadCommand {
  const bytes = Uint8Array.from(stream.subarray(at, at + length));
  return { command: { kind: 'unknown', bytes, reason }, length };
}
