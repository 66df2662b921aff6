import { describe, expect, test } from 'vitest';
import { stepAdvice } from '../../../../gateway/payments/card/advice-machine.ts';
import type { AdviceRecord } from '../../../../gateway/payments/card/records.ts';
import { adviceRow } from '../../store/card-rows.ts';
import { answered, NOW } from './card-samples.ts';

const reversal: AdviceRecord = { ...adviceRow(), position: 1 };
const completion: AdviceRecord = { ...reversal, kind: 'completion', cause: null };
const POLICY = { retryFirstMs: 1_000, retryMostMs: 8_000 };
const step = (advice: AdviceRecord, code: string | null) =>
  stepAdvice(advice, code === null ? { kind: 'unknown', cause: 'timeout' } : answered(code), NOW, POLICY);

describe('An advice', () => {
  test('is repeated as it is, with growing pauses, until the bank says something', () => {
    let advice = reversal;
    const pauses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const decision = step(advice, null);
      expect(decision.outcome).toBe('again');
      pauses.push(decision.advice.nextAt - NOW);
      advice = decision.advice;
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    const { adviceId, position, stan, transmittedAt, cardId } = reversal;
    expect(advice).toMatchObject({ adviceId, position, stan, transmittedAt, cardId, tries: 5, version: 6 });
  });

  test('calls for a person at the fifth try without an answer', () => {
    expect(step({ ...reversal, tries: 3 }, null).callsForPerson).toBe(false);
    expect(step({ ...reversal, tries: 4 }, null).callsForPerson).toBe(true);
  });

  test('that was not sent is tried again', () => {
    expect(stepAdvice(reversal, { kind: 'not_sent', cause: 'down' }, NOW, POLICY).outcome).toBe('again');
  });

  test.each(['00', '21', '25'])('of a reversal is settled by %s: undone, or never done', (code) => {
    const { advice, outcome } = step(reversal, code);
    expect(outcome).toBe('settled');
    expect(advice).toMatchObject({ doneAt: NOW, responseCode: code });
  });

  test.each(['68', '88', '91', '96', '97'])('is tried again after %s', (code) => {
    expect(step(reversal, code)).toMatchObject({ outcome: 'again', advice: { doneAt: null } });
    expect(step(completion, code).outcome).toBe('again');
  });

  test.each([
    [reversal, '12'],
    [reversal, '30'],
    [reversal, '94'],
    [completion, '25'],
    [completion, '12'],
  ])('that the bank will never take is done without its effect, and a person is called', (advice, code) => {
    expect(step(advice, code)).toMatchObject({
      ...{ outcome: 'refused', callsForPerson: true, advice: { doneAt: NOW, responseCode: code } },
    });
  });

  test('of a completion is settled by an approval only', () => {
    expect(step(completion, '00').outcome).toBe('settled');
  });
});
