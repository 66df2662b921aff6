/** What of cards waits for a person, read from the transactions, advices and days themselves; what persons decided; and why
 *  terminals were refused. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import type { Tid } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { BankFigures } from '../../payments/card/bank-totals.ts';
import type {
  CardMatter,
  CardMatterKind,
  CardRefusal,
  CardResolution,
  NewResolution,
  ResolutionDecision,
} from '../../payments/card/matters.ts';
import type { BankPeriods } from './bank-periods.ts';
import { batchMatters } from './batch-matters.ts';
import type { CardBatches } from './card-batches.ts';
import {
  moneyOf,
  moneyOrNull,
  numberOf,
  numberOrNull,
  prepare,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';

export type CardMatterTables = ReturnType<typeof cardMatterTables>;

/** As in the index of that name. */
const REFUSED = `a.done_at IS NOT NULL AND a.response_code IS NOT NULL AND NOT (
    (a.kind = 'reversal' AND a.response_code IN ('00', '21', '25'))
    OR (a.kind = 'completion' AND a.response_code IN ('00', '08', '10', '11', '16')))`;
const settledBy = (subject: string, outcomes: string) => `EXISTS (SELECT 1 FROM card_resolution r
    WHERE r.subject = ${subject} AND r.decision = 'approved' AND r.outcome IN (${outcomes}))`;
const OF_REVERSAL = "'bank_undid', 'bank_pays'";
/** What settles the reversal of a completion settles the completion too, and not the other way round. */
const OF_COMPLETION = `${OF_REVERSAL}, 'given_up', 'bank_accepts'`;
const CARD = `c.card_id AS subject, c.kind AS card_kind, c.tid, c.mid, c.bank_rrn, c.card_masked,
    c.amount_minor, c.amount_currency`;
const ABOUT_CARDS = `SELECT a.kind || '_refused' AS matter, a.bank, a.done_at AS since, a.tries, a.response_code, ${CARD}
    FROM card_advice a JOIN card_transaction c ON c.card_id = a.card_id
    WHERE ${REFUSED} AND NOT iif(a.kind = 'reversal', ${settledBy('a.card_id', OF_REVERSAL)},
      ${settledBy('a.card_id', OF_COMPLETION)})
  UNION ALL SELECT a.kind || '_waiting', a.bank, c.updated_at, a.tries, a.response_code, ${CARD}
    FROM card_advice a JOIN card_transaction c ON c.card_id = a.card_id
    WHERE a.done_at IS NULL AND c.updated_at <= @before
  UNION ALL SELECT 'money_to_return', c.bank, p.decided_at, 0, NULL, ${CARD}
    FROM card_resolution p JOIN card_transaction c ON c.card_id = p.subject
    WHERE p.decision = 'approved' AND p.outcome = 'bank_pays' AND NOT ${settledBy('p.subject', "'returned'")}`;
/** The bank's own refusals are found by the transactions they ended. */
const REFUSALS = `SELECT at, tid, mid, mti, stan, transmitted_at, processing_code, amount_minor, amount_currency,
      response_code, reason FROM card_refusal WHERE tid = @tid
  UNION ALL SELECT updated_at, tid, mid, bank_mti, stan, transmitted_at, NULL, amount_minor, amount_currency,
      response_code, 'bank' FROM card_transaction WHERE tid = @tid AND state = 'declined' AND bank IS NOT NULL
  ORDER BY 1 DESC, stan DESC LIMIT @most`;

export function cardMatterTables(
  db: Database.Database,
  periods: Pick<BankPeriods, 'unsettled'>,
  batches: Pick<CardBatches, 'different' | 'totals'>,
) {
  const named = (sql: string) =>
    db.prepare<[Record<string, string | number | bigint | null>], Row>(sql).safeIntegers(true);
  const aboutCards = named(ABOUT_CARDS);
  const refusals = named(REFUSALS);
  const byId = prepare(db, 'SELECT * FROM card_resolution WHERE resolution_id = ?');
  const openOf = prepare(db, 'SELECT * FROM card_resolution WHERE subject = ? AND decision IS NULL');
  const explained = prepare(db, `SELECT 1 AS found WHERE ${settledBy('?', "'explained'")}`);
  const propose = prepare(
    db,
    `INSERT INTO card_resolution (resolution_id, subject, outcome, agreement, proposed_by, proposed_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const decide = prepare(
    db,
    `UPDATE card_resolution SET decision = ?, decided_by = ?, decided_at = ?
     WHERE resolution_id = ? AND decision IS NULL`,
  );
  const note = prepare(
    db,
    `INSERT INTO card_refusal (at, tid, mid, mti, stan, transmitted_at, processing_code, amount_minor, amount_currency,
       response_code, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const resolutionOf = (row: Row | undefined) => (row === undefined ? null : fromRow(row));
  const proposedFor = (subject: string) => resolutionOf(openOf.get(subject));
  const isExplained = (subject: string) => explained.get(subject) !== undefined;
  const days = (before: EpochMs): readonly CardMatter[] =>
    periods.unsettled().flatMap((day): readonly CardMatter[] => {
      const subject = `${day.bank}/${day.currency}/${day.period}`;
      const different = day.state === 'different' && !isExplained(subject);
      const waiting = day.state === 'asked' && day.madeAt <= before;
      if (!different && !waiting) return [];
      const currency = parseCurrencyCode(day.currency);
      return [
        {
          kind: different ? 'bank_day_different' : 'bank_day_waiting',
          bank: day.bank,
          subject,
          since: day.answeredAt ?? day.madeAt,
          atRisk: { amountMinor: differenceOf(day.ours, day.theirs), currency },
          tries: day.tries,
          responseCode: day.responseCode,
          card: null,
          batch: null,
          proposed: proposedFor(subject),
        },
      ];
    });
  return {
    open(before: EpochMs): readonly CardMatter[] {
      const cards = aboutCards
        .all({ before })
        .map((row) => matterOf(row, proposedFor(textOf(row, 'subject'))));
      const differing = batchMatters(batches, { isExplained, proposedFor });
      return [...cards, ...days(before), ...differing].sort(
        (a, b) => a.since - b.since || (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0),
      );
    },
    resolution: (resolutionId: string): CardResolution | null => resolutionOf(byId.get(resolutionId)),
    /** False while another one about the subject is not decided. */
    propose(row: NewResolution): boolean {
      if (openOf.get(row.subject) !== undefined) return false;
      const { resolutionId, subject, outcome, agreement, proposedBy, proposedAt } = row;
      propose.run(resolutionId, subject, outcome, agreement, proposedBy, proposedAt);
      return true;
    },
    /** False when it was decided before. */
    decide: ({ resolutionId, decision, decidedBy, decidedAt }: ResolutionDecision): boolean =>
      decide.run(decision, decidedBy, decidedAt, resolutionId).changes === 1,
    note(row: CardRefusal): void {
      const { at, tid, mid, mti, stan, transmittedAt, processingCode, amount, responseCode, reason } = row;
      const money = [amount?.amountMinor ?? null, amount?.currency ?? null];
      note.run(at, tid, mid, mti, stan, transmittedAt, processingCode, ...money, responseCode, reason);
    },
    refusals: (tid: Tid, most: number): readonly CardRefusal[] => refusals.all({ tid, most }).map(refusalOf),
  };
}

function matterOf(row: Row, proposed: CardResolution | null): CardMatter {
  return {
    kind: textOf(row, 'matter') as CardMatterKind,
    bank: textOf(row, 'bank'),
    subject: textOf(row, 'subject'),
    since: numberOf(row, 'since'),
    atRisk: moneyOf(row, 'amount'),
    tries: numberOf(row, 'tries'),
    responseCode: textOrNull(row, 'response_code'),
    card: {
      kind: textOf(row, 'card_kind') as NonNullable<CardMatter['card']>['kind'],
      tid: textOf(row, 'tid') as Tid,
      mid: textOf(row, 'mid') as NonNullable<CardMatter['card']>['mid'],
      rrn: textOrNull(row, 'bank_rrn'),
      masked: textOrNull(row, 'card_masked'),
    },
    batch: null,
    proposed,
  };
}

/** The sum over all sides of what differs; without the bank's figures, of all that was asked about. */
function differenceOf(ours: BankFigures, theirs: BankFigures | null): bigint {
  const sides = ['debitsMinor', 'creditsMinor', 'debitReversalsMinor', 'creditReversalsMinor'] as const;
  const apart = (side: (typeof sides)[number]) => ours[side] - (theirs?.[side] ?? 0n);
  return sides.map(apart).reduce((sum, value) => sum + (value < 0n ? -value : value), 0n);
}

function fromRow(row: Row): CardResolution {
  return {
    resolutionId: textOf(row, 'resolution_id'),
    subject: textOf(row, 'subject'),
    outcome: textOf(row, 'outcome') as CardResolution['outcome'],
    agreement: textOf(row, 'agreement'),
    proposedBy: textOf(row, 'proposed_by'),
    proposedAt: numberOf(row, 'proposed_at'),
    decision: textOrNull(row, 'decision') as CardResolution['decision'],
    decidedBy: textOrNull(row, 'decided_by'),
    decidedAt: numberOrNull(row, 'decided_at'),
  };
}

function refusalOf(row: Row): CardRefusal {
  return {
    at: numberOf(row, 'at'),
    tid: textOf(row, 'tid') as CardRefusal['tid'],
    mid: textOf(row, 'mid') as CardRefusal['mid'],
    mti: textOf(row, 'mti'),
    stan: textOf(row, 'stan'),
    transmittedAt: textOf(row, 'transmitted_at'),
    processingCode: textOrNull(row, 'processing_code'),
    amount: moneyOrNull(row, 'amount'),
    responseCode: textOf(row, 'response_code'),
    reason: textOf(row, 'reason'),
  };
}
