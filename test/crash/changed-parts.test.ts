import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedParts } from './changed-parts.ts';

const file = (size: number): Buffer => Buffer.alloc(size, 'as it was ');

function changed(before: Buffer, at: number, text: string): Buffer {
  const now = Buffer.from(before);
  now.write(text, at);
  return now;
}

describe('of a file that was looked at before', () => {
  test('nothing is looked at again while nothing has changed', () => {
    expect(changedParts(file(20_000), file(20_000), 100)).toEqual([]);
    expect(changedParts(file(20_000), file(9_000), 100)).toEqual([]);
  });

  test('everything is where it is new', () => {
    expect(changedParts(undefined, file(20_000), 100)).toEqual([{ from: 0, bytes: file(20_000) }]);
  });

  test('what was changed is, with what stands around it', () => {
    const before = file(40_960);
    const [part, ...more] = changedParts(before, changed(before, 12_000, 'anew'), 100);
    expect(more).toEqual([]);
    expect(part?.from).toBe(8_192 - 100);
    expect(part?.bytes.length).toBe(4_096 + 200);
  });

  test('changes side by side make one part', () => {
    const before = file(40_960);
    const now = changed(changed(before, 12_000, 'anew'), 12_300, 'anew');
    expect(changedParts(before, now, 100)).toHaveLength(1);
  });

  test('whatever is written, at an end or over an edge, lies whole in one part', () => {
    const places = fc.integer({ min: 0, max: 30_000 });
    fc.assert(
      fc.property(places, fc.integer({ min: 0, max: 30_000 }), (at, size) => {
        const before = file(size);
        const text = 'written anew over whatever stood there';
        const now = Buffer.from(before.length < at + text.length ? file(at + text.length) : before);
        now.write(text, at);
        expect(changedParts(before, now, 100).some(({ bytes }) => bytes.includes(text))).toBe(true);
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
  });
});
