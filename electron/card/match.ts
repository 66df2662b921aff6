/** Whether an answer is to this request: by class of the message type, STAN, terminal and DE7, never by order; and whether it
 *  is about the same thing. */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { isResponse, type Mti } from '../../gateway/iso8583/mti.ts';
import type { CardOperationName } from '../contract/card-view.ts';
import { isApproval } from './response-codes.ts';

export function isAnswerTo(request: IsoMessage, answer: IsoMessage): boolean {
  return (
    isResponse(answer.mti) &&
    classOf(answer.mti) === classOf(request.mti) &&
    [7, 11, 41].every((de) => answer.fields[de] === request.fields[de])
  );
}

function classOf(mti: Mti): string {
  return mti[1] ?? '';
}

/** What an answer repeats when it has it, and must have when it approves. DE4 may be less after a partial approval. */
const REPEATED = [3, 42, 49, 50, 70] as const;
const PARTIAL = '10';

/** False for an answer that is about something else than was asked: whatever it says is not relied on. */
export function fitsRequest(request: IsoMessage, answer: IsoMessage): boolean {
  const code = answer.fields[39];
  if (typeof code !== 'string') return false;
  const approves = isApproval(code);
  const repeated = REPEATED.every((de) => {
    const asked = request.fields[de];
    const got = answer.fields[de];
    return got === undefined ? asked === undefined || !approves || de === 42 : got === asked;
  });
  return repeated && amountFits(request, answer, code);
}

function amountFits(request: IsoMessage, answer: IsoMessage, code: string): boolean {
  const asked = request.fields[4];
  const got = answer.fields[4];
  if (asked === undefined) return got === undefined;
  if (got === undefined) return !isApproval(code);
  if (typeof asked !== 'string' || typeof got !== 'string') return false;
  return code === PARTIAL ? BigInt(got) <= BigInt(asked) : got === asked;
}

/** A financial approval names what it can be reversed, refunded and looked up by. */
export function isWholeApproval(operation: CardOperationName, answer: IsoMessage): boolean {
  const code = answer.fields[39];
  if (typeof code !== 'string' || !isApproval(code)) return true;
  return operation === 'balance' || operation === 'cancellation' || answer.fields[37] !== undefined;
}
