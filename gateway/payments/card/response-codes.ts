/** DE39: which codes approve, which of a bank's codes are about our message and not about the card, and what we answer
 *  ourselves. Source: ISO 8583:1987 as agreed with the partner banks (docs/bank-link.md, section 6). */

const APPROVING: ReadonlySet<string> = new Set(['00', '08', '10', '11', '16']);

export const PARTIAL_APPROVAL = '10';

export function isApproval(code: string | null): boolean {
  return code !== null && APPROVING.has(code);
}

/** The bank did nothing, and the till can do nothing about it: wrong merchant set-up, format, MAC, identity, keys. */
const ABOUT_OUR_MESSAGE: ReadonlySet<string> = new Set(['03', '30', '88', '94', '97']);

export function isAboutOurMessage(code: string): boolean {
  return ABOUT_OUR_MESSAGE.has(code);
}

/** What the till is told for a bank's code. */
export function codeForTill(code: string): string {
  return isAboutOurMessage(code) ? OWN_CODES.malfunction : code;
}

/** Answers of the gateway's own. */
export const OWN_CODES = {
  approved: '00',
  amountInvalid: '13',
  /** Reversed before it came, or since; of a hold, completed or lifted before. */
  reversedBefore: '21',
  noOriginal: '25',
  notAllowed: '12',
  overLimit: '61',
  /** A reversal of another amount than its original asked for. */
  originalDiffers: '64',
  /** Nobody knows what the bank did; its reversal is queued. Also when the bank could not be asked. */
  bankUnavailable: '91',
  /** The same identity with another content. */
  duplicate: '94',
  /** Of a transaction: its batch is closed here, and its terminal is to close it and to go on in the next. */
  totalsDiffer: '95',
  malfunction: '96',
} as const;

/** What a bank's answer to an advice means for it. `again`: the bank could not deal with it now. `refused`: it never will,
 *  so that a person must; the queue behind it goes on. */
export type AdviceOutcome = 'settled' | 'again' | 'refused';

const TRY_AGAIN: ReadonlySet<string> = new Set(['68', '88', '90', '91', '92', '96', '97']);

/** A bank's answer to a reversal: there was nothing to undo. */
export const NOTHING_TO_UNDO = '25';
/** 21 says that it was undone before. */
const SETTLES_REVERSAL: ReadonlySet<string> = new Set(['00', '21', NOTHING_TO_UNDO]);

export function adviceOutcome(kind: 'reversal' | 'completion', code: string): AdviceOutcome {
  if (kind === 'reversal' ? SETTLES_REVERSAL.has(code) : isApproval(code)) return 'settled';
  return TRY_AGAIN.has(code) ? 'again' : 'refused';
}
