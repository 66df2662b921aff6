import { describe, expect, test } from 'vitest';
import {
  authorise,
  cardNamed,
  counter,
  DATE,
  done,
  openedPin,
  RUB_1500,
  readCard,
  settled,
  TIME,
} from './pad-fixture.ts';

describe('a PIN', () => {
  test.each(['aes', 'tdes'] as const)(
    'under %s opens at the gateway alone, each under a key of its own',
    async (scheme) => {
      const at = await counter(scheme);
      const card = cardNamed('mir-rub');
      const read = done(await readCard(at, card.name));
      const { pin } = done(await authorise(at, { pin: '1111' }));
      const again = at.pinPad.reenterPin('T1');
      await at.world.advance(20);
      at.device.pressPin(card.pin);
      const second = done(await settled(at.world, again));
      if (pin === null) throw new Error('No PIN came.');
      expect([openedPin(pin, card), openedPin(second, card)]).toEqual(['1111', card.pin]);
      expect(pin.format).toBe(scheme === 'aes' ? 4 : 0);
      const serials = [read.account, pin, second].map(({ ksn }) => Buffer.from(ksn).toString('hex'));
      expect(new Set(serials).size).toBe(3);
      expect([...serials].sort()).toEqual(serials);
    },
  );

  test('is asked for again three times, then no more', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-rub'));
    done(await authorise(at, { pin: '1111' }));
    expect(at.device.face.pinAgain).toBe(false);
    for (let turn = 0; turn < 3; turn += 1) {
      const again = at.pinPad.reenterPin('T1');
      await at.world.advance(20);
      expect(at.device.face).toMatchObject({ prompt: { kind: 'enter_pin' }, pinAgain: true });
      at.device.pressPin('2222');
      done(await settled(at.world, again));
    }
    expect(await settled(at.world, at.pinPad.reenterPin('T1'))).toEqual({
      kind: 'ended',
      why: 'pin_tries_exceeded',
    });
  });

  test('checked by the chip counts its tries down, through a restart too', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-offline-pin'));
    const signing = at.pinPad.authorise({ transactionId: 'T1', amount: RUB_1500, date: DATE, time: TIME });
    await at.world.advance(20);
    expect(at.pinPad.prompt).toMatchObject({ kind: 'enter_pin', triesLeft: 3 });
    at.device.pressPin('0000');
    await at.world.advance(20);
    expect(at.pinPad.prompt).toMatchObject({ kind: 'enter_pin', digits: 0, triesLeft: 2 });
    expect(at.device.face.pinAgain).toBe(true);
    at.device.reboot();
    expect(await settled(at.world, signing)).toEqual({ kind: 'ended', why: 'device_lost' });
    at.device.remove();
    await at.world.advance(8_000);
    at.device.remove();
    done(await readCard(at, 'mir-offline-pin', { id: 'T2' }));
    const again = at.pinPad.authorise({ transactionId: 'T2', amount: RUB_1500, date: DATE, time: TIME });
    await at.world.advance(20);
    expect(at.pinPad.prompt).toMatchObject({ triesLeft: 2 });
    at.device.pressPin('0000');
    at.device.pressPin('9999');
    expect(await settled(at.world, again)).toEqual({ kind: 'ended', why: 'pin_tries_exceeded' });
  });

  test('right for the chip is said to the issuer and sent to nobody', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-offline-pin'));
    expect(done(await authorise(at, { pin: '2580' }))).toMatchObject({ cvm: 'offline_pin', pin: null });
  });

  test('too short is not taken, cleared begins anew, cancelled ends, and waiting has an end', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-rub'));
    const signing = at.pinPad.authorise({ transactionId: 'T1', amount: RUB_1500, date: DATE, time: TIME });
    await at.world.advance(20);
    at.device.pressPin('123');
    await at.world.advance(20);
    expect(at.pinPad.prompt).toMatchObject({ kind: 'enter_pin', digits: 3 });
    at.device.press('clear');
    await at.world.advance(20);
    expect(at.pinPad.prompt).toMatchObject({ digits: 0 });
    at.device.cancel();
    expect(await settled(at.world, signing)).toEqual({ kind: 'ended', why: 'cancelled_by_customer' });
    at.device.remove();
    done(await readCard(at, 'mir-rub', { id: 'T2' }));
    expect(await authorise(at, { id: 'T2' })).toEqual({ kind: 'ended', why: 'timeout' });
  });
});
