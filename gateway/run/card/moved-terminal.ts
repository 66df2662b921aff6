/** A terminal that was moved to another merchant keeps the right to end what it began. Its void or completion belongs to the
 *  merchant of the transaction that it is about, and so does what its bank is told, whichever of the two it names. */
import { unpack } from '../../iso8583/codec.ts';
import { invariant } from '../../kernel/errors.ts';
import type { Mid } from '../../kernel/identifiers.ts';
import type { CardRecord } from '../../payments/card/records.ts';
import type { CardAsk } from './ask.ts';
import type { CardContext } from './context.ts';
import { FactsError, kindOf, originalRrn } from './facts.ts';
import { bodyHash, type TillMessage } from './till-message.ts';

/** Reversals, and what says only what a batch was: totals and the items of an upload. */
const ABOUT_BEFORE: ReadonlySet<string> = new Set(['3', '4', '5']);

/** Whether the message is of the time when its terminal sold for the merchant it names. */
export async function isOfBefore(
  { store }: Pick<CardContext, 'store'>,
  message: TillMessage,
): Promise<boolean> {
  const { identity } = message;
  if (ABOUT_BEFORE.has(identity.messageClass)) return true;
  if ((await store.cards.byIdentity(identity)) !== null) return true;
  return isEnd(message) && (await concerned(store, message)) !== null;
}

/** Of a void or completion: as a message to the merchant whose transaction it ends. Answers name the merchant it named.
 *  Errors  FactsError; what the store throws */
export async function underItsMerchant(
  { store, parties }: Pick<CardContext, 'store' | 'parties'>,
  ask: CardAsk,
): Promise<CardAsk> {
  const { message } = ask;
  const { identity } = message;
  const mid = (await concerned(store, message))?.identity.mid ?? identity.mid;
  if (mid === identity.mid) return ask;
  const merchant = await parties.merchant(mid);
  invariant(merchant !== null, 'A merchant with transactions is never removed.');
  return {
    ...ask,
    message: { ...message, identity: { ...identity, mid } },
    merchant,
    bodyHash: bodyHash(naming(message, mid)),
  };
}

function isEnd(message: TillMessage): boolean {
  const kind = kindOf(message);
  return kind === 'void' || kind === 'completion';
}

/** What the terminal was told of the message before, or else the transaction of its own that the message names. */
async function concerned(store: CardContext['store'], message: TillMessage): Promise<CardRecord | null> {
  const { identity } = message;
  const told = await store.cards.byTerminal(identity);
  if (told !== null) return told;
  const rrn = rrnOrNull(message);
  return rrn === null ? null : store.cards.ofTerminalByRrn(identity.tid, rrn);
}

function rrnOrNull(message: TillMessage): string | null {
  try {
    return originalRrn(message);
  } catch (error) {
    // Refused as such when its facts are read.
    if (error instanceof FactsError) return null;
    throw error;
  }
}

/** The message as it would have been under that merchant: what a repeat of it is compared with. */
function naming(message: TillMessage, mid: Mid): TillMessage {
  const { iso, spec } = message;
  const extent = iso.extents()[42];
  invariant(extent !== undefined, 'A message that is identified names its merchant.');
  const bytes = Uint8Array.from(iso.bytes);
  bytes.set(Buffer.from(mid.padEnd(extent.valueBytes), 'latin1'), extent.offset + extent.prefixBytes);
  return { ...message, iso: unpack(spec, bytes) };
}
