import { describe, expect, test } from 'vitest';
import { batchFigureFields, readBatchFigures } from '../../../gateway/iso8583/batch-figures.ts';
import type { FieldValue } from '../../../gateway/iso8583/message.ts';

const figures = (count: number, amountMinor: bigint) => ({
  sales: { count, amountMinor },
  refunds: { count: 1, amountMinor: 100n },
});
const read = (fields: Readonly<Record<number, FieldValue | undefined>>) =>
  readBatchFigures(Array.from({ length: 129 }, (_, de) => fields[de]));

describe('Figures of a batch', () => {
  test('stand in DE63 as long as it has room', () => {
    const fields = batchFigureFields(figures(999, 999_999_999_999n));
    expect(Object.keys(fields)).toEqual(['63']);
    expect(String(fields[63]).slice(0, 30)).toBe('999999999999999001000000000100');
    expect(read(fields)).toMatchObject(figures(999, 999_999_999_999n));
  });

  test.each([
    [1_000, 5n],
    [1, 1_000_000_000_000n],
  ])('of %i sales, %i kopecks, stand in the standard’s own elements', (count, amountMinor) => {
    const fields = batchFigureFields(figures(count, amountMinor));
    expect(fields).toEqual({
      ...{ 74: '0000000001', 76: String(count).padStart(10, '0') },
      ...{ 86: '0000000000000100', 88: String(amountMinor).padStart(16, '0') },
    });
    expect(read(fields)).toEqual(figures(count, amountMinor));
  });

  test('are read whole or not at all', () => {
    const { 88: _, ...fields } = batchFigureFields(figures(1_000, 5n));
    expect(() => read(fields)).toThrow(expect.objectContaining({ name: 'CodecError', de: 88 }));
    expect(read({})).toBeNull();
  });
});
