import { expect, test } from 'vitest';
import { readPart } from './parts.ts';
import type { RunResult } from './run.ts';

const PART = { index: 1, count: 2 };
const RESULT: RunResult = { shopDays: 8, sales: 40, violation: null, hashes: ['a'] };

function failed(printed: string) {
  return readPart(printed, 'code 1', PART, 7).result;
}

test('a part that ended without its report is a violation that names it, and the others are not lost by it', () => {
  const facts = { part: '1/2', ended: 'code 1' };
  const violation = { rule: 'the program failed', facts, seed: 7, shopDay: 0 };
  const nothing = { shopDays: 0, sales: 0, hashes: [], violation };
  expect(failed('')).toEqual(nothing);
  expect(failed('{"result":{"shopDays":8')).toEqual(nothing);
});

test('what a part printed last is its report', () => {
  const report = { result: RESULT, taken: { 'a -> b': 1 }, tally: { calls: 3 } };
  expect(readPart(`said before\n${JSON.stringify(report)}\n`, 'code 0', PART, 7)).toEqual(report);
});
