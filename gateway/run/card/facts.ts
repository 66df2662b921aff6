/** What a financial message of a till says, as the core takes it. */
import { parseAmount } from '../../iso8583/amounts.ts';
import { CodecError } from '../../iso8583/codec-error.ts';
import type { Mti } from '../../iso8583/mti.ts';
import { parseBatchData, parseDccData } from '../../iso8583/private-data.ts';
import { AmurError } from '../../kernel/errors.ts';
import { parseAttemptId, parseQuoteId, parseSaleId } from '../../kernel/identifiers.ts';
import type { Money } from '../../kernel/money.ts';
import type { CardFacts } from '../../payments/card/card-opening.ts';
import type { CardKind, DccTerms, ReversalCause } from '../../payments/card/records.ts';
import type { TillMessage } from './till-message.ts';

/** Class of the MTI, first two digits of DE3. Pre-authorisations come as 03 or 30. */
const KINDS: Readonly<Record<string, CardKind>> = {
  '1:03': 'preauthorisation',
  '1:30': 'preauthorisation',
  '2:00': 'sale',
  '2:02': 'void',
  '2:20': 'refund',
  '2:31': 'balance',
};

/** DE25 of what belongs to a pre-authorisation. */
const PREAUTHORISED = '06';

/** Null for what this leg does not know. A completion comes as a request or as an advice; no other advice is known. */
export function kindOf({ mti, iso }: TillMessage): CardKind | null {
  const code = iso.fields[3];
  if (typeof code !== 'string' || !isRequestOrAdvice(mti)) return null;
  const kind = KINDS[`${mti[1]}:${code.slice(0, 2)}`] ?? null;
  if (kind === 'sale' && iso.fields[25] === PREAUTHORISED) return 'completion';
  return isAdvice(mti) ? null : kind;
}

const isAdvice = (mti: Mti): boolean => mti[2] === '2';
const isRequestOrAdvice = (mti: Mti): boolean => mti[2] === '0' || isAdvice(mti);

/** A request that its terminal sends once: what it is told of it ends it. A void is asked for until it is answered otherwise than that
 *  the host is away, and so is every advice. */
export function isAskedOnce(message: TillMessage): boolean {
  const kind = kindOf(message);
  return kind !== null && kind !== 'void' && !isAdvice(message.mti);
}

/** A message that says less than it must, or something that cannot be; answered 30. `place` may be logged. */
export class FactsError extends Error {
  override readonly name = 'FactsError';
  readonly place: string;

  constructor(place: string) {
    super('The message lacks what its kind needs.');
    this.place = place;
  }
}

/** Errors  FactsError */
export function factsOf(
  message: TillMessage,
  kind: CardKind,
  cardId: string,
  bodyHash: string,
): Omit<CardFacts, 'card' | 'batch'> {
  return reading(() => {
    const { identity, data, iso } = message;
    const reference = data?.sale ?? null;
    const attempt = kind === 'sale' || kind === 'preauthorisation';
    return {
      cardId,
      identity,
      kind,
      saleId: attempt && reference !== null ? parseSaleId(reference.saleId) : null,
      attemptId: reference === null ? null : parseAttemptId(reference.attemptId),
      amount: amountOf(message),
      dcc: dccOf(message),
      entryMode: textAt(iso.fields[22]) ?? '000',
      conditionCode: textAt(iso.fields[25]) ?? '00',
      cvm: data?.pin == null ? 'other' : 'online_pin',
      pinKsn: data?.pin == null ? null : Buffer.from(data.pin.ksn).toString('hex').toUpperCase(),
      bodyHash,
    };
  });
}

/** DE4 in DE49. Errors  FactsError */
export function amountOf({ iso }: TillMessage): Money {
  const digits = textAt(iso.fields[4]);
  const currency = textAt(iso.fields[49]);
  if (digits === null || currency === null) throw new FactsError(digits === null ? 'de4' : 'de49');
  return reading(() => parseAmount(digits, currency));
}

/** Six digits; zeros from a terminal that has no batches. Errors  FactsError */
export function batchOf({ iso }: TillMessage): string {
  const text = textAt(iso.fields[60]);
  return text === null ? '000000' : reading(() => parseBatchData(text).batch);
}

/** DE37, or the original named by DE60. Null when neither names one. Errors  FactsError */
export function originalRrn({ iso }: TillMessage): string | null {
  const rrn = textAt(iso.fields[37]);
  const batch = textAt(iso.fields[60]);
  if (rrn !== null || batch === null) return rrn;
  return reading(() => parseBatchData(batch).original?.rrn ?? null);
}

/** Only what the customer chose: a declined offer leaves nothing to convert by. */
function dccOf({ iso }: TillMessage): DccTerms | null {
  const text = textAt(iso.fields[61]);
  const data = text === null ? null : parseDccData(text);
  if (data === null || data.choice === 'declined') return null;
  if (data.quoteId === null) throw new FactsError('de61');
  return { price: data.price, rate: data.rate, markupBp: data.markupBp, quoteId: parseQuoteId(data.quoteId) };
}

/** DE56 of a reversal, four digits of the 1993 edition. One without a reason says that no answer came. */
const CAUSES: Readonly<Record<string, ReversalCause>> = {
  '4000': 'customer_cancelled',
  '4020': 'answer_invalid',
  '4021': 'till_timeout',
  '4351': 'signature_refused',
};

export function causeOf({ iso }: TillMessage): ReversalCause {
  return CAUSES[textAt(iso.fields[56]) ?? ''] ?? 'till_timeout';
}

export function textAt(value: string | Uint8Array | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function bytesAt(value: string | Uint8Array | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}

/** Whatever the codec or the kernel finds wrong with a value is the message's fault here. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CodecError) throw new FactsError(`de${error.de ?? 'x'}`);
    if (error instanceof AmurError) throw new FactsError(error.code);
    throw error;
  }
}
