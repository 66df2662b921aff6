/** Names of what the server knows by a code: who owes us, what was paid with, what an account or a posting is. */
import type { Language } from '../../../electron/contract/commands.ts';
import { CONSOLE_WORDS } from './words.ts';

/** A wallet by its own name; of a bank the name it was configured with, which is what is passed in. */
export function partyName(party: string, language: Language): string {
  return CONSOLE_WORDS[language].payments.tenders[party] ?? party;
}

/** `mir refund` as `Мир · возврат`. */
export function tenderName(tender: string, language: Language): string {
  const { tenders, kinds } = CONSOLE_WORDS[language].payments;
  const [scheme = '', kind] = tender.split(' ');
  const name = tenders[scheme] ?? scheme;
  return kind === undefined ? name : `${name} · ${kinds[kind] ?? kind}`;
}

/** Of a payment's story: a step, a state it reached, or what became of something that followed it (`completion_approved`). */
export function stepName(step: string, language: Language): string {
  const { steps, states, kinds } = CONSOLE_WORDS[language].payments;
  const known = steps[step] ?? states[step];
  if (known !== undefined) return known;
  const [kind = '', ...rest] = step.split('_');
  const state = rest.join('_');
  return `${kinds[kind] ?? kind} · ${states[state] ?? state}`;
}

/** Null where there is no word for it. */
export function accountName(account: string, language: Language): string | null {
  const [family = ''] = account.split(':');
  return CONSOLE_WORDS[language].books.accounts[family] ?? null;
}

/** By the longest beginning of the template's name. */
export function templateName(template: string, language: Language): string | null {
  const { templates } = CONSOLE_WORDS[language].books;
  const [longest] = Object.keys(templates)
    .filter((name) => template.startsWith(name))
    .sort((a, b) => b.length - a.length);
  return longest === undefined ? null : (templates[longest] ?? null);
}
