/** 0800: sign-on, sign-off, key change and echo. Nothing of it is stored but by the terminal. */

import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { KeysError } from '../../keys/keys-error.ts';
import { parseKsn } from '../../keys/ksn.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
import type { AnswerValues } from './answer.ts';
import { answerTo, type CardAsk } from './ask.ts';
import { openBatchFrom } from './batches.ts';
import type { CardContext } from './context.ts';
import { textAt } from './facts.ts';

/** DE70. */
export const NETWORK = {
  signOn: '001',
  signOff: '002',
  keyChange: '101',
  keyWanted: '161',
  echo: '301',
} as const;

const KEY_REFUSED = '97';

/** Errors  FactsError; what the store throws */
export async function takeNetwork(context: CardContext, ask: CardAsk): Promise<Uint8Array> {
  switch (textAt(ask.message.iso.fields[70])) {
    case NETWORK.signOn:
      return answerTo(context, ask, OWN_CODES.approved, {
        ...clockValues(context),
        60: await openBatchFrom(context, ask),
      });
    case NETWORK.signOff:
    case NETWORK.echo:
      return answerTo(context, ask, OWN_CODES.approved, clockValues(context));
    case NETWORK.keyChange:
    case NETWORK.keyWanted:
      return newInitialKey(context, ask);
    default:
      return answerTo(context, ask, OWN_CODES.notAllowed);
  }
}

/** DE12 and DE13: the gateway's time in Moscow. */
function clockValues({ store }: CardContext): AnswerValues {
  const { date, time } = localTime(store.now(), MOSCOW_OFFSET_MINUTES);
  return { 12: time.replaceAll(':', ''), 13: `${date.slice(5, 7)}${date.slice(8, 10)}` };
}

/** A new initial key for the pad that made the message's MAC, under its transport key: DE48 has the key block (KB), with the
 *  new key serial number inside it, and the check value (KC), each a tag of two letters, three digits of length, the
 *  value. Deriving it again gives the same key, so a repeat does no harm. */
async function newInitialKey(context: CardContext, ask: CardAsk): Promise<Uint8Array> {
  const { key } = ask;
  const set = key?.kind === 'dukpt' ? context.keys.find(key.ksn) : null;
  const renewal = set?.renewal ?? null;
  const { tid } = ask.message.identity;
  if (key?.kind !== 'dukpt' || renewal === null) {
    // A pad at the end of its chain works on until its counter ends: somebody must configure the next renewal before.
    context.log.alarm('card_key_change_failed', { tid, reason: 'no_renewal' });
    return answerTo(context, ask, OWN_CODES.notAllowed);
  }
  try {
    const ksn = parseKsn(`${renewal.ksnPrefix}${key.ksn.slice(renewal.ksnPrefix.length)}`);
    const under = renewal.transportKey.replace('{tid}', tid);
    const { block, kcv } = await context.hsm.deriveInitialKey({ bdk: renewal.bdk, ksn, under });
    context.log.info('card_key_given', { tid });
    return answerTo(context, ask, OWN_CODES.approved, { 48: `${element('KB', block)}${element('KC', kcv)}` });
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    context.log.alarm('card_key_change_failed', { tid, code: error.code });
    return answerTo(context, ask, KEY_REFUSED);
  }
}

function element(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(3, '0')}${value}`;
}
