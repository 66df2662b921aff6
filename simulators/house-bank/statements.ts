/** Statements of a day as the house bank gives them out: 1CClientBankExchange, camt.053 and camt.054.
 *  Written from the formats, apart from the acquirer's readers. */
import iconv from 'iconv-lite';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { DayOfAccount, Entry } from './house-bank.ts';

/** Version 1.03, windows-1251. */
export function statement1c(day: DayOfAccount): Uint8Array {
  const { account, from, to } = day;
  const of = (minor: bigint): string => decimal(minor, account.currency);
  const head = [
    '1CClientBankExchange',
    'ВерсияФормата=1.03',
    'Кодировка=Windows',
    'Отправитель=House Bank',
    'Получатель=',
    `ДатаСоздания=${russian(to)}`,
    'ВремяСоздания=23:00:00',
    `ДатаНачала=${russian(from)}`,
    `ДатаКонца=${russian(to)}`,
    `РасчСчет=${account.number}`,
    'СекцияРасчСчет',
    `ДатаНачала=${russian(from)}`,
    `ДатаКонца=${russian(to)}`,
    `РасчСчет=${account.number}`,
    `НачальныйОстаток=${of(day.openingMinor)}`,
    `ВсегоПоступило=${of(sum(day, 'in'))}`,
    `ВсегоСписано=${of(sum(day, 'out'))}`,
    `КонечныйОстаток=${of(closing(day))}`,
    'КонецРасчСчет',
  ];
  const lines = [...head, ...day.entries.flatMap((entry) => document1c(day, entry)), 'КонецФайла', ''];
  return new Uint8Array(iconv.encode(lines.join('\r\n'), 'win1251'));
}

function document1c(day: DayOfAccount, entry: Entry): readonly string[] {
  const out = entry.direction === 'out';
  const ours = { account: day.account.number, name: day.account.owner };
  const other = { account: entry.otherAccount, name: entry.otherName };
  const [payer, payee] = out ? [ours, other] : [other, ours];
  return [
    'СекцияДокумент=Платежное поручение',
    `Номер=${entry.number}`,
    `Дата=${russian(entry.orderedOn)}`,
    `Сумма=${decimal(entry.minor, day.account.currency)}`,
    `ПлательщикСчет=${payer.account}`,
    `ДатаСписано=${out ? russian(entry.bookedOn) : ''}`,
    `Плательщик1=${payer.name}`,
    `ПолучательСчет=${payee.account}`,
    `ДатаПоступило=${out ? '' : russian(entry.bookedOn)}`,
    `Получатель1=${payee.name}`,
    `НазначениеПлатежа=${entry.purpose}`,
    'КонецДокумента',
  ];
}

export type CamtVersion = 2 | 4 | 8;

export function camt053(day: DayOfAccount, version: CamtVersion): Uint8Array {
  const { account, from, to } = day;
  const balance = (code: string, minor: bigint, date: string): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(minor < 0n ? -minor : minor, account.currency)}` +
    `<CdtDbtInd>${minor < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;
  const id = `${account.number}-${to}`;
  return xml([
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.0${version}"><BkToCstmrStmt>`,
    `<GrpHdr><MsgId>${id}</MsgId><CreDtTm>${to}T23:00:00</CreDtTm></GrpHdr>`,
    `<Stmt><Id>${id}</Id><CreDtTm>${to}T23:00:00</CreDtTm>`,
    `<Acct><Id><Othr><Id>${account.number}</Id></Othr></Id><Ccy>${account.currency}</Ccy></Acct>`,
    balance('OPBD', day.openingMinor, from),
    balance('CLBD', closing(day), to),
    `<TxsSummry><TtlNtries><NbOfNtries>${day.entries.length}</NbOfNtries></TtlNtries></TxsSummry>`,
    ...day.entries.map((entry) => entryXml(day, entry, version)),
    '</Stmt></BkToCstmrStmt></Document>',
  ]);
}

/** Of one entry. */
export function camt054(day: DayOfAccount, entry: Entry, version: CamtVersion): Uint8Array {
  const { account } = day;
  return xml([
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.0${version}"><BkToCstmrDbtCdtNtfctn>`,
    `<GrpHdr><MsgId>${entry.reference}</MsgId><CreDtTm>${entry.bookedOn}T12:00:00</CreDtTm></GrpHdr>`,
    `<Ntfctn><Id>${entry.reference}</Id><CreDtTm>${entry.bookedOn}T12:00:00</CreDtTm>`,
    `<Acct><Id><Othr><Id>${account.number}</Id></Othr></Id><Ccy>${account.currency}</Ccy></Acct>`,
    entryXml(day, entry, version),
    '</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>',
  ]);
}

function entryXml(day: DayOfAccount, entry: Entry, version: CamtVersion): string {
  const out = entry.direction === 'out';
  const status = version >= 6 ? '<Sts><Cd>BOOK</Cd></Sts>' : '<Sts>BOOK</Sts>';
  const named = (role: string, name: string): string => {
    const inner = `<Nm>${escaped(name)}</Nm>`;
    return `<${role}>${version >= 7 ? `<Pty>${inner}</Pty>` : inner}</${role}>`;
  };
  const other = named(out ? 'Cdtr' : 'Dbtr', entry.otherName);
  return [
    `<Ntry><NtryRef>${entry.seq}</NtryRef>${amount(entry.minor, day.account.currency)}`,
    `<CdtDbtInd>${out ? 'DBIT' : 'CRDT'}</CdtDbtInd>${status}`,
    `<BookgDt><Dt>${entry.bookedOn}</Dt></BookgDt><ValDt><Dt>${entry.bookedOn}</Dt></ValDt>`,
    `<AcctSvcrRef>${entry.reference}</AcctSvcrRef><NtryDtls><TxDtls>`,
    `<Refs><EndToEndId>${entry.endToEndId ?? 'NOTPROVIDED'}</EndToEndId></Refs><RltdPties>${other}</RltdPties>`,
    `<RmtInf><Ustrd>${escaped(entry.purpose)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
  ].join('\n');
}

function sum(day: DayOfAccount, direction: 'in' | 'out'): bigint {
  return day.entries
    .filter((entry) => entry.direction === direction)
    .reduce((total, { minor }) => total + minor, 0n);
}

function closing(day: DayOfAccount): bigint {
  return day.openingMinor + sum(day, 'in') - sum(day, 'out');
}

function amount(minor: bigint, currency: string): string {
  return `<Amt Ccy="${currency}">${decimal(minor, currency)}</Amt>`;
}

function decimal(minor: bigint, currency: string): string {
  const { exponent } = currencyOf(currency);
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = exponent === 0 ? '' : `.${digits.slice(digits.length - exponent)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}

function russian(date: string): string {
  return date.replace(/^(....)-(..)-(..)$/, '$3.$2.$1');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function xml(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${lines.join('\n')}\n`);
}
