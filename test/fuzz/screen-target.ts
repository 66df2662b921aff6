/** Spoilt commands of a screen, against a real till with its journal. */
import { openScreenPort } from '../../electron/screens/screen-port.ts';
import { ALIPAY_CODE, Counter, SUPERVISOR } from '../electron/till/counter-kit.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { mutantOf } from './mutations.ts';
import { readJsonObject } from './oracle.ts';
import { screenCommands } from './schemas.ts';
import type { Session, Tally } from './tally.ts';
import { DatabaseWatch } from './watch.ts';

const KIND = 'screen_command';
/** A wrong PIN is refused and counted. */
const COUNTED = new Set(['PIN_WRONG', 'PIN_LOCKED']);

const COMMANDS: readonly Record<string, unknown>[] = [
  { command: 'sign_in', staffId: 'anna', pin: '1111' },
  { command: 'language', language: 'zh' },
  { command: 'customer_language', language: 'ru' },
  { command: 'scan', text: '4600000000015' },
  { command: 'scan', text: ALIPAY_CODE },
  { command: 'search', text: 'мёд' },
  { command: 'quick_keys' },
  { command: 'gift_add', charity: 'tiger', amountMinor: '1000', roundsUp: false },
  { command: 'gift_remove' },
  { command: 'refund_whole' },
  { command: 'line_add', goodsId: '1001' },
  { command: 'line_add', goodsId: '00485', grams: 412 },
  { command: 'line_quantity', lineId: 'L1', count: 2 },
  { command: 'line_remove', lineId: 'L2' },
  { command: 'line_select', lineId: 'L1' },
  { command: 'sale_clear' },
  { command: 'cash_begin' },
  { command: 'cash_pay', tenderedMinor: '10000000' },
  { command: 'wallet_begin' },
  { command: 'wallet_show_qr' },
  { command: 'wallet_check' },
  { command: 'wallet_cancel' },
  { command: 'tender_back' },
  { command: 'set_aside', ...SUPERVISOR },
  { command: 'next' },
  { command: 'sale_repeat' },
  { command: 'refund_begin' },
  { command: 'refund_find', receipt: '1-0001' },
  { command: 'refund_lines', lines: [{ lineId: 'L1', count: 1 }] },
  { command: 'refund_amount', amountMinor: '100' },
  { command: 'refund_confirm', ...SUPERVISOR },
  { command: 'refund_leave' },
  { command: 'today_open' },
  { command: 'today_leave' },
  { command: 'today_sale', saleId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' },
  { command: 'reprint', saleId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' },
  { command: 'drawer_open', ...SUPERVISOR },
  { command: 'notice_dismiss' },
];

interface Answer {
  readonly re: unknown;
  readonly ok: boolean;
  readonly error?: { readonly code: string };
}

export async function openScreenSession(draw: SeededRandom, tally: Tally): Promise<Session> {
  const counter = new Counter();
  await counter.open();
  const watch = new DatabaseWatch(counter.db);
  const frames: unknown[] = [];
  const port = openScreenPort(counter.till, 'cashier', {
    post: (frame) => frames.push(frame),
    isBehind: () => false,
  });
  let count = 0;
  return {
    async one() {
      count += 1;
      if (count % 20 === 0) await counter.world.advance(4_000);
      const mutant = mutantOf(draw.pick(COMMANDS), draw);
      const read = readJsonObject(mutant.bytes, Number.POSITIVE_INFINITY, 'taken');
      const { id: _own, ...command } = read.valid ? read.value : { id: null };
      const check = typeof command.command === 'string' ? screenCommands.get(command.command) : undefined;
      const valid = read.valid && check?.(command) === true;
      const before = watch.hash();
      frames.length = 0;
      port.receive(read.valid ? { ...command, id: count } : mutant.bytes.toString('utf8'));
      await counter.world.settle();
      const answers = frames.filter((frame): frame is Answer => Object.hasOwn(frame as object, 're'));
      const [answer] = answers;
      const code = answer?.error?.code ?? (answer?.ok === true ? 'ok' : 'none');
      tally.count(KIND, code, valid);
      const wrong = (what: string): void => tally.violate(KIND, what, mutant.made, mutant.bytes);
      if (answers.length !== 1) wrong(`${answers.length} answers`);
      if (!valid && code !== 'COMMAND_MALFORMED') wrong(`${code} where COMMAND_MALFORMED was due`);
      if (valid && ['COMMAND_MALFORMED', 'INTERNAL', 'JOURNAL_FAILED'].includes(code))
        wrong(`valid, yet ${code}`);
      if (!valid && watch.hash() !== before) wrong('a malformed command changed the journal');
      if (valid && code !== 'ok' && !COUNTED.has(code) && watch.hash() !== before)
        wrong(`a command refused with ${code} changed the journal`);
    },
    async close() {
      port.detach();
      await counter.till.stop();
      counter.db.close();
    },
  };
}
