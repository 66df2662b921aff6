/** A merchant's statement of one cycle, as a page to print: what was sold by tender and currency, what was kept, what is paid.
 *  One file without scripts, fonts or links; it prints on A4. Errors  FILE_VALUE_UNFIT where it contradicts its own sums. */
import { currencyExponent } from '../../kernel/currency.ts';
import { type Money, money } from '../../kernel/money.ts';
import type { CycleRecord, NetLine, PayeeRecord } from '../contract.ts';
import { comesToItsNet } from './partner-detail.ts';
import { refusal } from './source.ts';
import { escapeXml } from './xml-write.ts';

/** One row of turnover: payers of one kind, who paid in one currency. */
export interface StatementTender {
  readonly tender: 'alipay' | 'card' | 'other';
  /** Letters of the currency the payers were charged in. */
  readonly paidIn: string;
  readonly salesCount: number;
  /** In the cycle's currency. */
  readonly sales: Money;
  readonly refundsCount: number;
  readonly refunds: Money;
}

export interface MerchantStatement {
  readonly acquirer: string;
  readonly partner: string;
  readonly payee: PayeeRecord;
  readonly cycle: CycleRecord;
  readonly line: NetLine;
  readonly tenders: readonly StatementTender[];
  /** What is still held back after this cycle. */
  readonly reserveBalance: Money;
}

const TENDERS: Readonly<Record<StatementTender['tender'], string>> = {
  alipay: 'Кошелёк Alipay',
  card: 'Банковская карта',
  other: 'Иное',
};

export function writeMerchantStatement(statement: MerchantStatement): Uint8Array {
  requireSums(statement);
  const { payee, cycle, acquirer, partner } = statement;
  const title = `Отчёт о расчётах ${cycle.cycleId}`;
  const facts: readonly (readonly [string, string])[] = [
    [payee.kind === 'merchant' ? 'Предприятие' : 'Благотворительная организация', payee.name],
    ['ИНН', payee.inn],
    [payee.kind === 'merchant' ? 'Номер (MID)' : 'Код', payee.id],
    ['Счёт', payee.account],
    ['Банк, который зачисляет', partner],
    ['Эквайрер', acquirer],
    ['Расчётный день', dateText(cycle.businessDate)],
    ['Дата зачисления', dateText(cycle.valueDate)],
    ['Валюта', cycle.currency],
  ];
  const body = [
    `<h1>${escapeXml(title)}</h1>`,
    `<table class="facts">${facts.map(([name, value]) => row([name, value])).join('')}</table>`,
    '<h2>Обороты</h2>',
    turnover(statement),
    '<h2>Расчёт</h2>',
    reckoning(statement),
    `<p class="note">Суммы в ${escapeXml(cycle.currency)}. Комиссия указана с НДС. Отчёт составлен по записям эквайрера.</p>`,
  ].join('\n');
  return new TextEncoder().encode(page(title, body));
}

function turnover({ tenders, line }: MerchantStatement): string {
  const heading = [
    'Чем платили',
    'Валюта плательщика',
    'Продаж',
    'Сумма продаж',
    'Возвратов',
    'Сумма возвратов',
  ];
  const rows = tenders.map((tender) =>
    row([
      TENDERS[tender.tender],
      tender.paidIn,
      String(tender.salesCount),
      amountText(tender.sales),
      String(tender.refundsCount),
      amountText(tender.refunds),
    ]),
  );
  const of = (minor: bigint): string => amountText(money(minor, line.currency));
  const total = [String(line.salesCount), of(line.sales), String(line.refundsCount), of(line.refunds)];
  return table(heading, rows, row(['Всего', '', ...total], 'total'));
}

function reckoning({ line, cycle, reserveBalance }: MerchantStatement): string {
  const of = (minor: bigint): string => amountText(money(minor, line.currency));
  const carried = line.carriedFrom === null ? '' : ` (${line.carriedFrom})`;
  const lines: readonly (readonly [string, bigint])[] = [
    [`Перенесено с прошлого расчёта${carried}`, line.carriedIn],
    [line.kind === 'merchant' ? 'Продажи' : 'Пожертвования', line.sales],
    ['Возвраты', -line.refunds],
    ['Опротестованные платежи', -line.chargebacks],
    ['Комиссия', -line.fees],
    ['Возвращённая комиссия', line.feesReturned],
    ['Передано на благотворительность', -line.donations],
    ['Поправки', line.adjustments],
    ['Удержано в резерв', -line.reserveHeld],
    ['Возвращено из резерва', line.reserveReleased],
  ];
  // What is nought and always there is shown; what hardly ever happens only when it does.
  const shown = lines.filter(([, minor], index) => minor !== 0n || [1, 2, 4].includes(index));
  const outcome: readonly (readonly [string, bigint])[] = [
    ['Итого', line.net],
    [line.due < 0n ? 'К взысканию' : 'К перечислению', line.due < 0n ? -line.due : line.due],
    ['Переносится на следующий расчёт', line.carriedOut],
  ];
  const notes = [
    row(['в том числе НДС в комиссии', of(line.vat)], 'aside'),
    row(['Остаток резерва после расчёта', amountText(reserveBalance)], 'aside'),
  ];
  const rows = shown.map(([name, minor]) => row([name, of(minor)]));
  const totals = outcome.map(([name, minor]) => row([name, of(minor)], 'total')).join('');
  return table(['Статья', `Сумма, ${cycle.currency}`], rows, totals + notes.join(''));
}

function requireSums({ line, cycle, tenders, payee }: MerchantStatement): void {
  const sum = (pick: (tender: StatementTender) => Money): bigint =>
    tenders.reduce((total, tender) => total + pick(tender).amountMinor, 0n);
  const foreign = tenders.some(
    ({ sales, refunds }) => sales.currency !== line.currency || refunds.currency !== line.currency,
  );
  const agrees =
    !foreign &&
    sum((tender) => tender.sales) === line.sales &&
    sum((tender) => tender.refunds) === line.refunds &&
    tenders.reduce((count, tender) => count + tender.salesCount, 0) === line.salesCount &&
    comesToItsNet(line) &&
    line.cycleId === cycle.cycleId &&
    line.id === payee.id;
  if (!agrees) {
    const reason = 'The turnover, the lines and the net do not belong together.';
    throw refusal('FILE_VALUE_UNFIT', `${cycle.cycleId} statement`, { line: 0, column: 'net' }, reason);
  }
}

function row(cells: readonly string[], kind = ''): string {
  const attribute = kind === '' ? '' : ` class="${kind}"`;
  return `<tr${attribute}>${cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join('')}</tr>\n`;
}

function table(heading: readonly string[], rows: readonly string[], foot: string): string {
  const cells = heading.map((cell) => `<th scope="col">${escapeXml(cell)}</th>`).join('');
  return `<table>\n<thead><tr>${cells}</tr></thead>\n<tbody>${rows.join('')}</tbody>\n<tfoot>${foot}</tfoot>\n</table>`;
}

/** `1 234 567,80`: groups of three apart by a space that does not break, a decimal comma, a true minus. */
export function amountText(value: Money): string {
  const exponent = currencyExponent(value.currency);
  const negative = value.amountMinor < 0n;
  const digits = (negative ? -value.amountMinor : value.amountMinor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  const fraction = exponent === 0 ? '' : `,${digits.slice(digits.length - exponent)}`;
  return `${negative ? '\u2212' : ''}${whole}${fraction}`;
}

function dateText(date: string): string {
  return `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
}

const STYLE = `
@page { size: A4; margin: 18mm 16mm; }
body { font: 10.5pt/1.4 "Noto Sans", "Segoe UI", Arial, sans-serif; color: #111; max-width: 180mm; margin: 8mm auto; }
h1 { font-size: 15pt; margin: 0 0 5mm; }
h2 { font-size: 11.5pt; margin: 7mm 0 2mm; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: 1.2mm 2mm; text-align: right; border-bottom: 0.2mm solid #bbb; font-variant-numeric: tabular-nums; }
td:first-child, th:first-child, .facts td { text-align: left; }
.facts td:first-child { color: #555; width: 62mm; }
.total td { font-weight: 700; border-top: 0.3mm solid #111; }
.aside td { color: #555; border-bottom: none; }
.note { color: #555; font-size: 9pt; }
@media print { body { margin: 0; max-width: none; } }
`;

function page(title: string, body: string): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
