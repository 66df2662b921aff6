import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, parseCurrencyCode, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { writePain001 } from '../../../../gateway/settlement/files/pain001.ts';
import { swiftText } from '../../../../gateway/settlement/files/swift-characters.ts';
import { AMURBANK, orderOf, PAYER } from './orders.ts';
import { faultsOf } from './pain001-rules.ts';
import { placeOf } from './soundness.ts';

const JPY = parseCurrencyCode('JPY');
const KWD = parseCurrencyCode('KWD');
const yuan = (changes: Parameters<typeof orderOf>[0] = {}) => orderOf({ currency: CNY, ...changes });
const textOf = (...orders: ReturnType<typeof orderOf>[]) =>
  new TextDecoder().decode(writePain001(orders, 'AMUR-20261121-1').bytes);
const withAccounts = (currency: string, account: string) => ({
  payer: { ...PAYER, accounts: { [currency]: '30233156000000000001' } },
  partner: { ...AMURBANK, accounts: { [currency]: account } },
});

describe('A credit transfer initiation pain.001.001.03', () => {
  test('is written with every element in its place', () => {
    expect(textOf(yuan({ amount: money(88_711n, CNY) }))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>AMUR-20261121-1</MsgId>
      <CreDtTm>2026-11-21T07:08:09Z</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>887.11</CtrlSum>
      <InitgPty>
        <Nm>PAO 'Ekvairer Vostok'</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>AMUR-20261121-1-1</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <BtchBookg>false</BtchBookg>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>887.11</CtrlSum>
      <ReqdExctnDt>2026-11-23</ReqdExctnDt>
      <Dbtr>
        <Nm>PAO 'Ekvairer Vostok'</Nm>
      </Dbtr>
      <DbtrAcct>
        <Id>
          <Othr>
            <Id>30233156000000000001</Id>
          </Othr>
        </Id>
        <Ccy>CNY</Ccy>
      </DbtrAcct>
      <DbtrAgt>
        <FinInstnId>
          <BIC>VOSTRUMM</BIC>
          <Nm>BANK VOSTOK (PAO), g. Moskva</Nm>
        </FinInstnId>
      </DbtrAgt>
      <ChrgBr>SHAR</ChrgBr>
      <CdtTrfTxInf>
        <PmtId>
          <InstrId>17</InstrId>
          <EndToEndId>amurbank-CNY-20261120</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="CNY">887.11</InstdAmt>
        </Amt>
        <CdtrAgt>
          <FinInstnId>
            <ClrSysMmbId>
              <ClrSysId>
                <Cd>RUCBC</Cd>
              </ClrSysId>
              <MmbId>041012001</MmbId>
            </ClrSysMmbId>
            <Nm>AMUR-BANK (AO), g. Blagoveshchensk</Nm>
          </FinInstnId>
        </CdtrAgt>
        <Cdtr>
          <Nm>Amur-Bank (AO)</Nm>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <Othr>
              <Id>30232156500000000007</Id>
            </Othr>
          </Id>
        </CdtrAcct>
        <RmtInf>
          <Ustrd>Raschety s predpriiatiiami za 20.11.2026, bez NDS. Ref. amurbank-CNY-20261120.</Ustrd>
        </RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
`);
  });

  test('keeps the message’s own rules for any orders: order of elements, lengths, decimals, characters, counts and sums', () => {
    const order = fc.record({
      currency: fc.constantFrom(CNY, JPY, KWD),
      minors: fc.array(fc.bigInt({ min: 1n, max: 10n ** 15n }), { minLength: 1, maxLength: 5 }),
      name: fc
        .stringMatching(/^[А-Яа-яЁё «»"№A-Za-z0-9.-]{1,60}$/)
        .filter((name) => /[А-Яа-яA-Za-z0-9]/.test(name)),
    });
    fc.assert(
      fc.property(order, ({ currency, minors, name }) => {
        const orders = minors.map((minor, index) => {
          const { payer, partner } = withAccounts(currency, 'DE89370400440532013000');
          const changes = {
            amount: money(minor, currency),
            documentNumber: index + 1,
            endToEndId: `E${index}`,
          };
          return orderOf({ currency, payer, partner: { ...partner, name }, ...changes });
        });
        const written = writePain001(orders, 'M1');
        expect(faultsOf(new TextDecoder().decode(written.bytes))).toEqual([]);
        expect(written.totals).toEqual([
          money(
            minors.reduce((sum, minor) => sum + minor, 0n),
            currency,
          ),
        ]);
      }),
      { numRuns: 60, seed: 20261122 },
    );
  });

  test('the rules do find what breaks them', () => {
    const sound = textOf(yuan());
    const broken = (from: string | RegExp, to: string) => faultsOf(sound.replace(from, to)).length;
    expect(faultsOf(sound)).toEqual([]);
    expect(broken('<NbOfTxs>1', '<NbOfTxs>2')).toBeGreaterThan(0);
    expect(broken('<CtrlSum>1234567.89', '<CtrlSum>1234567.80')).toBeGreaterThan(0);
    expect(broken('Ccy="CNY">1234567.89', 'Ccy="JPY">1234567.89')).toBeGreaterThan(0);
    expect(broken(/(<BtchBookg>.*\n)(.*\n)/, '$2$1')).toBeGreaterThan(0);
    expect(broken('Amur-Bank', 'Амур-Банк')).toBeGreaterThan(0);
    expect(broken('<MsgId>', `<MsgId>${'X'.repeat(36)}`)).toBeGreaterThan(0);
    expect(broken('SHAR', 'OURS')).toBeGreaterThan(0);
  });

  test('what does not fit is refused by its element, and nothing is cut', () => {
    const place = (changes: Parameters<typeof orderOf>[0]) => placeOf(() => textOf(yuan(changes)));
    expect(place({ purpose: '结算款' })).toEqual(['FILE_VALUE_UNFIT', 0, 'RmtInf/Ustrd']);
    expect(place({ purpose: 'щ'.repeat(36) })).toEqual(['FILE_VALUE_UNFIT', 0, 'RmtInf/Ustrd']);
    expect(place({ endToEndId: 'a//b' })).toEqual(['FILE_VALUE_UNFIT', 0, 'EndToEndId']);
    expect(place({ endToEndId: 'x'.repeat(36) })).toEqual(['FILE_VALUE_UNFIT', 0, 'EndToEndId']);
    expect(place({ amount: money(-1n, CNY) })).toEqual(['FILE_VALUE_UNFIT', 0, 'InstdAmt']);
    expect(place({ partner: { ...AMURBANK, bic: 'AMUR' } })).toEqual(['FILE_VALUE_UNFIT', 0, 'CdtrAgt/BIC']);
    expect(place(withAccounts('CNY', 'DE88370400440532013000'))).toEqual([
      'FILE_VALUE_UNFIT',
      0,
      'CdtrAcct/IBAN',
    ]);
    expect(placeOf(() => textOf(yuan(), yuan()))).toEqual(['FILE_VALUE_UNFIT', 0, 'EndToEndId']);
    expect(placeOf(() => textOf(yuan(), orderOf({ currency: RUB })))).toEqual([
      'FILE_VALUE_UNFIT',
      0,
      'PmtInf',
    ]);
  });

  test('a bank in China is named by its CNAPS number, one elsewhere by its BIC', () => {
    const agent = (bic: string) => textOf(yuan({ partner: { ...AMURBANK, bic } }));
    expect(agent('102100099996')).toContain('<Cd>CNAPS</Cd>');
    expect(agent('DEUTDEFF500')).toContain('<BIC>DEUTDEFF500</BIC>');
  });
});

describe('Transliteration', () => {
  test('follows the passport table and keeps capitals', () => {
    const text = (value: string) => swiftText(value);
    expect(text('Щукин Юрий Ёлкин')).toEqual({ text: 'Shchukin Iurii Elkin' });
    expect(text('ОБЪЕКТ № 5 — «Весна»')).toEqual({ text: "OBIeEKT No 5 - 'Vesna'" });
    expect(text('Чай & Ко')).toEqual({ unfit: '&' });
    expect(text('结')).toEqual({ unfit: '结' });
  });
});
