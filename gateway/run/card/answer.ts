/** Packs answers to tills: once, with the MAC written into the packed bytes. An answer depends on its request and on what
 *  it says alone, so that the same answer made again is the same bytes. What is kept of one has zeros for its MAC: whoever asks again
 *  gets it under the key that he asks with. */
import { pack } from '../../iso8583/codec.ts';
import type { FieldValue } from '../../iso8583/message.ts';
import { isMti, responseMti } from '../../iso8583/mti.ts';
import type { KeyUse } from '../../keys/hsm.ts';
import type { CardContext } from './context.ts';
import type { ReplyHead, TillMessage } from './till-message.ts';

export type AnswerValues = Readonly<Record<number, FieldValue | undefined>>;

const MAC_BYTES = 8;
/** What every answer repeats unchanged, where the request has it. */
const REPEATED = [3, 4, 7, 11, 12, 13, 24, 37, 41, 42, 49, 50, 70];

/** An answer whose MAC is being made while its transaction is committed. */
export interface PreparedAnswer {
  /** With zeros for its MAC. */
  readonly kept: Uint8Array;
  /** Not to be sent before the commit. */
  readonly sent: Promise<Uint8Array>;
}

/** `values` holds DE39 and what else the answer says. With a null key the answer has no MAC: only for requests that had none. */
export function packAnswer(
  context: Pick<CardContext, 'hsm'>,
  request: TillMessage,
  key: KeyUse | null,
  values: AnswerValues,
): Promise<Uint8Array> {
  return answerUnder(context, key, packWithoutMac(request, key, values));
}

/** As `packAnswer`, and what is to be kept of it. Whoever drops it need not look after its promise. */
export function prepareAnswer(
  context: Pick<CardContext, 'hsm'>,
  request: TillMessage,
  key: KeyUse | null,
  values: AnswerValues,
): PreparedAnswer {
  const kept = packWithoutMac(request, key, values);
  const sent = answerUnder(context, key, kept);
  sent.catch(() => undefined);
  return { kept, sent };
}

function packWithoutMac(request: TillMessage, key: KeyUse | null, values: AnswerValues): Uint8Array {
  const { spec, iso, mti } = request;
  const last = Math.max(70, ...Object.keys(values).map(Number));
  const fields = new Array<FieldValue | undefined>(last + 1).fill(undefined);
  for (const de of REPEATED) fields[de] = iso.fields[de];
  for (const [de, value] of Object.entries(values)) if (value !== undefined) fields[Number(de)] = value;
  if (key === null) return pack(spec, { mti: responseMti(mti), fields });
  const above = fields.findLastIndex((value) => value !== undefined) > 64;
  if (above) fields[128] = new Uint8Array(MAC_BYTES);
  else fields[64] = new Uint8Array(MAC_BYTES);
  return pack(spec, { mti: responseMti(mti), fields });
}

/** A kept answer under the key of the message that asks for it now: the same bytes for the same message, and for
 *  one whose terminal made its MAC anew, a MAC that it can check. */
export async function answerUnder(
  { hsm }: Pick<CardContext, 'hsm'>,
  key: KeyUse | null,
  stored: Uint8Array,
): Promise<Uint8Array> {
  if (key === null) return stored;
  const packed = Buffer.from(stored);
  const data = packed.subarray(0, packed.length - MAC_BYTES);
  packed.set(await hsm.generateMac({ key, direction: 'response', data }), data.length);
  return packed;
}

/** To a message that could not be read as a whole: format error, without a MAC, as no key can be told. */
export function packRefusal(head: ReplyHead, responseCode: string): Uint8Array | null {
  if (!isMti(head.mti)) return null;
  const fields = new Array<FieldValue | undefined>(43).fill(undefined);
  fields[7] = head.transmittedAt;
  fields[11] = head.stan;
  fields[39] = responseCode;
  fields[41] = head.tid;
  fields[42] = head.mid;
  return pack(head.spec, { mti: responseMti(head.mti), fields });
}
