/** What a payee's line is written with: its tenders, what is held back and released, and its postings. All of it is either
 *  there already or written, so that a repeated calculation changes nothing. */
import type { Mid } from '../../kernel/identifiers.ts';
import { money } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import {
  charityDue,
  partnerShare,
  payoutDue,
  reserveHeld,
  reserveReleased,
  vatOnFee,
} from '../../ledger/settlement-postings.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { CycleRecord, NetLine, PayeeRecord, ReserveRecord } from '../../settlement/contract.ts';
import type { TenderPart } from '../../settlement/netting.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { releaseDateOf } from './charges.ts';
import type { DayTerms } from './context.ts';

export interface LineWriting {
  readonly cycle: CycleRecord;
  readonly payee: PayeeRecord;
  readonly line: NetLine;
  readonly tenders: readonly TenderPart[];
  readonly released: readonly ReserveRecord[];
}

export function lineChanges(terms: DayTerms, writing: LineWriting, postedAt: EpochMs): readonly DayChange[] {
  const { cycle, payee, line, tenders, released } = writing;
  const { kind, id } = payee;
  const { cycleId } = cycle;
  const held: readonly DayChange[] =
    line.reserveHeld === 0n
      ? []
      : [
          {
            kind: 'reserve.ensure',
            row: {
              ...{ cycleId, kind, id, releasedIn: null, releaseOn: releaseDateOf(cycle, payee) },
              amount: money(line.reserveHeld, cycle.currency),
            },
          },
        ];
  return [
    { kind: 'line.ensure', row: line },
    ...tenders.map((part): DayChange => ({ kind: 'tender.ensure', row: { cycleId, kind, id, ...part } })),
    ...held,
    ...released.map(
      (reserve): DayChange => ({
        kind: 'reserve.release',
        cycleId: reserve.cycleId,
        payee: { kind, id },
        releasedIn: cycleId,
      }),
    ),
    ...postings(terms, cycle, line, postedAt).map(
      (transfer): DayChange => ({ kind: 'transfer.ensure', transfer }),
    ),
  ];
}

function postings(
  terms: DayTerms,
  cycle: CycleRecord,
  line: NetLine,
  postedAt: EpochMs,
): readonly Transfer[] {
  const of = (minor: bigint) => money(minor, cycle.currency);
  const { partner, businessDate } = cycle;
  const common = { reference: `${cycle.cycleId}/${line.id}`, businessDate, postedAt, partner };
  if (line.kind === 'charity') {
    const meta = { ...common, mid: null, charity: line.id };
    return line.due === 0n ? [] : [charityDue(of(line.due), meta)];
  }
  // A MID was read as one when the payee was set up.
  const meta = { ...common, mid: line.id as Mid };
  const made: Transfer[] = [];
  if (line.vat !== 0n && terms.vat !== null) {
    made.push(vatOnFee(of(line.vat), terms.vat.borne, { ...meta, tax: terms.vat.tax }));
  }
  if (line.partnerShare !== 0n) made.push(partnerShare(of(line.partnerShare), meta));
  if (line.reserveHeld !== 0n) made.push(reserveHeld(of(line.reserveHeld), meta));
  if (line.reserveReleased !== 0n) made.push(reserveReleased(of(line.reserveReleased), meta));
  if (line.due !== 0n) made.push(payoutDue(of(line.due), meta));
  return made;
}
