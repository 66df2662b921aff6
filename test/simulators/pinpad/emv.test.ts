import { describe, expect, test } from 'vitest';
import {
  authorise,
  type Counter,
  cardNamed,
  counter,
  cryptogramIsRight,
  done,
  issuerAnswer,
  objectsOf,
  openedAccount,
  readCard,
  settled,
} from './pad-fixture.ts';

const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

function complete(at: Counter, responseCode: string | null, issuerData: Uint8Array | null) {
  return settled(at.world, at.pinPad.complete({ transactionId: 'T1', responseCode, issuerData }));
}

async function signed(name: string, pin?: string) {
  const at = await counter();
  const card = cardNamed(name);
  const read = done(await readCard(at, name));
  const authorisation = done(await authorise(at, pin === undefined ? {} : { pin }));
  return { at, card, read, authorisation, tags: objectsOf(authorisation.emv) };
}

describe('a chip of the drawer', () => {
  test.each([
    ['mir-rub', '4821'],
    ['mir-signature', undefined],
  ])('%s makes a request cryptogram its issuer can verify', async (name, pin) => {
    const { card, tags } = await signed(name, pin);
    expect(cryptogramIsRight(card, tags)).toBe(true);
    expect(cryptogramIsRight(card, { ...tags, '9F02': Buffer.from('000000150001', 'hex') })).toBe(false);
    expect([hexOf(tags['9F27']), hexOf(tags['9F36']), hexOf(tags['9F02'])]).toEqual([
      '80',
      '0001',
      '000000150000',
    ]);
  });

  test('signs the amount and currency of the customer’s choice, not those it was asked for a card with', async () => {
    const at = await counter();
    done(await readCard(at, 'unionpay-cny'));
    const amount = { amountMinor: '93200', currency: 'CNY' };
    const { emv, cvm } = done(await authorise(at, { pin: '246810', amount }));
    const tags = objectsOf(emv);
    expect([hexOf(tags['9F02']), hexOf(tags['5F2A']), cvm]).toEqual(['000000093200', '0156', 'online_pin']);
    expect(cryptogramIsRight(cardNamed('unionpay-cny'), tags)).toBe(true);
  });

  test('sends to the issuer nothing that names the card, and every object the issuer needs', async () => {
    const { authorisation, read, card, tags } = await signed('mir-rub', '4821');
    expect(Object.keys(tags)).toEqual(
      '82 84 95 9A 9C 5F2A 9F02 9F03 9F09 9F10 9F1A 9F1E 9F26 9F27 9F33 9F34 9F35 9F36 9F37 9F41'.split(' '),
    );
    expect(authorisation.emv?.length).toBeLessThan(256);
    expect(openedAccount(read)).toMatchObject({
      pan: card.pan,
      expiryYymm: '3012',
      serviceCode: '201',
      panSequence: '01',
    });
  });

  test.each(['mir-rub', 'mir-signature'])('%s believes its issuer’s proof and gives a TC', async (name) => {
    const { at, card, tags } = await signed(name, name === 'mir-rub' ? '4821' : undefined);
    const end = done(await complete(at, '00', issuerAnswer(card, tags, '00')));
    expect(end.cryptogram).toBe('tc');
    expect(end.signatureNeeded).toBe(name === 'mir-signature');
    const closing = objectsOf(end.emv);
    expect(hexOf(closing['9F27'])).toBe('40');
    expect(cryptogramIsRight(card, { ...tags, ...closing })).toBe(true);
  });

  test.each(['mir-rub', 'mir-signature'])(
    '%s answers a false proof with an AAC and marks it',
    async (name) => {
      const { at, card, tags } = await signed(name, name === 'mir-rub' ? '4821' : undefined);
      const proof = Buffer.from(issuerAnswer(card, tags, '00'));
      proof[2] = (proof[2] ?? 0) ^ 1;
      const end = done(await complete(at, '00', proof));
      expect(end.cryptogram).toBe('aac');
      const closing = objectsOf(end.emv);
      expect((closing['95']?.[4] ?? 0) & 0x40).toBe(0x40);
      expect((closing['9F10']?.[4] ?? 0) & 0x08).toBe(0x08);
    },
  );

  test.each(['05', null])('answers %s with an AAC', async (responseCode) => {
    const { at } = await signed('mir-rub', '4821');
    expect(done(await complete(at, responseCode, null))).toMatchObject({
      cryptogram: 'aac',
      signatureNeeded: false,
    });
  });

  test('of a card that takes no approval gives an AAC after one', async () => {
    const { at, card, tags } = await signed('mir-refuses-approval', '1357');
    const end = await complete(at, '00', issuerAnswer(card, tags, '00'));
    expect(end).toMatchObject({ value: { cryptogram: 'aac' } });
    await at.world.advance(20);
    expect(at.device.face).toMatchObject({ outcome: 'declined', prompt: { kind: 'remove_card' } });
  });

  test('of a card that declines by itself ends the transaction before anything is sent', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-declines'));
    expect(done(await authorise(at, { pin: '1234' }))).toMatchObject({ cardDeclined: true });
    expect(await settled(at.world, at.pinPad.lastTransaction())).toMatchObject({ stage: 'ended' });
  });

  test('past its date is marked so and goes online', async () => {
    const { tags } = await signed('mir-expired', '9630');
    expect((tags['95']?.[1] ?? 0) & 0x40).toBe(0x40);
  });

  test('counts its transactions over a restart of the device', async () => {
    const at = await counter();
    done(await readCard(at, 'mir-rub'));
    at.device.reboot();
    at.device.remove();
    await at.world.advance(8_000);
    at.device.remove();
    done(await readCard(at, 'mir-rub', { id: 'T2' }));
    const { emv } = done(await authorise(at, { id: 'T2', pin: '4821' }));
    expect(hexOf(objectsOf(emv)['9F36'])).toBe('0002');
  });
});
