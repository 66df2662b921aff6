/** Which holds the cashier can still charge or lift. */
import { expect, test } from 'vitest';
import { SUPERVISOR } from '../counter-kit.ts';
import { CardCounter } from './card-counter.ts';

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  await made.world.advance(0);
  return made;
}

/** Holds 6000 roubles, and answers with the name of the newest hold that is open then; its screen is shown. */
async function hold(till: CardCounter): Promise<string> {
  await till.ok({ command: 'preauths_open' });
  await till.ok({ command: 'preauth_begin', amountMinor: '600000' });
  await till.runFor(1_000);
  await till.ok({ command: 'next' });
  await till.ok({ command: 'preauths_open' });
  const { rows } = till.on('preauthorisations');
  return rows.find(({ state }) => state === 'open')?.attemptId ?? '';
}

test('one that is open stays on the screen, before however many newer ones that were completed', async () => {
  const till = await counter();
  const attemptId = await hold(till);
  await till.ok({ command: 'preauths_leave' });
  for (let completed = 0; completed < 50; completed += 1) {
    await till.fill();
    await till.ok({ command: 'preauth_complete', attemptId: await hold(till) });
    await till.runFor(1_000);
    till.on('paid');
    await till.ok({ command: 'next' });
  }
  await till.ok({ command: 'preauths_open' });
  const { rows } = till.on('preauthorisations');
  expect(rows).toHaveLength(50);
  expect(rows[0]).toMatchObject({ attemptId, state: 'open' });
  expect(rows.slice(1).every(({ state }) => state === 'completed')).toBe(true);
  await till.ok({ command: 'preauth_cancel', attemptId, ...SUPERVISOR });
  await till.runFor(10);
  expect(till.on('card_done')).toMatchObject({ outcome: 'approved', card: { operation: 'cancellation' } });
});

test('one that a cancellation found gone is not offered again', async () => {
  const till = await counter();
  const attemptId = await hold(till);
  till.host.otherCodes.set('4', ['21']);
  await till.ok({ command: 'preauth_cancel', attemptId, ...SUPERVISOR });
  await till.runFor(10);
  await till.ok({ command: 'next' });
  await till.ok({ command: 'preauths_open' });
  expect(till.on('preauthorisations').rows[0]?.state).toBe('cancelled');
});
