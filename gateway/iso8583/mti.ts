/** Message type indicators: version, class, function and origin (ISO 8583:1987, 4.1; values in ISO 8583:2003, table 1). */
import { CodecError } from './codec-error.ts';

type Version = '0' | '1' | '2' | '8' | '9';
type ClassDigit = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8';
type FunctionDigit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type OriginDigit = '0' | '1' | '2' | '3' | '4' | '5';

/** Four digits, e.g. `0200`. A literal is checked by the compiler, text that came from outside by `parseMti`. */
export type Mti = `${Version}${ClassDigit}${FunctionDigit}${OriginDigit}`;

export type MtiClass =
  | 'authorization'
  | 'financial'
  | 'file_action'
  | 'reversal'
  | 'reconciliation'
  | 'administrative'
  | 'fee_collection'
  | 'network_management';

export type MtiFunction =
  | 'request'
  | 'request_response'
  | 'advice'
  | 'advice_response'
  | 'notification'
  | 'notification_acknowledgement'
  | 'instruction'
  | 'instruction_acknowledgement'
  | 'reserved';

const CLASSES: Readonly<Record<ClassDigit, MtiClass>> = {
  '1': 'authorization',
  '2': 'financial',
  '3': 'file_action',
  '4': 'reversal',
  '5': 'reconciliation',
  '6': 'administrative',
  '7': 'fee_collection',
  '8': 'network_management',
};

const FUNCTIONS: Readonly<Record<FunctionDigit, MtiFunction>> = {
  '0': 'request',
  '1': 'request_response',
  '2': 'advice',
  '3': 'advice_response',
  '4': 'notification',
  '5': 'notification_acknowledgement',
  '6': 'instruction',
  '7': 'instruction_acknowledgement',
  '8': 'reserved',
  '9': 'reserved',
};

/** A message of a repeated origin (1, 3, 5) is answered as its first sending is. */
const FIRST_ORIGIN: Readonly<Record<OriginDigit, OriginDigit>> = {
  '0': '0',
  '1': '0',
  '2': '2',
  '3': '2',
  '4': '4',
  '5': '4',
};
const REPEAT_ORIGIN: Readonly<Record<OriginDigit, OriginDigit>> = {
  '0': '1',
  '1': '1',
  '2': '3',
  '3': '3',
  '4': '5',
  '5': '5',
};

const VALID = /^[01289][1-8][0-9][0-5]$/;

/** By the four digits as a number: what a message type may be, made once, so that reading one costs a look-up. */
export const MTI_BY_NUMBER: readonly (Mti | undefined)[] = Array.from({ length: 10_000 }, (_, number) => {
  const text = String(number).padStart(4, '0');
  return isMti(text) ? text : undefined;
});

export function isMti(text: string): text is Mti {
  return VALID.test(text);
}

/** Errors  CodecError MTI_MALFORMED */
export function parseMti(text: string): Mti {
  if (!isMti(text)) throw new CodecError('MTI_MALFORMED', 0, 0);
  return text;
}

export function mtiClass(mti: Mti): MtiClass {
  return CLASSES[mti[1] as ClassDigit];
}

export function mtiFunction(mti: Mti): MtiFunction {
  return FUNCTIONS[mti[2] as FunctionDigit];
}

/** Sent again because no answer came: 0201, 0401, 0421 ... */
export function isRepeat(mti: Mti): boolean {
  const origin = mti[3] as OriginDigit;
  return FIRST_ORIGIN[origin] !== origin;
}

/** An answer: 0110, 0210, 0230, 0430, 0810 ... */
export function isResponse(mti: Mti): boolean {
  const does = mtiFunction(mti);
  return (
    does === 'request_response' ||
    does === 'advice_response' ||
    does === 'notification_acknowledgement' ||
    does === 'instruction_acknowledgement'
  );
}

/** 0200 -> 0210, 0420 and 0421 -> 0430, 0320 -> 0330, 0500 -> 0510, 0800 -> 0810.
 *  Errors  CodecError MTI_HAS_NO_RESPONSE for a response or a reserved function */
export function responseMti(mti: Mti): Mti {
  refuseUnanswered(mti);
  const answered = String(Number(mti[2]) + 1) as FunctionDigit;
  return `${mti[0] as Version}${mti[1] as ClassDigit}${answered}${FIRST_ORIGIN[mti[3] as OriginDigit]}`;
}

/** 0200 -> 0201, 0420 -> 0421; a repeat stays itself.
 *  Errors  CodecError MTI_HAS_NO_RESPONSE for a response, which is never sent again by itself */
export function repeatMti(mti: Mti): Mti {
  refuseUnanswered(mti);
  const head = mti.slice(0, 3) as `${Version}${ClassDigit}${FunctionDigit}`;
  return `${head}${REPEAT_ORIGIN[mti[3] as OriginDigit]}`;
}

/** 0201 -> 0200, 0421 -> 0420: the type under which the first sending is known. */
export function firstMti(mti: Mti): Mti {
  const head = mti.slice(0, 3) as `${Version}${ClassDigit}${FunctionDigit}`;
  return `${head}${FIRST_ORIGIN[mti[3] as OriginDigit]}`;
}

function refuseUnanswered(mti: Mti): void {
  if (isResponse(mti) || mtiFunction(mti) === 'reserved') {
    throw new CodecError('MTI_HAS_NO_RESPONSE', 0, 0);
  }
}
