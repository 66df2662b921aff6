/** What is asked of the device, one step at a time, and how a step answers. */
import type { CardOperation, Done, Ended } from '../../drivers/contract/pin-pad.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { Language } from './face.ts';
import type { RefusalReason } from './refusal.ts';

export type Refused = { readonly kind: 'refused'; readonly reason: RefusalReason };
export type StepDone<T> = (result: Done<T> | Ended | Refused) => void;

export interface ReadRequest {
  readonly transactionId: string;
  readonly operation: CardOperation;
  readonly amount: MoneyJson;
  readonly language: Language;
}

export interface AuthoriseRequest {
  readonly transactionId: string;
  readonly amount: MoneyJson;
  /** YYMMDD. */
  readonly date: string;
}

export interface CompleteRequest {
  readonly transactionId: string;
  readonly responseCode: string | null;
  readonly issuerData: Uint8Array | null;
}
