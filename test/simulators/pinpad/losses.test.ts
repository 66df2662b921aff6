import { describe, expect, test } from 'vitest';
import type { PinPadFaultCase } from './loss-cases.ts';
import { LOSSES, STEPS } from './loss-cases.ts';
import { cardNamed, counter, settled } from './pad-fixture.ts';

/** Serial numbers that stood in the account data, the PIN block and the MAC: one effect uses one of each. */
async function countedKsn(at: Awaited<ReturnType<typeof counter>>): Promise<number> {
  return Buffer.from(await settled(at.world, at.pinPad.nextMacKsn())).readUInt32BE(8);
}

describe('a reply that does not arrive', () => {
  const cases = STEPS.flatMap((step) => LOSSES.map((loss): PinPadFaultCase => ({ step, loss })));
  test.each(cases)(
    'of $step.name by $loss.fault is recovered or looked up, and has one effect',
    async (each) => {
      const { step, loss } = each;
      const at = await counter();
      const id = 'T1';
      for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) await settled(at.world, earlier.run(at, id));
      at.device.setFault(loss.fault, true);
      const result = await settled(at.world, step.run(at, id));
      expect(at.device.faults).toEqual([]);
      expect(result.kind === 'ended' ? result.why : result.kind).toBe(loss.recovers ? 'done' : 'device_lost');
      await at.world.advance(8_000);
      expect(at.pinPad.state).toBe('ready');
      const last = await settled(at.world, at.pinPad.lastTransaction());
      expect(last).toMatchObject({ transactionId: id, stage: step.stage });
      if (step.stage === 'completed') expect(last?.completion?.cryptogram).toBe('tc');
      expect(last?.read?.maskedPan).toBe('220000******0011');
      // One for the card, one for each PIN entered, one for the MAC asked for now.
      expect(await countedKsn(at)).toBe(step.serialNumbers + 1);
    },
  );

  test('nothing is answered twice: the second answer to one command changes nothing', async () => {
    const at = await counter();
    at.device.setFault('lose_next_reply', true);
    const first = await settled(at.world, at.pinPad.nextMacKsn());
    const second = await settled(at.world, at.pinPad.nextMacKsn());
    expect(Buffer.from(second).readUInt32BE(8) - Buffer.from(first).readUInt32BE(8)).toBe(1);
  });

  test('a slow device is waited for, a dead one is not', async () => {
    const at = await counter();
    at.device.setFault('slow', true);
    expect(await settled(at.world, at.pinPad.login())).toMatchObject({ serial: 'AMUR-PP-0001' });
    at.device.setFault('slow', false);
    at.device.setFault('dead', true);
    await expect(settled(at.world, at.pinPad.login())).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    expect(at.pinPad.state).toBe('faulted');
    at.device.setFault('dead', false);
    await at.world.advance(8_000);
    expect(at.pinPad.state).toBe('ready');
  });

  test('a cable pulled while the customer is asked ends the step on both sides', async () => {
    const at = await counter();
    const amount = { amountMinor: '100', currency: 'RUB' };
    const reading = at.pinPad.read({ transactionId: 'T1', operation: 'sale', amount, language: 'ru' });
    await at.world.advance(20);
    at.device.unplug();
    expect(await settled(at.world, reading)).toEqual({ kind: 'ended', why: 'device_lost' });
    expect(at.pinPad.state).toBe('absent');
    await expect(at.pinPad.lastTransaction()).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    at.device.plug();
    await at.world.advance(1_000);
    expect(await settled(at.world, at.pinPad.lastTransaction())).toMatchObject({
      stage: 'ended',
      read: null,
    });
    expect(at.device.face.prompt.kind).not.toBe('present_card');
  });

  test('between two steps leaves the transaction where it was', async () => {
    const at = await counter();
    const [read, sign] = STEPS;
    if (read === undefined || sign === undefined) throw new Error('No steps.');
    await settled(at.world, read.run(at, 'T1'));
    at.device.unplug();
    at.device.plug();
    await at.world.advance(1_000);
    expect(await settled(at.world, sign.run(at, 'T1'))).toMatchObject({ kind: 'done' });
  });

  test('a reversal is marked on the transaction it names and on no other', async () => {
    const at = await counter();
    for (const step of STEPS) await settled(at.world, step.run(at, 'T1'));
    await settled(at.world, at.pinPad.reversal('T0'));
    expect(await settled(at.world, at.pinPad.lastTransaction())).toMatchObject({ stage: 'completed' });
    await settled(at.world, at.pinPad.reversal('T1'));
    expect(await settled(at.world, at.pinPad.lastTransaction())).toMatchObject({ stage: 'reversed' });
    expect(cardNamed('mir-rub').behaviour).toBe('sound');
  });
});
