/** What the engine noted of an exception, in words: codes get sentences, amounts and days are written as people write them. What a
 *  later version notes and these pages have no word for stands as it came. */
import type { Language } from '../../../electron/contract/commands.ts';
import type { ExceptionView } from '../../../gateway/console/contract/views.ts';
import type { MoneyJson } from '../../../gateway/kernel/money.ts';
import { dateText } from '../../text/format.ts';
import { moneyOfMinor } from '../figures.ts';
import { CONSOLE_WORDS } from '../text/words.ts';

export type NamedFact = readonly [name: string, value: string | MoneyJson];

/** As in places.ts: which of an archive's files it is, its name says. */
const ARCHIVE_LINES = 10_000_000;
/** Said elsewhere, or for machines. */
const UNSAID: ReadonlySet<string> = new Set(['also', 'file', 'advice', 'line', 'column', 'matchedFileId']);

export function exceptionFacts(
  { facts, atRisk, line }: Pick<ExceptionView, 'facts' | 'atRisk' | 'line'>,
  language: Language,
): readonly NamedFact[] {
  const { reasons, reconciliation } = CONSOLE_WORDS[language];
  const place = facts.line ?? (line === null ? null : `${line % ARCHIVE_LINES}`);
  const named = Object.entries(facts).flatMap(([name, value]): readonly NamedFact[] => {
    if (UNSAID.has(name) || value === '') return [];
    if (name === 'book') return [[reconciliation.account, reconciliation.books[value] ?? value]];
    if (name === 'lackMinor') {
      return value === '0' ? [] : [[reconciliation.lack, moneyOfMinor(value, atRisk.currency)]];
    }
    if (name === 'code') return [[reasons.files.title, reasons.files.byCode[value] ?? value]];
    if (name === 'reason') return [[reasons.readerTitle, value]];
    return [[reasons.facts[name] ?? name, wordsOf(value, language)]];
  });
  return place === null ? named : [...named, [reasons.placeTitle, reasons.place(place, facts.column ?? '')]];
}

/** `41200 CNY` is an amount in minor units. */
function wordsOf(value: string, language: Language): string | MoneyJson {
  const money = /^(-?[0-9]{1,18}) ([A-Z]{3})$/.exec(value);
  if (money !== null) return moneyOfMinor(money[1] ?? '0', money[2] ?? '');
  if (/^20[0-9]{2}-[01][0-9]-[0-3][0-9]$/.test(value)) return dateText(value, language);
  return CONSOLE_WORDS[language].reasons.kinds[value] ?? value;
}
