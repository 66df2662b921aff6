/** Which durable state of a card transaction a statement writes, by the process that writes it. */
import { CARD_FIXED } from '../../gateway/store/sqlite/card-row.ts';
import { always, type Bound, inserted, named, type Rule } from './label-rules.ts';

const KIND = CARD_FIXED.indexOf('kind');
/** What may change comes behind what may not, the state first. */
const STATE = CARD_FIXED.length;

export const GATEWAY_CARDS: readonly Rule[] = [
  {
    sql: /^INSERT INTO card_transaction\b/,
    label: (bound) => `${bound[KIND]}.${bound[STATE]}`,
  },
  { sql: /^UPDATE card_transaction\b/, label: ([state]) => `card.${state}` },
  { sql: /^INSERT INTO card_advice\b/, label: (bound) => `advice.${named(bound, 'kind')}_queued` },
  {
    sql: /^UPDATE card_advice\b/,
    label: (bound) => (named(bound, 'done_at') === null ? 'advice.tried' : 'advice.done'),
  },
  { sql: /^INSERT INTO card_batch\b/, label: (bound) => `batch.${named(bound, 'state')}` },
];

/** Columns of the insert: attempt, sale, refund, original, operation, order, phase. */
const PHASE_INSERTED = 6;

/** Columns of the update: phase, the state as a whole, outcome. */
function attemptLabel([phase, , outcome]: Bound): string {
  return `card.${outcome ?? phase}`;
}

export const TERMINAL_CARDS: readonly Rule[] = [
  { sql: /^INSERT INTO card_attempts\b/, label: (bound) => `card.${bound[PHASE_INSERTED]}` },
  { sql: /^UPDATE card_attempts SET phase\b/, label: attemptLabel },
  { sql: /^UPDATE card_attempts SET left_open\b/, label: always('card.left_open') },
  { sql: /^INSERT INTO card_advices\b.*\n?.*'reversal'/, label: always('reversal.armed') },
  { sql: /^INSERT INTO card_advices\b/, label: ([kind]) => `${kind}.due` },
  { sql: /^UPDATE card_advices SET state = 'struck'/, label: always('reversal.struck') },
  { sql: /^UPDATE card_advices SET state = 'due'/, label: always('reversal.due') },
  { sql: /^UPDATE card_advices SET state = 'done'/, label: always('advice.done') },
  { sql: /^UPDATE card_advices SET tries\b/, label: always('advice.tried') },
  { sql: /^UPDATE card_advices SET mac_ksns\b/, label: always('advice.keyed') },
  { sql: /^UPDATE card_counter SET stan\b/, label: always('stan.taken') },
  { sql: /^UPDATE card_counter SET signed_on\b/, label: always('terminal.signed_on') },
  { sql: /^INSERT INTO card_batches\b/, label: always('batch.open') },
  { sql: /^UPDATE card_batches SET state = 'closed'/, label: always('batch.closed') },
  { sql: /^UPDATE card_batches SET state = \?/, label: ([state]) => `batch.${state}` },
];

export const BANK: readonly Rule[] = [
  {
    sql: /^INSERT INTO transactions\b/,
    label: (bound, sql) => `${inserted(sql, bound, 'kind')}.${inserted(sql, bound, 'state')}`,
  },
  { sql: /^UPDATE transactions SET state\b/, label: ([state]) => `original.${state}` },
  { sql: /^INSERT INTO parked\b/, label: always('reversal.parked') },
  { sql: /^UPDATE cards SET wrong_pins\b/, label: ([count]) => (count === 0 ? 'pin.right' : 'pin.wrong') },
  { sql: /^INSERT OR REPLACE INTO zone_keys\b/, label: (bound) => `zone_key.${bound[1]}` },
];

interface Remembered {
  readonly last: { readonly transactionId: string; readonly stage: string } | null;
}

/** The PIN pad's memory is one file: what is new in it names the state. A counter of keys has moved where nothing else has. */
export function padMemoryLabel(before: string | null, after: string): string {
  const stageOf = (text: string): string => {
    const { last } = JSON.parse(text) as Remembered;
    return last === null ? '' : `${last.transactionId} ${last.stage}`;
  };
  const stage = stageOf(after);
  if (stage === '' || (before !== null && stageOf(before) === stage)) return 'memory.counter';
  return `memory.${stage.split(' ')[1]}`;
}
