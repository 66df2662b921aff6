/** The contract's requests as payloads. What a PIN pad could not hold is refused before anything is sent.
 *  Errors  DriverError VALUE_OUT_OF_RANGE
 *  Source  docs/pinpad-protocol.md, Commands */
import { currencyOf } from '../../gateway/kernel/currency.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { DriverError } from '../contract/device.ts';
import type { PinPad } from '../contract/pin-pad.ts';
import { bcdField, byteField, payloadOf, textField } from './payload.ts';
import { OPERATION, PROTOCOL_VERSION, TAG } from './protocol.ts';
import type { Tlv } from './tlv.ts';

type RequestOf<Method extends 'read' | 'authorise' | 'complete'> = Parameters<PinPad[Method]>[0];

export const TEXT_MAX_BYTES = 200;
export const MESSAGE_MAX_BYTES = 4_000;
const ISSUER_DATA_MAX_BYTES = 255;

export function openPayload(): Uint8Array {
  return payloadOf(byteField(TAG.version, PROTOCOL_VERSION));
}

export function readPayload(request: RequestOf<'read'>): Uint8Array {
  return payloadOf(
    transactionField(request.transactionId),
    byteField(TAG.operation, OPERATION[request.operation]),
    ...amountFields(request.amount),
    textField(TAG.language, request.language),
  );
}

export function authorisePayload(request: RequestOf<'authorise'>): Uint8Array {
  return payloadOf(
    transactionField(request.transactionId),
    ...amountFields(request.amount),
    bcdField(TAG.date, shaped(request.date, /^[0-9]{6}$/, 'date')),
    bcdField(TAG.time, shaped(request.time, /^[0-9]{6}$/, 'time')),
  );
}

export function completePayload({
  transactionId,
  responseCode,
  issuerData,
}: RequestOf<'complete'>): Uint8Array {
  if (issuerData !== null && issuerData.length > ISSUER_DATA_MAX_BYTES)
    throw outOfRange('issuerData', issuerData.length);
  return payloadOf(
    transactionField(transactionId),
    responseCode === null
      ? null
      : textField(TAG.responseCode, shaped(responseCode, /^[0-9A-Z]{2}$/, 'responseCode')),
    issuerData === null ? null : { tag: TAG.issuerData, value: issuerData },
  );
}

export function transactionPayload(transactionId: string): Uint8Array {
  return payloadOf(transactionField(transactionId));
}

export function displayPayload(text: string): Uint8Array {
  const field = textField(TAG.text, text);
  if (field.value.length > TEXT_MAX_BYTES) throw outOfRange('text', field.value.length);
  return payloadOf(field);
}

export function macPayload(ksn: Uint8Array, message: Uint8Array, mac: Uint8Array | null): Uint8Array {
  if (message.length === 0 || message.length > MESSAGE_MAX_BYTES) throw outOfRange('message', message.length);
  if (ksn.length !== 10 && ksn.length !== 12) throw outOfRange('ksn', ksn.length);
  if (mac !== null && mac.length !== 8) throw outOfRange('mac', mac.length);
  return payloadOf(
    { tag: TAG.ksn, value: ksn },
    { tag: TAG.message, value: message },
    mac === null ? null : { tag: TAG.mac, value: mac },
  );
}

export function loadKeyPayload(keyBlock: string, checkValue: string): Uint8Array {
  return payloadOf(
    textField(TAG.keyBlock, shaped(keyBlock, /^[0-9A-Z]{16,512}$/, 'keyBlock')),
    textField(TAG.checkValue, shaped(checkValue, /^[0-9A-F]{4,10}$/, 'checkValue')),
  );
}

function transactionField(transactionId: string): Tlv {
  return textField(TAG.transactionId, shaped(transactionId, /^[\x21-\x7e]{1,36}$/, 'transactionId'));
}

/** Twelve digits are what tag 9F02 holds. */
function amountFields({ amountMinor, currency }: MoneyJson): readonly Tlv[] {
  const digits = shaped(amountMinor, /^(0|[1-9][0-9]{0,11})$/, 'amount').padStart(12, '0');
  return [bcdField(TAG.amount, digits), bcdField(TAG.currency, `0${currencyOf(currency).numeric}`)];
}

function shaped(text: string, shape: RegExp, field: string): string {
  if (!shape.test(text)) throw outOfRange(field, text.length);
  return text;
}

function outOfRange(field: string, length: number): DriverError {
  return new DriverError('VALUE_OUT_OF_RANGE', 'The PIN pad’s protocol cannot carry this value.', {
    field,
    length,
  });
}
