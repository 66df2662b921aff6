/** What a till says of cards by itself, when its journal cannot be written at the moment it is due. */
import { expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  await made.world.advance(0);
  return made;
}

function breakJournal(till: CardCounter, broken: boolean): void {
  till.db.pragma(`query_only = ${broken ? 'ON' : 'OFF'}`);
}

/** Each message is counted before it leaves: here by this column, which cannot be written meanwhile. */
async function uncounted(till: CardCounter, table: string, column: string, ms: number): Promise<void> {
  till.db.exec(
    `CREATE TRIGGER full BEFORE UPDATE OF ${column} ON ${table} BEGIN SELECT RAISE(ABORT, 'full'); END`,
  );
  await till.runFor(ms);
  till.db.exec('DROP TRIGGER full');
}

test('a reversal that cannot be counted when it is due is said once it can', async () => {
  const till = await counter();
  till.host.next('2', 'lose_answer');
  await till.payByCard();
  await uncounted(till, 'card_advices', 'tries', 60_000);
  expect(till.notice()).toBe('JOURNAL_FAILED');
  expect(till.host.of('0420')).toHaveLength(0);
  await till.runFor(4_000);
  till.on('not_paid');
  expect(till.host.standing()).toHaveLength(0);
});

test.each([
  ['link', (till: CardCounter) => till.link],
  ['PIN pad', (till: CardCounter) => till.pad],
] as const)(
  'a reversal that waited for the %s is said though the journal failed as it came back',
  async (what, of) => {
    const till = await counter();
    till.host.next('2', 'lose_answer');
    till.host.next('4', 'lose_answer');
    await till.payByCard();
    await till.runFor(46_000);
    if (what === 'link') till.link.go('down');
    else till.pad.go('absent');
    await till.runFor(120_000);
    breakJournal(till, true);
    if (of(till) === till.link) till.link.go('up');
    else till.pad.go('ready');
    await till.runFor(1_000);
    breakJournal(till, false);
    await till.runFor(4_000);
    till.on('not_paid');
  },
);

test('a batch that is being closed is closed once the journal can be written again', async () => {
  const till = await counter();
  await till.payByCard();
  await till.ok({ command: 'next' });
  await till.ok({ command: 'batch_close', staffId: SUPERVISOR.staffId, pin: SUPERVISOR.pin });
  await uncounted(till, 'card_batches', 'progress_json', 120_000);
  await till.runFor(10_000);
  expect(till.count("card_batches WHERE state = 'closed'")).toBe(1);
});

test('an echo that could not be noted is made up for, and the next day is signed on for', async () => {
  const till = await counter();
  await till.runFor(15 * 3_600_000 - 400_000);
  breakJournal(till, true);
  await till.runFor(600_000);
  breakJournal(till, false);
  await till.runFor(60_000);
  expect(till.host.of('0800').filter(({ fields }) => fields[70] === '001')).toHaveLength(2);
});

test('an offer that ran out while the journal failed is made anew', async () => {
  const till = await counter();
  till.link.cardOffer = true;
  await till.payByCard();
  till.on('card_offer');
  await till.runFor(till.link.quoteLifeMs - 1_000);
  breakJournal(till, true);
  await till.runFor(2_000);
  breakJournal(till, false);
  await till.runFor(4_000);
  till.on('card_offer');
  expect(till.link.count('card.offer')).toBe(2);
});

test('a card that is left in the PIN pad while the journal cannot be read is given back once it can', async () => {
  const till = await counter();
  await till.payByCard();
  till.pad.go('absent');
  const [{ attempt_id: transactionId }] = till.db.prepare('SELECT attempt_id FROM card_attempts').all() as [
    { attempt_id: string },
  ];
  till.pad.last = { transactionId, stage: 'read', read: null, completion: null };
  // What the pad has is asked for at once; the answer comes when nothing can be read.
  till.pad.gate = async (step) => {
    if (step === 'lastTransaction') till.db.exec('ALTER TABLE card_attempts RENAME TO away');
  };
  const aborted = () => till.pad.calls.filter((call) => call === 'abort').length;
  const before = aborted();
  till.pad.go('ready');
  await till.runFor(100);
  expect(aborted()).toBe(before);
  till.pad.gate = async () => {};
  till.db.exec('ALTER TABLE away RENAME TO card_attempts');
  await till.runFor(4_000);
  expect(aborted() - before).toBe(1);
});
