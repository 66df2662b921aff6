import { describe, expect, test } from 'vitest';
import { counter, DATE, RUB_1500, settled, TIME } from './pad-fixture.ts';

describe('a chip sale with a PIN, driver and device on one virtual clock', () => {
  test('reads the card, takes the PIN, signs, and completes with a TC', async () => {
    const { world, device, pinPad } = await counter();
    expect(pinPad.state).toBe('ready');
    expect(pinPad.identity).toMatchObject({ serial: 'AMUR-PP-0001', keyScheme: 'aes' });
    const prompts: string[] = [];
    pinPad.onPrompt((prompt) => prompts.push(prompt.kind));
    const reading = pinPad.read({ transactionId: 'T1', operation: 'sale', amount: RUB_1500, language: 'zh' });
    await world.advance(50);
    expect(device.insert('mir-rub')).toBe(true);
    const read = await settled(world, reading);
    expect(read).toMatchObject({
      kind: 'done',
      value: {
        entry: 'chip',
        maskedPan: '220000******0011',
        bin: '22000001',
        psn: '01',
        cardCurrency: '643',
      },
    });
    const authorising = pinPad.authorise({ transactionId: 'T1', amount: RUB_1500, date: DATE, time: TIME });
    await world.advance(50);
    expect(pinPad.prompt).toEqual({ kind: 'enter_pin', digits: 0, triesLeft: null });
    device.pressPin('4821');
    const authorised = await settled(world, authorising);
    expect(authorised).toMatchObject({ kind: 'done', value: { cvm: 'online_pin', cardDeclined: false } });
    const completed = await settled(
      world,
      pinPad.complete({ transactionId: 'T1', responseCode: '00', issuerData: null }),
    );
    expect(completed).toMatchObject({ kind: 'done', value: { cryptogram: 'tc', signatureNeeded: false } });
    expect(await settled(world, pinPad.lastTransaction())).toMatchObject({
      transactionId: 'T1',
      stage: 'completed',
      completion: { cryptogram: 'tc' },
    });
    await world.advance(50);
    expect(pinPad.prompt.kind).toBe('remove_card');
    device.remove();
    await world.advance(50);
    expect(prompts).toEqual([
      'present_card',
      'processing',
      'enter_pin',
      'enter_pin',
      'enter_pin',
      'enter_pin',
      'enter_pin',
      'processing',
      'remove_card',
      'idle',
    ]);
    await pinPad.close();
  });
});
