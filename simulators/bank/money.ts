/** From a message of classes 1, 2, 4 and 5 to its answer: MAC, shape, identity, decision, and the answer kept for repeats.
 *  Runs inside the transaction that makes it all durable.
 *  Source  docs/bank-link.md, sections 5 and 6 */

import { pack } from '../../gateway/iso8583/codec.ts';
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import { macInput } from '../../gateway/iso8583/mac-input.ts';
import { firstMti } from '../../gateway/iso8583/mti.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import type { UnpackedMessage } from '../../gateway/iso8583/unpacked-message.ts';
import { decideCompletion, decideReversal } from './advices.ts';
import type { Choice } from './arming.ts';
import type { Answer } from './delivery.ts';
import { armedRefusal, type Decision, type Desk, refused } from './desk.ts';
import { answerTo, bodyOf, contentOf, identityOf, isWellFormed } from './messages.ts';
import { decideRequest } from './requests.ts';
import { decideTotals } from './totals.ts';
import type { ZoneKey } from './zone-keys.ts';

export function answerMoney(desk: Desk, spec: Spec, message: UnpackedMessage, choice: Choice): Answer {
  if (macKeyOf(desk, spec, message.bytes) === null) return answered(desk, spec, message, refused('88'));
  if (!isWellFormed(message)) return answered(desk, spec, message, refused('30'));
  const identity = identityOf(message);
  const content = contentOf(message);
  const known = desk.transactions.answered(identity);
  if (known !== null) {
    const key = desk.keys.get('ZAK', 'current');
    return Buffer.compare(known.content, content) === 0 && key !== null
      ? { bytes: known.answer, key }
      : answered(desk, spec, message, refused('94'));
  }
  const decision = decide(desk, message, choice);
  const answer = answered(desk, spec, message, decision);
  if (decision.kept) desk.transactions.keepAnswer(identity, content, answer.bytes);
  return answer;
}

/** A refusal outside any decision, e.g. before sign-on: nothing is looked at and nothing done. */
export function refuse(desk: Desk, spec: Spec, message: UnpackedMessage, code: string): Answer {
  return answered(desk, spec, message, refused(code));
}

function decide(desk: Desk, message: UnpackedMessage, choice: Choice): Decision {
  const kind = firstMti(message.mti);
  if (kind === '0100' || kind === '0200') return decideRequest(desk, message, choice);
  const armed = armedRefusal(choice);
  if (armed !== null) return refused(armed);
  if (kind === '0220') return decideCompletion(desk, message);
  if (kind === '0420') return decideReversal(desk, message);
  return decideTotals(desk, message);
}

function macKeyOf(desk: Desk, spec: Spec, bytes: Uint8Array): ZoneKey | null {
  try {
    const { body, mac } = macInput(spec, bytes);
    return desk.keys.macKey(body, mac);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function answered(desk: Desk, spec: Spec, message: UnpackedMessage, decision: Decision): Answer {
  const answer = answerTo(message, { ...decision.values, 39: decision.code });
  const key = desk.keys.get('ZAK', 'current');
  return key === null ? { bytes: pack(spec, answer), key } : { bytes: bodyOf(spec, answer), key };
}
