/** What every reader of files must stand: a tail that is lost, and bytes that were changed on the way. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { AmurError } from '../../../../gateway/kernel/errors.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The error of a refusal, or null when nothing was refused. Anything but a file's refusal is a crash. */
export function refusalOf(work: () => unknown): AmurError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof AmurError && error.code.startsWith('FILE_')) return error;
    throw error;
  }
}

export function codeOf(work: () => unknown): string | null {
  return refusalOf(work)?.code ?? null;
}

export function placeOf(work: () => unknown): unknown {
  const error = refusalOf(work);
  return error === null ? null : [error.code, error.facts.line, error.facts.column];
}

/** Cut anywhere, the file is refused. `harmless`: how many bytes at its end say nothing (a last line end after the end mark). */
export function expectRefusedWhereverCut(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown,
  harmless = 0,
): void {
  expect(codeOf(() => read(bytes))).toBeNull();
  const last = bytes.length - harmless;
  const step = Math.max(1, Math.floor(last / 1500));
  const cuts = new Set<number>();
  for (let cut = 0; cut < last; cut += step) cuts.add(cut);
  for (let at = 0; at < last; at += 1)
    if (bytes[at] === 0x0a) for (const near of [at, at + 1]) cuts.add(near);
  const taken = [...cuts].filter((cut) => cut < last && codeOf(() => read(bytes.subarray(0, cut))) === null);
  expect(taken).toEqual([]);
}

/** Changed bytes are either refused as a file's fault or leave it as sound as before; never a crash. */
export function expectNoCrash(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown, runs = 300): void {
  const change = fc.record({
    at: fc.nat(bytes.length - 1),
    kind: fc.constantFrom('set', 'insert', 'drop', 'repeat'),
    value: fc.oneof(fc.nat(255), fc.constantFrom(0x0a, 0x2c, 0x7c, 0x22, 0x30, 0x2d, 0x3c, 0x26)),
    length: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let changed = [...bytes];
      for (const { at, kind, value, length } of changes) {
        const place = Math.min(at, changed.length);
        const tail = changed.slice(place);
        if (kind === 'set') changed = [...changed.slice(0, place), value, ...tail.slice(1)];
        else if (kind === 'insert') changed = [...changed.slice(0, place), value, ...tail];
        else if (kind === 'drop') changed = [...changed.slice(0, place), ...tail.slice(length)];
        else changed = [...changed.slice(0, place), ...tail.slice(0, length), ...tail];
      }
      refusalOf(() => read(Uint8Array.from(changed)));
    }),
    { numRuns: runs, seed: 20261122 },
  );
}
