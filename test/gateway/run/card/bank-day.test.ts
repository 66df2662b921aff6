import { expect, test } from 'vitest';
import type { BankTotals, TotalsAnswer } from '../../../../gateway/payments/card/ports.ts';
import type { BankDayTerms } from '../../../../gateway/run/card/bank-day.ts';
import { CardRig } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

const MINUTE = 60_000;
const TERMS: BankDayTerms = { cutAt: '10:00', cutOverBanks: [] };
/** The rig's day begins at nine in Moscow. */
const TO_THE_CUT = 61 * MINUTE;

async function rigWith(answer: (asked: readonly BankTotals[]) => TotalsAnswer) {
  const rig = await CardRig.open({ bankDay: TERMS });
  const asked: BankTotals[] = [];
  const listen = () => {
    rig.bank.totals = async (totals) => {
      asked.push(totals);
      return answer(asked);
    };
  };
  listen();
  const wish = () =>
    rig.store.commit([
      {
        kind: 'bank_day.wish',
        row: { bank: 'bank-a', cause: 'operator', settlementDate: '2026-11-22' },
      },
    ]);
  return { rig, asked, listen, wish };
}

test('A day that nobody traded on is not closed; an operator may close it, once in each currency.', async () => {
  const { rig, asked, wish } = await rigWith(() => ({ kind: 'balanced' }));
  await rig.world.advance(TO_THE_CUT);
  expect(asked).toEqual([]);
  await wish();
  await rig.world.advance(MINUTE);
  expect(asked).toMatchObject([
    { currency: 'CNY', debits: 0, settlementDate: '2026-11-22' },
    { currency: 'RUB', debits: 0, settlementDate: '2026-11-22' },
  ]);
  expect(rig.store.allBankTotals().map((row) => row.state)).toEqual(['balanced', 'balanced']);
});

test('What is not answered is asked in the same words, after a restart too, until it is; a difference is alarmed.', async () => {
  const theirs = {
    ...{ debits: 1, debitsMinor: 5n, credits: 0, creditsMinor: 0n },
    ...{ debitReversals: 0, debitReversalsMinor: 0n, creditReversals: 0, creditReversalsMinor: 0n },
  };
  let now: TotalsAnswer = { kind: 'unknown', cause: 'timeout' };
  const { rig, asked, listen, wish } = await rigWith(() => now);
  await wish();
  await rig.world.advance(10_000);
  const first = asked[0];
  rig.kill();
  await rig.revive();
  listen();
  now = answered('96');
  await rig.world.advance(MINUTE);
  now = { kind: 'different', theirs };
  await rig.world.advance(2 * MINUTE);
  const inYuan = asked.filter((one) => one.currency === 'CNY');
  expect(inYuan.length).toBeGreaterThan(2);
  for (const one of inYuan) expect(one).toEqual(first);
  expect(rig.store.allBankTotals()[0]).toMatchObject({ state: 'different', theirs, ours: { debits: 0 } });
  expect(rig.log.join('\n')).toContain('"level":"alarm","name":"gateway","event":"card_bank_totals"');
});
