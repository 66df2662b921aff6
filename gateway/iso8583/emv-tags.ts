/** The EMV tags DE55 carries between card, terminal and issuer. Tags that are not here are kept and passed on, but never shown.
 *  Source  EMV 4.3 Book 3, annex A */
import type { LogRule } from './spec.ts';

export interface EmvTagRow {
  readonly tag: string;
  readonly name: string;
  /** `request`: a terminal sends it; `response`: an issuer answers with it; `forbidden`: never in DE55, it is card data in clear. */
  readonly use: 'request' | 'response' | 'forbidden';
  readonly log: LogRule;
}

const row = (
  tag: string,
  name: string,
  use: EmvTagRow['use'] = 'request',
  log: LogRule = 'clear',
): EmvTagRow => ({ tag, name, use, log });

export const EMV_TAGS: readonly EmvTagRow[] = [
  row('4F', 'Application identifier (card)'),
  row('50', 'Application label'),
  row('57', 'Track 2 equivalent data', 'forbidden', 'never'),
  row('5A', 'Application primary account number', 'forbidden', 'never'),
  row('5F20', 'Cardholder name', 'forbidden', 'never'),
  row('5F24', 'Application expiration date', 'forbidden', 'never'),
  row('5F2A', 'Transaction currency code'),
  row('5F34', 'Application PAN sequence number'),
  row('71', 'Issuer script template 1', 'response', 'never'),
  row('72', 'Issuer script template 2', 'response', 'never'),
  row('82', 'Application interchange profile'),
  row('84', 'Dedicated file name'),
  row('8A', 'Authorisation response code', 'response'),
  row('91', 'Issuer authentication data', 'response'),
  row('95', 'Terminal verification results'),
  row('99', 'Transaction personal identification number data', 'forbidden', 'never'),
  row('9A', 'Transaction date'),
  row('9B', 'Transaction status information'),
  row('9C', 'Transaction type'),
  row('9F02', 'Amount, authorised'),
  row('9F03', 'Amount, other'),
  row('9F06', 'Application identifier (terminal)'),
  row('9F09', 'Application version number (terminal)'),
  row('9F10', 'Issuer application data'),
  row('9F1A', 'Terminal country code'),
  row('9F1E', 'Interface device serial number'),
  row('9F20', 'Track 2 discretionary data', 'forbidden', 'never'),
  row('9F26', 'Application cryptogram'),
  row('9F27', 'Cryptogram information data'),
  row('9F33', 'Terminal capabilities'),
  row('9F34', 'Cardholder verification method results'),
  row('9F35', 'Terminal type'),
  row('9F36', 'Application transaction counter'),
  row('9F37', 'Unpredictable number'),
  row('9F41', 'Transaction sequence counter'),
  row('9F42', 'Application currency code'),
  row('9F53', 'Transaction category code'),
  row('9F5B', 'Issuer script results'),
  row('9F6B', 'Track 2 data (contactless)', 'forbidden', 'never'),
  row('9F6E', 'Form factor indicator'),
  row('DF31', 'Issuer script results (terminal)'),
];

const BY_TAG: ReadonlyMap<string, EmvTagRow> = new Map(EMV_TAGS.map((entry) => [entry.tag, entry]));

export function emvTag(tag: string): EmvTagRow | undefined {
  return BY_TAG.get(tag);
}
