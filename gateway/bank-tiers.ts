/** `tiers [MONTH]`: merchants' prices by a month's turnover, as they were set or as they would be if the month ended now. */
import { amountFacts, type Command, CommandError } from './bank-answers.ts';
import { formatDecimal, money } from './kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from './kernel/time.ts';
import type { FeeRate } from './ledger/fee-rate.ts';
import { previewMonthTiers } from './run/day/month-tiers.ts';

export const showTiers: Command = async (context, { subject }) => {
  const month = subject ?? localTime(context.store.now(), MOSCOW_OFFSET_MINUTES).date.slice(0, 7);
  if (!/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(month)) throw new CommandError('tiers takes a month, as 2026-11.');
  const { complete, done, tiers } = await previewMonthTiers(context, month);
  const stateOf = (isSet: boolean): string => (isSet ? 'set' : complete ? 'to be set' : 'so far');
  return {
    facts: {
      ...{ month, complete, done },
      tiers: tiers.map(({ turnover, rate, before, isSet, ...about }) => ({
        ...about,
        turnover: amountFacts(turnover),
        rate: rateFacts(rate),
        before: before === null ? null : rateFacts(before),
        state: stateOf(isSet),
      })),
    },
    columns: ['merchant', 'tender', 'turnover', 'price', 'before', 'from', 'state'],
    rows: tiers.map(({ mid, tender, turnover, rate, before, effectiveFrom, isSet }) => [
      ...[mid, tender, `${formatDecimal(turnover)} ${turnover.currency}`],
      ...[priceText(rate, turnover.currency), before === null ? '' : priceText(before, turnover.currency)],
      ...[effectiveFrom, stateOf(isSet)],
    ]),
  };
};

function rateFacts({ bp, fixed, floor, cap }: FeeRate) {
  return {
    bp,
    fixedMinor: `${fixed}`,
    floorMinor: floor === null ? null : `${floor}`,
    capMinor: cap === null ? null : `${cap}`,
  };
}

/** `1.80%`, `1.50% + 3.00, from 5.00 to 900.00`. */
function priceText({ bp, fixed, floor, cap }: FeeRate, currency: Parameters<typeof money>[1]): string {
  const of = (minor: bigint) => formatDecimal(money(minor, currency));
  const percent = `${Math.floor(bp / 100)}.${String(bp % 100).padStart(2, '0')}%`;
  const sum = fixed === 0n ? '' : ` + ${of(fixed)}`;
  const bounds = `${floor === null ? '' : ` from ${of(floor)}`}${cap === null ? '' : ` to ${of(cap)}`}`;
  return `${percent}${sum}${bounds === '' ? '' : `,${bounds}`}`;
}
