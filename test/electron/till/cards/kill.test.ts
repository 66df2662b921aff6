/** A till killed at every await of a card sale: afterwards the card is charged exactly when the sale is paid. */
import { describe, expect, test } from 'vitest';
import { CardCounter } from './card-counter.ts';
import type { CardFate } from './card-host.ts';

/** Runs a card sale and kills the till at the `at`th await. False when the sale was over before that. */
async function killedAt(till: CardCounter, at: number): Promise<boolean> {
  let awaits = 0;
  let killed = false;
  till.pad.gate = () => {
    awaits += 1;
    if (awaits !== at) return Promise.resolve();
    killed = true;
    return new Promise(() => {});
  };
  const { cardHost } = till.link;
  till.link.cardHost = (packed) => {
    awaits += 1;
    if (awaits === at) killed = true;
    // Dead before the byte left, or right after it: both are tried, by the parity of the place.
    if (!killed || at % 2 === 0) cardHost?.(packed);
  };
  await till.payByCard();
  if (killed) await till.restart();
  till.pad.gate = async () => {};
  till.link.cardHost = cardHost;
  return killed;
}

function chargedAsPaid(till: CardCounter): void {
  const paid = till.row<{ n: number }>(
    "SELECT COUNT(*) AS n FROM sales WHERE state = 'paid' AND means = 'card'",
  ).n;
  expect(till.host.standing()).toHaveLength(paid);
  expect(till.count("card_attempts WHERE phase <> 'final'")).toBe(0);
  expect(till.count("card_advices WHERE state IN ('armed', 'due')")).toBe(0);
}

const fates: readonly (readonly [string, readonly CardFate[], readonly CardFate[]])[] = [
  ['all goes well', [], []],
  ['the answer is lost', ['lose_answer'], []],
  ['the answer and two acknowledgements are lost', ['lose_answer'], ['lose_answer', 'lose_request']],
];

describe.each(fates)('when %s', (_what, requests, reversals) => {
  test('a till killed at any await charges the card exactly for what it calls paid', async () => {
    for (let at = 1; at < 40; at += 1) {
      const till = new CardCounter();
      till.host.next('2', ...requests);
      till.host.next('4', ...reversals);
      await till.open();
      await till.world.advance(0);
      const killed = await killedAt(till, at);
      await till.runFor(300_000);
      chargedAsPaid(till);
      if (!killed) return;
    }
    throw new Error('the sale never ended');
  });
});

test('a card that had agreed when the till died pays the sale after the restart, without another message', async () => {
  const till = new CardCounter();
  await till.open();
  await till.world.advance(0);
  till.pad.gate = (step) => (step === 'complete' ? new Promise(() => {}) : Promise.resolve());
  await till.payByCard();
  till.on('card_sending');
  till.pad.gate = async () => {};
  await till.restart();
  till.on('paid');
  expect(till.host.of('0420')).toHaveLength(0);
  expect(till.host.standing()).toHaveLength(1);
  expect(till.printer.text()).toContain('220070******1234');
});

test('a request that was out when the till died is never sent again: its reversal owns the screen', async () => {
  const till = new CardCounter();
  till.host.next('2', 'lose_answer');
  till.host.next('4', 'lose_request');
  await till.open();
  await till.payByCard();
  await till.restart();
  expect(till.on('card_unknown').cause).toBe('interrupted');
  await till.runFor(120_000);
  expect(till.on('not_paid').reasonCode).toBe('CARD_INTERRUPTED');
  expect(till.host.of('0200')).toHaveLength(1);
});

test('a card that was only being read when the till died is forgotten, and whoever comes signs in', async () => {
  const till = new CardCounter();
  till.pad.ends.read = ['hang'];
  await till.open();
  await till.payByCard();
  till.on('card');
  await till.restart();
  till.on('sign_in');
  await till.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
  expect(till.on('sale').basket.lines).toHaveLength(2);
  expect(till.pad.calls).toContain('abort');
});

describe('the PIN pad that was not told of an end', () => {
  test.each([
    ['a decline', (till: CardCounter) => till.host.codes.push('51'), 'not_paid'],
    ['a reversal', (till: CardCounter) => till.host.next('2', 'lose_answer'), 'card_unknown'],
  ] as const)('gives the card back after a restart, of %s', async (_what, arrange, screen) => {
    const till = new CardCounter();
    arrange(till);
    till.host.next('4', 'lose_request');
    till.pad.ends.complete = ['reject'];
    await till.open();
    await till.world.advance(0);
    await till.payByCard();
    await till.runFor(40_000);
    till.on(screen);
    expect(till.pad.last?.stage).toBe('authorised');
    await till.restart();
    await till.runFor(1_000);
    expect(till.pad.last?.stage).toBe('completed');
  });

  test('is not told of an approval that was taken back', async () => {
    const till = new CardCounter();
    till.pad.ends.complete = ['reject'];
    await till.open();
    await till.world.advance(0);
    till.host.codes.push('10');
    till.host.extra = { 4: '000000000100' };
    await till.payByCard();
    await till.runFor(1_000);
    expect(till.on('not_paid').reasonCode).toBe('CARD_PARTIAL_ONLY');
    expect(till.pad.last?.stage).toBe('authorised');
    await till.restart();
    await till.runFor(1_000);
    expect(till.pad.last).toMatchObject({ stage: 'completed', completion: { cryptogram: 'aac' } });
  });

  test('gives it back when its cable is in again', async () => {
    const till = new CardCounter();
    till.host.codes.push('51');
    till.pad.ends.complete = ['reject'];
    await till.open();
    await till.world.advance(0);
    await till.payByCard();
    till.on('not_paid');
    till.pad.go('ready');
    await till.runFor(1_000);
    expect(till.pad.last?.stage).toBe('completed');
    till.on('not_paid');
  });

  /** The till dies before the card has signed, and the device hears no abort. */
  async function onlyRead(): Promise<CardCounter> {
    const till = new CardCounter();
    await till.open();
    await till.world.advance(0);
    till.pad.gate = (step) => (step === 'read' ? new Promise(() => {}) : Promise.resolve());
    await till.payByCard();
    expect(till.pad.last?.stage).toBe('read');
    till.pad.state = 'opening';
    await till.restart();
    await till.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    till.pad.calls.length = 0;
    return till;
  }

  test('gives back what was only read', async () => {
    const till = await onlyRead();
    till.pad.gate = async () => {};
    till.pad.go('ready');
    await till.runFor(1_000);
    expect(till.pad.calls).toContain('abort');
  });

  test('is told nothing of it once the next card is asked for', async () => {
    const till = await onlyRead();
    const asked = Promise.withResolvers<void>();
    till.pad.gate = (step) => (step === 'lastTransaction' ? asked.promise : Promise.resolve());
    till.pad.go('ready');
    await till.runFor(1_000);
    till.pad.ends.read = ['hang'];
    await till.ok({ command: 'card_begin' });
    asked.resolve();
    await till.runFor(1_000);
    expect(till.pad.calls).not.toContain('abort');
    till.on('card');
  });
});

test('an answer that cannot be journaled is offered again until it can', async () => {
  const till = new CardCounter();
  await till.open();
  await till.world.advance(0);
  till.pad.gate = async (step) => {
    if (step === 'verifyMac')
      till.db.exec(
        "CREATE TRIGGER full BEFORE UPDATE ON card_attempts BEGIN SELECT RAISE(ABORT, 'full'); END",
      );
  };
  await till.payByCard();
  till.on('card_sending');
  till.db.exec('DROP TRIGGER full');
  till.pad.gate = async () => {};
  await till.runFor(4_000);
  till.on('paid');
  expect(till.host.standing()).toHaveLength(1);
});

test('no card data is at rest in the journal: no account ciphertext, no PIN block, no EMV', async () => {
  const till = new CardCounter();
  await till.open();
  await till.payByCard();
  const tables = till.db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all() as { name: string }[];
  const everything = tables
    .map(({ name }) => JSON.stringify(till.db.prepare(`SELECT * FROM "${name}"`).all()))
    .join('');
  expect(everything).toContain('220070******1234');
  expect(everything).not.toMatch(/account|"pin"|9F26|aabbccdd/i);
});
