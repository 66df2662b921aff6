/** What a row of the journal notes beside who, what and with what: `сумма 172 191,55 ₽`. */
import type { Language } from '../../../electron/contract/commands.ts';
import type { JournalRow } from '../../../gateway/console/contract/views.ts';
import { moneyText } from '../../text/format.ts';
import { moneyOfMinor } from '../figures.ts';
import { CONSOLE_WORDS } from '../text/words.ts';

const HASH_SHOWN = 12;

export function journalFacts(
  row: Pick<JournalRow, 'subject' | 'facts'>,
  language: Language,
): readonly string[] {
  const { reasons } = CONSOLE_WORDS[language];
  return Object.entries(row.facts)
    .filter(([, value]) => value !== '')
    .map(
      ([name, value]) => `${reasons.journal[name] ?? name} ${wordsOf(name, value, row.subject, language)}`,
    );
}

function wordsOf(name: string, value: string, subject: string, language: Language): string {
  const { roles, settlement, cards } = CONSOLE_WORDS[language];
  switch (name) {
    case 'role':
      return roles[value] ?? value;
    case 'outcome':
      return settlement.outcomes[value] ?? cards.outcomes[value] ?? value;
    case 'fileId':
      return `${value.slice(0, HASH_SHOWN)}…`;
    case 'netMinor': {
      // A cycle bears its currency in its name.
      const currency = /-([A-Z]{3})-[0-9]{8}$/.exec(subject)?.[1];
      return currency === undefined ? value : moneyText(moneyOfMinor(value, currency), language);
    }
    default:
      return value;
  }
}
