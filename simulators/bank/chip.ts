/** The issuer's part of a chip card's transaction: is its cryptogram right, and what is it told.
 *
 *  Shape   91: proof 8 and response code 2 (version 10), or proof 4 and card status update 4 (version 18);
 *          8A: response code; 72: script with its identifier 9F18 and one command 86
 *  Source  EMV 4.3 Book 2, 8.2; Book 3, 10.9 and annex E */
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { bytesOf, textOf } from '../../gateway/iso8583/message.ts';
import { buildTlv, parseTlv, type Tlv, tagValue } from '../../gateway/iso8583/tlv.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import { type CryptogramVersion, cryptogramData, cryptogramVersion } from '../../gateway/keys/arqc.ts';
import { KeysError } from '../../gateway/keys/keys-error.ts';
import { text } from './messages.ts';
import type { BankHsm, CardTerms } from './terms.ts';

export interface ChipRequest {
  readonly objects: readonly Tlv[];
  readonly version: CryptogramVersion;
  readonly arqc: Uint8Array;
  readonly atc: Uint8Array;
  readonly panSequence: string;
}

const FORBIDDEN = ['57', '5A', '5F20', '5F24', '99'];
/** What schemes want of every request, beside the cryptogram's own three. */
const MANDATORY = '82 84 95 9A 9C 5F2A 9F02 9F03 9F1A 9F27 9F33 9F37'.split(' ');
const ARQC = 0x80;
/** Application block: the command's own MAC is not made, because these cards carry out no command. */
const SCRIPT = Buffer.from(`9F180400000001860D841E000008${'00'.repeat(8)}`, 'hex');
const APPROVED_STATUS = Uint8Array.of(0x00, 0x80, 0x00, 0x00);
const DECLINED_STATUS = new Uint8Array(4);

/** Null without DE55. `malformed`: not what DE55 must be. */
export function chipOf(message: IsoMessage): ChipRequest | null | 'malformed' {
  const data = bytesOf(message, 55);
  if (data === undefined) return null;
  try {
    const objects = parseTlv(data, 55);
    if (objects.some(({ tag }) => FORBIDDEN.includes(tag))) return 'malformed';
    if (MANDATORY.some((tag) => tagValue(objects, tag) === undefined)) return 'malformed';
    const issuerData = tagValue(objects, '9F10');
    const version = issuerData === undefined ? null : cryptogramVersion(issuerData);
    const arqc = tagValue(objects, '9F26');
    const atc = tagValue(objects, '9F36');
    if (version === null || arqc?.length !== 8 || atc?.length !== 2) return 'malformed';
    return { objects, version, arqc, atc, panSequence: sequenceOf(message, objects) };
  } catch (error) {
    if (error instanceof CodecError) return 'malformed';
    throw error;
  }
}

/** DE23 has it behind a zero; tag 5F34 is the second place. */
function sequenceOf(message: IsoMessage, objects: readonly Tlv[]): string {
  const fromTag = tagValue(objects, '5F34');
  return (
    textOf(message, 23)?.slice(1) ?? (fromTag === undefined ? '00' : Buffer.from(fromTag).toString('hex'))
  );
}

/** An ARQC over this very amount and currency, made with the card's key. */
export function isCryptogramRight(
  hsm: BankHsm,
  card: CardTerms,
  chip: ChipRequest,
  message: IsoMessage,
): boolean {
  if (tagValue(chip.objects, '9F27')?.[0] !== ARQC) return false;
  const hex = (tag: string): string => Buffer.from(tagValue(chip.objects, tag) ?? []).toString('hex');
  if (hex('9F02') !== text(message, 4) || hex('5F2A') !== `0${text(message, 49)}`) return false;
  try {
    const tags = Object.fromEntries(chip.objects.map(({ tag, value }) => [tag, value]));
    const data = cryptogramData(chip.version, tags);
    return hsm.verifyArqc({ ...cryptogramOf(card, chip), data, arqc: chip.arqc });
  } catch (error) {
    if (error instanceof KeysError) return false;
    throw error;
  }
}

/** DE55 of the answer. A declined card is told so with a proof as well. */
export function issuerAnswer(
  hsm: BankHsm,
  card: CardTerms,
  chip: ChipRequest,
  { code, approved, script }: { readonly code: string; readonly approved: boolean; readonly script: boolean },
): Uint8Array {
  const request = { ...cryptogramOf(card, chip), arqc: chip.arqc };
  const status = approved ? APPROVED_STATUS : DECLINED_STATUS;
  const responseCode = Buffer.from(code, 'ascii');
  const proof =
    chip.version === 10
      ? [hsm.makeArpc({ ...request, answer: { method: 1, responseCode: code } }), responseCode]
      : [hsm.makeArpc({ ...request, answer: { method: 2, cardStatusUpdate: status } }), status];
  const objects = [
    { tag: '91', value: Buffer.concat(proof) },
    { tag: '8A', value: responseCode },
    ...(script ? [{ tag: '72', value: SCRIPT }] : []),
  ];
  return buildTlv(objects, 55);
}

function cryptogramOf(card: CardTerms, { version, panSequence, atc }: ChipRequest) {
  const pan = new Secret(card.pan, card.pan.slice(-4));
  return { issuerKey: card.imk, version, pan, panSequence, atc };
}
