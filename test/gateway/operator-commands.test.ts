import { beforeEach, expect, test } from 'vitest';
import type { GatewaySettings } from '../../gateway/config.ts';
import { type OperatorValues, operatorCommand } from '../../gateway/operator-commands.ts';
import { TID } from './payments/samples.ts';
import { CardRig } from './run/card/card-rig.ts';
import { answered } from './run/card/scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

async function operator(values: OperatorValues): Promise<unknown> {
  const settings = { activationLifeMs: 60_000, cards: { banks: [{ bank: 'bank-a' }] } };
  const world = {
    ...{ settings: settings as unknown as GatewaySettings, store: rig.store },
    runtime: { clock: rig.world.clock, timers: rig.world.timers, random: rig.world.random },
  };
  const command = operatorCommand(values);
  if (command === null) throw new Error('There is no command in it.');
  return JSON.parse(JSON.stringify(await command(world, values)));
}

const about = { outcome: 'bank_pays', agreement: 'Letter 17/04', by: 'ivanov' };

test('a matter is listed, proposed by one person and approved by another, and then gone', async () => {
  rig.bank.advise1 = () => answered('14');
  const sale = rig.sale();
  await rig.ask(sale);
  await rig.ask(rig.reversal(sale));
  await rig.world.advance(125_000);
  const cardId = (await rig.card(sale))?.cardId ?? '';
  expect(await operator({ 'card-matters': true })).toMatchObject({
    matters: [
      {
        ...{
          kind: 'reversal_refused',
          bank: 'bank-a',
          subject: cardId,
          ageMinutes: 2,
          atRisk: '1500.00 RUB',
        },
        ...{ responseCode: '14', possible: ['bank_undid', 'bank_pays'] },
      },
    ],
  });
  await expect(operator({ propose: cardId, ...about, outcome: 'given_up' })).rejects.toThrow(
    'This outcome is not possible for the matter. Possible: bank_undid, bank_pays.',
  );
  await expect(operator({ propose: cardId, ...about, agreement: ' ' })).rejects.toThrow('--agreement');
  const { resolutionId } = (await operator({ propose: cardId, ...about })) as { resolutionId: string };
  expect(await operator({ 'card-matters': true })).toMatchObject({
    matters: [{ proposed: { resolutionId, outcome: 'bank_pays', proposedBy: 'ivanov' } }],
  });
  await expect(operator({ approve: resolutionId, by: 'ivanov' })).rejects.toThrow('Somebody else');
  expect(await operator({ approve: resolutionId, by: 'petrov' })).toMatchObject({
    ...{ decision: 'approved', decidedBy: 'petrov', subject: cardId, agreement: 'Letter 17/04' },
  });
  expect(await operator({ 'card-matters': true })).toMatchObject({
    matters: [{ kind: 'money_to_return', possible: ['returned'] }],
  });
});

test('a day that differs is listed with what differs in sum, until it is explained', async () => {
  const figures = {
    ...{ debits: 2, debitsMinor: 700n, credits: 1, creditsMinor: 50n },
    ...{ debitReversals: 0, debitReversalsMinor: 0n, creditReversals: 0, creditReversalsMinor: 0n },
  };
  await rig.store.commit([
    {
      kind: 'bank_totals.close',
      row: {
        ...{ bank: 'bank-a', currency: 'RUB', settlementDate: '2026-11-22', cause: 'cut', quiet: true },
        ...{ stan: '000001', transmittedAt: '1122060000' },
      },
    },
  ]);
  const [asked] = rig.store.allBankTotals();
  if (asked === undefined) throw new Error('A period was closed.');
  await rig.world.advance(16 * 60_000);
  const waiting = [{ kind: 'bank_day_waiting', subject: 'bank-a/RUB/1', possible: [] }];
  expect(await operator({ 'card-matters': true })).toMatchObject({ matters: waiting });
  const row = { ...asked, state: 'different', theirs: figures, answeredAt: rig.store.now() } as const;
  await rig.store.commit([{ kind: 'bank_totals.put', row: { ...row, version: asked.version + 1 } }]);
  expect(await operator({ 'card-matters': true })).toMatchObject({
    matters: [{ kind: 'bank_day_different', atRisk: '7.50 RUB', possible: ['explained'] }],
  });
  const explained = { ...about, outcome: 'explained' };
  const { resolutionId } = (await operator({ propose: 'bank-a/RUB/1', ...explained })) as {
    resolutionId: string;
  };
  await operator({ approve: resolutionId, by: 'petrov' });
  expect(await operator({ 'card-matters': true })).toEqual({ matters: [] });
});

test('a batch that was closed with a difference is listed with both sides’ figures, until it is explained', async () => {
  const figures = (sales: number, salesMinor: bigint) => ({
    ...{ currency: 'RUB', sales, salesMinor, refunds: 0, refundsMinor: 0n, open: 0 },
  });
  await rig.store.commit([
    {
      kind: 'batch.put',
      row: {
        ...{ tid: TID, batch: '000007', state: 'closed', agreed: false, closedAt: 5, version: 1 },
        ...{ claimed: [{ ...figures(3, 1_000n), done: true }], counted: [figures(2, 700n)] },
      },
    },
  ]);
  expect(await operator({ 'card-matters': true })).toMatchObject({
    matters: [
      {
        ...{ kind: 'batch_different', bank: null, subject: '10000001/000007/RUB', atRisk: '3.00 RUB' },
        possible: ['explained'],
        batch: {
          ...{ tid: '10000001', batch: '000007', till: { sales: 3, salesSum: '10.00' } },
          gateway: { sales: 2, salesSum: '7.00', refunds: 0, refundsSum: '0.00' },
        },
      },
    ],
  });
  const explained = { ...about, outcome: 'explained' };
  const { resolutionId } = (await operator({ propose: '10000001/000007/RUB', ...explained })) as {
    resolutionId: string;
  };
  await operator({ approve: resolutionId, by: 'petrov' });
  expect(await operator({ 'card-matters': true })).toEqual({ matters: [] });
});

test('why a terminal was refused is listed, the latest first', async () => {
  await rig.ask(rig.sale());
  await rig.ask(rig.sale());
  expect(await operator({ 'card-refusals': '10000001' })).toMatchObject({
    refusals: [{ responseCode: '12', reason: 'live_attempt', amount: '1500.00 RUB', mti: '0200' }],
  });
});

test('a wish is kept for a bank that there is', async () => {
  expect(await operator({ 'close-bank-day': 'bank-a' })).toMatchObject({ bank: 'bank-a', wished: true });
  expect((await rig.store.cards.bankDay('bank-a')).wish).toMatchObject({ cause: 'operator' });
  await expect(operator({ 'close-bank-day': 'bank-z' })).rejects.toThrow('no such bank');
});

test('without a command the gateway runs; a stray word or two commands are refused', () => {
  expect(operatorCommand({})).toBeNull();
  expect(() => operatorCommand({ by: 'ivanov' })).toThrow('belong to');
  expect(() => operatorCommand({ revoke: '10000001', 'card-matters': true })).toThrow('One command');
});
