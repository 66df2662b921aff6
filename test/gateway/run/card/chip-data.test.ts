/** No card data by way of what a bank or a terminal says beside the point. */
import { beforeEach, describe, expect, test } from 'vitest';
import { balancesOf, endOfChip, issuerDataForChip } from '../../../../gateway/run/card/chip-data.ts';
import { PAN } from '../../keys/hsm-world.ts';
import { CardRig } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const shown = ({ value, dropped }: { value: Uint8Array | null; dropped: readonly string[] }) => [
  value === null ? null : Buffer.from(value).toString('hex').toUpperCase(),
  dropped.join(' '),
];

const PROOF = '910A11223344556677880000';
const SCRIPT = '7216 9F1804 00000001 860D 841E000008 0000000000000000';
const NUMBER = `5A08${PAN}`;

describe('issuer data for the chip', () => {
  const kept = (text: string) => shown(issuerDataForChip(hex(text), PAN));

  test('is passed on as it came where it is for the chip', () => {
    const whole = `${PROOF} 8A023030 8906313233343536 ${SCRIPT}`;
    const bytes = hex(whole);
    expect(issuerDataForChip(bytes, PAN).value).toBe(bytes);
    expect(kept(whole)).toEqual([whole.replaceAll(' ', ''), '']);
  });

  test.each([
    ['the number', NUMBER, '5A'],
    ['the track', `5712${PAN}D301220112345000000F`, '57'],
    ['the name', '5F20 0B 4956414E4F562F4956414E', '5F20'],
    ['the expiry', '5F24 03 301231', '5F24'],
    ['the number in a template', `700A${NUMBER}`, '70'],
    ['a tag of somebody’s own', 'DF010100', 'DF01'],
    ['a template of somebody’s own', `E10A${NUMBER}`, 'E1'],
    ['the number in place of a response code', `8A10${Buffer.from(PAN, 'latin1').toString('hex')}`, '8A'],
    ['the number half a byte off', `8A0A0${PAN}000`, '8A'],
    ['a script that cannot be read', '7202 5A08', '72'],
  ])('leaves out %s', (_, said, dropped) => {
    expect(kept(`${PROOF}${said}8A023030`)).toEqual([`${PROOF}8A023030`, dropped]);
    expect(kept(said)).toEqual([null, dropped]);
  });

  test('leaves out of a script what is none of its commands, and a command with the number in it', () => {
    expect(kept(`7214 ${NUMBER} 8608${PAN}`)).toEqual([null, '5A 86 72']);
    expect(kept(`7211 ${NUMBER} 9F1804 00000001`)).toEqual(['72079F180400000001', '5A']);
  });

  test('that cannot be read is left out whole', () => {
    expect(kept(`${PROOF} 5A`)).toEqual([null, 'de55']);
  });
});

test('the end of a chip keeps what its bank is told of it', () => {
  const end = '95058000000000 9F3602001A 9F5B05 2000000001 DF3105 2000000001';
  expect(shown(endOfChip(hex(end)))).toEqual([end.replaceAll(' ', ''), '']);
  expect(shown(endOfChip(hex(`${end}DF0108${PAN}`)))).toEqual([end.replaceAll(' ', ''), 'DF01']);
});

test('balances are amounts, and nothing else', () => {
  const one = '0002643C000000500000';
  expect(balancesOf(`${one}${one}`, PAN)).toEqual({ value: `${one}${one}`, dropped: [] });
  for (const text of [PAN, `${one}X`, `0002643${PAN.slice(0, 13)}`]) {
    expect(balancesOf(text, PAN)).toEqual({ value: null, dropped: ['de54'] });
  }
  // As an amount and the account type behind it.
  const across = `0002643C${PAN.slice(0, 12)}${PAN.slice(12)}643C000000500000`;
  expect(balancesOf(across, PAN).value).toBeNull();
});

describe('a bank that says the card again', () => {
  let rig: CardRig;
  beforeEach(async () => {
    rig = await CardRig.open();
  });

  test('brings it neither to the till nor to the store, in whatever form, nor to the log', async () => {
    const text = Buffer.from(PAN, 'latin1').toString('hex');
    const issuerData = hex(`${PROOF}${NUMBER}DF0110${text}E10A${NUMBER}720A${NUMBER}`);
    rig.bank.request1 = () => answered('00', { issuerData, balances: PAN });
    const sale = rig.sale();
    const answer = await rig.ask(sale);
    expect(answer.fields[39]).toBe('00');
    expect(Buffer.from(answer.raw(55) ?? [])).toEqual(hex(PROOF));
    expect(answer.fields[54]).toBeUndefined();
    for (const bytes of [rig.db.serialize(), Buffer.from(answer.bytes), Buffer.from(rig.log.join('\n'))]) {
      expect(bytes.includes(PAN)).toBe(false);
      expect(bytes.toString('hex')).not.toContain(PAN);
    }
    const [line] = rig.log.filter((each) => each.includes('card_data_dropped'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'warn', field: '5A.DF01.E1.5A.72', count: 5 });
  });

  test('cannot bring it by a balance', async () => {
    rig.bank.request1 = () => answered('00', { balances: `0002643C${PAN.slice(0, 12)}${PAN.slice(12)}` });
    const balance = rig.build('0200', { 3: '310000', 4: '000000000000', 22: '051', 25: '00', 49: '643' });
    const answer = await rig.ask(balance);
    expect([answer.fields[39], answer.fields[54]]).toEqual(['00', undefined]);
    expect(rig.logged('card_data_dropped')).toBe(true);
  });

  test('nor a terminal by the end of its chip', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    await rig.ask(rig.reversal(sale, { 55: hex(`95058000000000DF0108${PAN}`) }));
    await rig.world.advance(5_000);
    expect(Buffer.from(rig.bank.advices[0]?.emv ?? [])).toEqual(hex('95058000000000'));
    expect(rig.db.serialize().toString('hex')).not.toContain(PAN);
  });
});
