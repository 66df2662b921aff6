/** Network messages that the acquirer sends, and their answers.
 *  Source  docs/bank-link.md, sections 2.4 and 4 */
import { pack } from '../../gateway/iso8583/codec.ts';
import { macInput } from '../../gateway/iso8583/mac-input.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import type { UnpackedMessage } from '../../gateway/iso8583/unpacked-message.ts';
import { type Choice, NOTHING_CHOSEN } from './arming.ts';
import type { BankConnection } from './connection.ts';
import type { Answer } from './delivery.ts';
import { armedRefusal, type Desk } from './desk.ts';
import { answerTo, bodyOf, isWellFormed, readElements, text, writeElements } from './messages.ts';
import type { Moment } from './scenarios.ts';
import { ZONE_KEYS, type ZoneKey, type ZoneKeyName } from './zone-keys.ts';

const MOMENT_OF: Readonly<Record<string, Moment>> = { '001': 'sign_on', '101': 'key_change', '301': 'echo' };

export interface NetworkAnswer {
  readonly answer: Answer;
  readonly choice: Choice;
  /** Once it is durable. */
  readonly follows: 'signed_on' | 'signed_off' | 'key_wanted' | 'nothing';
  readonly wanted: ZoneKeyName | null;
}

/** Runs inside a transaction. */
export function answerNetwork(
  desk: Desk,
  spec: Spec,
  connection: BankConnection,
  message: UnpackedMessage,
): NetworkAnswer {
  const purpose = text(message, 70);
  const moment = MOMENT_OF[purpose];
  const choice =
    moment === undefined
      ? NOTHING_CHOSEN
      : desk.arming.choose({ mti: moment, card: null, cardScenario: null, tid: '', repeated: () => false });
  const plain = (code: string, elements?: Readonly<Record<string, string>>): Answer =>
    answerWith(spec, message, code, null, elements);
  const armed = armedRefusal(choice) ?? (choice.get('link')?.name === 'sign_on_refused' ? '91' : null);
  const said = (answer: Answer): NetworkAnswer => ({ answer, choice, follows: 'nothing', wanted: null });
  if (armed !== null) return said(plain(armed));
  if (!isWellFormed(message)) return said(plain('30'));
  if (purpose === '001') return { ...said(plain('00')), follows: 'signed_on' };
  if (!connection.signedOn) return said(plain('91'));
  switch (purpose) {
    case '002':
      return { ...said(plain('00')), follows: 'signed_off' };
    case '301':
      return said(plain('00'));
    case '101':
      return said(takeKey(desk, spec, message));
    case '161':
      return keyWanted(desk, message, said, plain);
    default:
      return said(plain('12'));
  }
}

function keyWanted(
  desk: Desk,
  message: UnpackedMessage,
  said: (answer: Answer) => NetworkAnswer,
  plain: (code: string, elements?: Readonly<Record<string, string>>) => Answer,
): NetworkAnswer {
  const name = keyNamed(readElements(text(message, 48)));
  if (name === null) return said(plain('30'));
  if (desk.terms.keysMadeBy !== 'bank') return said(plain('12'));
  return { ...said(plain('00', { KN: name })), follows: 'key_wanted', wanted: name };
}

function takeKey(desk: Desk, spec: Spec, message: UnpackedMessage): Answer {
  const elements = readElements(text(message, 48));
  const name = keyNamed(elements);
  const [block, kcv] = [elements?.get('KB'), elements?.get('KC')];
  const before = desk.keys.get('ZAK', 'current');
  const refusal = (code: string): Answer => answerWith(spec, message, code, before);
  const complete = name !== null && block !== undefined && kcv !== undefined && /^[0-9A-F]{6}$/.test(kcv);
  const key = message.fields[128] === undefined ? null : macKeyOf(desk, spec, message);
  // The answer to the first ZAK may have been lost: its repeat has no MAC, and changes nothing.
  const repeated =
    complete && message.fields[128] === undefined && desk.keys.get(name, 'current')?.kcv === kcv;
  if (before !== null && key === null && !repeated) return refusal('88');
  if (!complete) return refusal('30');
  if (desk.terms.keysMadeBy !== 'gateway') return refusal('97');
  if (desk.keys.take(name, block, kcv) === 'refused') return refusal('97');
  return answerWith(spec, message, '00', key, { KN: name, KC: kcv });
}

function macKeyOf(desk: Desk, spec: Spec, message: UnpackedMessage): ZoneKey | null {
  const { body, mac } = macInput(spec, message.bytes);
  return desk.keys.macKey(body, mac);
}

function keyNamed(elements: ReadonlyMap<string, string> | null): ZoneKeyName | null {
  return ZONE_KEYS.find((name) => name === elements?.get('KN')) ?? null;
}

function answerWith(
  spec: Spec,
  message: UnpackedMessage,
  code: string,
  key: ZoneKey | null,
  elements?: Readonly<Record<string, string>>,
): Answer {
  const answer = answerTo(message, {
    39: code,
    48: elements === undefined ? undefined : writeElements(elements),
  });
  return { bytes: key === null ? pack(spec, answer) : bodyOf(spec, answer), key };
}
