import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { parseQuoteId } from '../../../gateway/kernel/identifiers.ts';
import { openSecret, Secret } from '../../../gateway/kernel/secret.ts';
import { PAN, TRACK2 } from './bank-keys.ts';
import { linkWorld, reversalOf, sale, totalsOf } from './link-world.ts';
import { elements } from './scripted-bank.ts';

describe.each(['ascii', 'bcd'] as const)('a bank link in the %s profile', (profile) => {
  test('sends a sale as the agreement says, and reads the approval', async () => {
    const link = linkWorld({ profile });
    await link.up();
    const request = sale(link);
    const answer = await link.world.complete(link.bank.request(request));
    expect(answer).toEqual({
      kind: 'answered',
      responseCode: '00',
      authCode: 'A1B2C3',
      rrn: request.reference.rrn,
      issuerData: null,
      approved: request.amount,
      billing: null,
      balances: null,
    });
    const [sent] = link.host.of('0200');
    expect(sent && link.host.macGood(sent)).toBe(true);
    expect(sent?.fields).toMatchObject({
      2: PAN,
      3: '000000',
      4: '000000123400',
      7: '1122060000',
      11: request.reference.stan,
      12: '090000',
      13: '1122',
      14: '3012',
      18: '5411',
      22: '051',
      23: '001',
      25: '00',
      32: '400001',
      35: TRACK2,
      37: request.reference.rrn,
      41: '10000001',
      42: '100000000000001',
      43: 'OOO "Chai i kofe"      MOSCOW         RU',
      49: '643',
    });
    expect(sent?.fields[52]).toBeUndefined();
    expect(sent?.fields[48]).toBeUndefined();
  });

  test('sends a reversal that names its original, with the stored card and the reason', async () => {
    const link = linkWorld({ profile });
    await link.up();
    const request = sale(link);
    const advice = reversalOf(link, request, { repeat: true, authCode: 'A1B2C3', responseCode: '00' });
    const answer = await link.world.complete(link.bank.advise(advice));
    expect(answer).toMatchObject({ kind: 'answered', responseCode: '00' });
    const [sent] = link.host.of('0421');
    expect(sent && link.host.macGood(sent)).toBe(true);
    expect(sent?.fields).toMatchObject({
      2: PAN,
      14: '3012',
      38: 'A1B2C3',
      39: '00',
      56: '4021',
      90: `0200${request.reference.stan}11220600000000040000100000000000`,
    });
    expect(sent?.fields[35]).toBeUndefined();
    expect(sent?.fields[52]).toBeUndefined();
  });

  test('sends totals of one currency and reads whether they balance', async () => {
    const link = linkWorld({ profile });
    await link.up();
    expect(await link.world.complete(link.bank.totals(totalsOf()))).toEqual({ kind: 'balanced' });
    const [sent] = link.host.of('0500');
    expect(sent && link.host.macGood(sent)).toBe(true);
    expect(sent?.fields).toMatchObject({
      15: '1122',
      50: '156',
      74: '0000000001',
      75: '0000000000',
      76: '0000000003',
      77: '0000000001',
      86: '0000000000005000',
      88: '0000000000030000',
      89: '0000000000010000',
      97: 'C0000000000015000',
    });
    link.host.answerWith = () => ({ 66: '2', 76: '0000000004' });
    expect(await link.world.complete(link.bank.totals(totalsOf()))).toEqual({ kind: 'different' });
    link.host.answerWith = () => ({ 66: '3' });
    expect(await link.world.complete(link.bank.totals(totalsOf()))).toMatchObject({ kind: 'unknown' });
  });
});

describe('a PIN', () => {
  test('goes to the bank under the ZPK named by its check value', async () => {
    const link = linkWorld();
    await link.up();
    await link.world.complete(link.bank.request(sale(link, {}, true)));
    const [sent] = link.host.of('0200');
    const zpk = link.host.keys.ZPK[0];
    expect(elements(String(sent?.fields[48]))).toEqual({ ZP: zpk?.kcv });
    expect(sent?.fields[52]).toHaveLength(8);
    expect(sent?.fields[59]).toBeUndefined();
    // Only a block that opens to a PIN of this card is translated.
    const fixed = { kind: 'fixed', key: zpk?.block ?? '' } as const;
    const again = link.keys.bank.translatePin({
      from: { key: fixed, format: 0, block: sent?.fields[52] as Uint8Array },
      to: { key: fixed, format: 0 },
      pan: { pan: new Secret(PAN) },
    });
    expect(Buffer.from(openSecret(again))).toEqual(Buffer.from(sent?.fields[52] as Uint8Array));
  });

  test('that was translated with the card goes as it is, unless the key was changed since', async () => {
    const link = linkWorld();
    expect(link.bank.pinTarget).toBeNull();
    await link.up();
    const to = link.bank.pinTarget;
    if (to === null) throw new Error('There is no key for a PIN.');
    expect(to).toEqual({ key: { kind: 'fixed', key: expect.any(String) }, format: 0 });
    const block = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
    const ask = async (): Promise<void> => {
      const request = sale(link, {}, true);
      const card = { ...request.card, bankPin: { block: new Secret(block), to } };
      await link.world.complete(link.bank.request({ ...request, card }));
    };
    await ask();
    link.bank.changeKey('ZPK');
    await link.world.runUntil(() => link.bank.pinTarget?.key.key !== to.key.key, 10_000);
    await ask();
    const [before, after] = link.host.of('0200');
    expect(before?.fields[52]).toEqual(block);
    expect(after?.fields[52]).not.toEqual(block);
    // Under the new key, it opens to the PIN that came with the card.
    const changed = { kind: 'fixed', key: link.host.keys.ZPK[0]?.block ?? '' } as const;
    const from = { key: changed, format: 0, block: after?.fields[52] as Uint8Array } as const;
    const pan = { pan: new Secret(PAN) };
    const again = link.keys.bank.translatePin({ from, to: { key: changed, format: 0 }, pan });
    expect(Buffer.from(openSecret(again))).toEqual(Buffer.from(from.block));
  });

  test('in format 4 rides in DE59 under an AES key', async () => {
    const link = linkWorld({ pinBlock: 'format4' });
    await link.up();
    const answer = await link.world.complete(link.bank.request(sale(link, {}, true)));
    expect(answer.kind).toBe('answered');
    const [sent] = link.host.of('0200');
    expect(sent?.fields[59]).toHaveLength(16);
    expect(sent?.fields[52]).toBeUndefined();
  });

  test('that cannot be translated is not sent, and says so in a code', async () => {
    const link = linkWorld();
    await link.up();
    const request = sale(link, {}, true);
    const pin = request.card.pin;
    const spoilt = { ...request.card, pin: pin && { ...pin, bytes: Buffer.alloc(8, 1) } };
    const answer = await link.world.complete(link.bank.request({ ...request, card: spoilt }));
    expect(answer).toEqual({ kind: 'not_sent', cause: 'KeysError:PIN_BLOCK_MALFORMED' });
    expect(link.host.of('0200')).toHaveLength(0);
  });
});

describe('conversion', () => {
  test('at the till: the price and the rate ride in DE61', async () => {
    const link = linkWorld();
    await link.up();
    const dcc = {
      price: { amountMinor: 123_400n, currency: RUB },
      rate: { base: CNY, quote: RUB, value: 112_726n, scale: 4 },
      markupBp: 250,
      quoteId: parseQuoteId('01ARZ3NDEKTSV4RRFFQ69G5FAV'),
    };
    await link.world.complete(
      link.bank.request(sale(link, { dcc, amount: { amountMinor: 10_947n, currency: CNY } })),
    );
    const [sent] = link.host.of('0200');
    expect(sent?.fields[49]).toBe('156');
    expect(sent?.fields[61]).toBe(
      '1643000000123400156643040000000000001127260250' + '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    );
  });

  test('by the issuer: billing amount, rate and currency are read together', async () => {
    const link = linkWorld();
    await link.up();
    link.host.answerWith = () => ({ 6: '000000010947', 10: '70886400', 51: '156' });
    const answer = await link.world.complete(link.bank.request(sale(link)));
    expect(answer).toMatchObject({
      billing: { amount: { amountMinor: 10_947n, currency: 'CNY' }, rate: '70886400' },
    });
    link.host.answerWith = () => ({ 6: '000000010947', 51: '156' });
    expect(await link.world.complete(link.bank.request(sale(link)))).toMatchObject({ kind: 'unknown' });
    link.host.answerWith = () => ({ 6: '000000010947', 10: '70886400', 51: '998' });
    expect(await link.world.complete(link.bank.request(sale(link)))).toMatchObject({ kind: 'unknown' });
  });
});

describe('an answer', () => {
  test('of a balance, a chip and a declined card is read as it came', async () => {
    const link = linkWorld();
    await link.up();
    link.host.answerWith = () => ({
      39: '51',
      38: undefined,
      54: '0002643C000000100000',
      55: Buffer.from('910400000000', 'hex'),
    });
    const answer = await link.world.complete(link.bank.request(sale(link, { kind: 'balance' })));
    expect(answer).toMatchObject({ responseCode: '51', authCode: null, balances: '0002643C000000100000' });
    expect(answer.kind === 'answered' && answer.issuerData).toEqual(Uint8Array.from([0x91, 4, 0, 0, 0, 0]));
  });

  test('in part says how much', async () => {
    const link = linkWorld();
    await link.up();
    link.host.answerWith = () => ({ 39: '10', 4: '000000100000' });
    const answer = await link.world.complete(link.bank.request(sale(link)));
    expect(answer).toMatchObject({
      responseCode: '10',
      approved: { amountMinor: 100_000n, currency: 'RUB' },
    });
  });

  test.each([
    ['another amount', { 4: '000000123401' }, '4'],
    ['more than asked, as a part', { 4: '000000123401', 39: '10' }, '4'],
    ['no amount', { 4: undefined }, '4'],
    ['another currency', { 49: '156' }, '49'],
    ['another merchant', { 42: '100000000000002' }, '42'],
    ['another retrieval number', { 37: '000000000000' }, '37'],
    ['another kind of transaction', { 3: '200000' }, '3'],
    ['no response code', { 39: undefined }, '39'],
  ])('with %s is not believed', async (_what, changes, de) => {
    const link = linkWorld();
    await link.up();
    link.host.answerWith = () => changes;
    const answer = await link.world.complete(link.bank.request(sale(link)));
    expect(answer).toEqual({ kind: 'unknown', cause: 'answer_invalid' });
    expect(link.logged.at(-1)).toMatchObject({ event: 'bank_answer_mismatch', code: de });
  });

  test('with a wrong MAC is unknown and logged; by other terms the connection goes too', async () => {
    for (const wrongMac of ['keep', 'close'] as const) {
      const link = linkWorld({ wrongMac }, { connections: 1 });
      await link.up();
      link.host.script = (line, message) => {
        if (message.mti !== '0200') return false;
        const answer = Buffer.from(link.host.answerTo(message));
        answer.writeUInt8((answer.at(-1) ?? 0) ^ 1, answer.length - 1);
        line.send(answer);
        return true;
      };
      const answer = await link.world.complete(link.bank.request(sale(link)));
      expect(answer).toEqual({ kind: 'unknown', cause: 'mac_wrong' });
      expect(link.logged.some(({ event }) => event === 'bank_mac_wrong')).toBe(true);
      expect(link.bank.up).toBe(wrongMac === 'keep');
    }
  });

  test('without a MAC is unknown', async () => {
    const link = linkWorld();
    await link.up();
    link.host.script = (line, message) => {
      if (message.mti !== '0200') return false;
      const sealed = link.host.answerTo(message);
      // The same message, its MAC and the bit that names it taken away.
      const bare = Buffer.from(sealed.subarray(0, sealed.length - 8));
      bare.writeUInt16BE(bare.length - 2, 0);
      bare.writeUInt8((bare[13] ?? 0) & 0xfe, 13);
      line.send(bare);
      return true;
    };
    expect(await link.world.complete(link.bank.request(sale(link)))).toEqual({
      kind: 'unknown',
      cause: 'mac_wrong',
    });
  });
});
