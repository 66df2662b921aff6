/** Operating failures: typed, with a stable code, a message safe to log, and facts. Bugs are assertions, not these.
 *
 *  `retry` tells a program what may help: `never` (the request itself is wrong), `later` (the same request again),
 *  `new` (a new request, after the named thing changed). A screen words each code in its own languages. */

export type Retry = 'never' | 'later' | 'new';

interface CatalogueEntry {
  readonly message: string;
  readonly retry: Retry;
}

const row = (retry: Retry, message: string): CatalogueEntry => ({ message, retry });

export const ERROR_CATALOGUE = {
  // kernel
  MONEY_MALFORMED: row('never', 'The amount is not an integer of minor units or a decimal of its currency.'),
  CURRENCY_UNKNOWN: row('never', 'The currency is not in ISO 4217.'),
  CURRENCY_MISMATCH: row('never', 'Amounts of different currencies cannot be combined.'),
  RATE_MALFORMED: row('never', 'The exchange rate is not a positive exact number.'),
  DIVISION_BY_ZERO: row('never', 'A division by zero was asked for.'),
  ALLOCATION_OUT_OF_RANGE: row('never', 'The parts exceed the whole they are taken from.'),
  IDENTIFIER_MALFORMED: row('never', 'The identifier does not have its required shape.'),
  NODE_UNFIT: row('never', 'This Node.js version cannot run Amur; Node.js 24 is required.'),
  // wire
  MESSAGE_MALFORMED: row('never', 'The message is not valid JSON of the agreed shape.'),
  MESSAGE_TOO_LARGE: row('never', 'The message exceeds the size limit.'),
  MESSAGE_VERSION_UNSUPPORTED: row('never', 'The message version is not supported.'),
  MESSAGE_TYPE_UNKNOWN: row('never', 'The message type is not known.'),
  RATE_LIMITED: row('later', 'Too many messages in too short a time.'),
  LINK_DOWN: row('later', 'There is no link to the gateway.'),
  REPLY_TIMEOUT: row('later', 'No reply came within the time limit; the outcome is unknown.'),
  INTERNAL: row('later', 'The gateway failed while handling the request; nothing was acknowledged.'),
  // enrolment
  TERMINAL_UNKNOWN: row('never', 'The terminal is not enrolled.'),
  TERMINAL_REVOKED: row('never', 'The terminal was revoked.'),
  PROOF_INVALID: row('never', 'The terminal did not prove possession of its key.'),
  ACTIVATION_INVALID: row('new', 'The activation code is wrong, used or expired.'),
  ACTIVATION_RATE_LIMITED: row('later', 'Too many activation attempts; wait before the next one.'),
  // payments
  PAYMENT_NOT_FOUND: row('never', 'The gateway has no such payment.'),
  PAYMENT_CONFLICT: row('never', 'A payment with this id exists with different content.'),
  SALE_HAS_LIVE_ATTEMPT: row('later', 'The sale has a payment attempt that is not final yet.'),
  SALE_ALREADY_PAID: row('never', 'The sale has already been paid.'),
  SALE_CLOSED: row('never', 'The sale was closed; nothing can be paid on it any more.'),
  SALE_CONFLICT: row('never', 'The sale exists with different content.'),
  AMOUNT_OUT_OF_RANGE: row('new', 'The amount is outside the range allowed for this payment.'),
  QUOTE_NOT_FOUND: row('new', 'The rate quote does not exist.'),
  QUOTE_EXPIRED: row('new', 'The rate quote has expired.'),
  QUOTE_USED: row('new', 'The rate quote was used for another payment.'),
  RATE_UNAVAILABLE: row('later', 'There is no exchange rate in effect.'),
  WALLET_UNSUPPORTED: row('new', 'The wallet is recognised but not accepted here.'),
  PERSONAL_CODE_REFUSED: row(
    'new',
    'A personal collection code may not be used for business (rule in force since 2022-03-01).',
  ),
  CODE_UNRECOGNISED: row('new', 'The code is not a payment code of a known wallet.'),
  CHARITY_UNKNOWN: row('new', 'No gift can be made to this charity here.'),
  REFUND_NOT_FOUND: row('never', 'The gateway has no such refund.'),
  REFUND_CONFLICT: row('never', 'A refund with this id exists with different content.'),
  REFUND_EXCEEDS_PAID: row('new', 'The refund exceeds what remains of the payment.'),
  PAYMENT_NOT_REFUNDABLE: row('never', 'Only an approved payment can be refunded.'),
  // cards
  CARDS_NOT_OFFERED: row('never', 'This gateway takes no card payments.'),
  // transparency log
  LOG_KEY_INVALID: row('never', 'The key of a log or witness is not an Ed25519 key of the expected form.'),
  LOG_NOTE_INVALID: row('never', 'The checkpoint is not a signed note of the agreed form.'),
  LOG_SIGNATURE_INVALID: row('never', 'The checkpoint is not signed by the log that it names.'),
  LOG_NOT_CONSISTENT: row(
    'never',
    'The log does not continue the one that was signed before; keep both checkpoints as evidence.',
  ),
  LOG_TILE_INVALID: row('never', 'A tile of the log does not have the length its size asks for.'),
  LOG_PROOF_INVALID: row('never', 'The proof is not one of the agreed form.'),
  // fx
  RATE_FILE_INVALID: row('new', 'The rate file is not a sound file of its source.'),
  FX_RATE_OUT_OF_BAND: row('new', 'The rate is too far from the other source, or outside its band.'),
  FX_APPROVAL_REFUSED: row(
    'never',
    'A rate is approved by another person than the one who proposed it, and once.',
  ),
  FX_PATH_UNKNOWN: row('never', 'No path of known rates leads from one currency to the other.'),
  FX_POSITION_MIXED: row('never', 'Several currencies are held, and what one of them cost cannot be told.'),
  FX_QUOTE_INVALID: row('never', 'The quote was not signed by this gateway, or was changed.'),
  // fees
  FEE_TERMS_INVALID: row('never', 'The terms of a fee are out of range or contradict each other.'),
  FEE_NOT_AGREED: row('new', 'No fee or tax rate is in force for this service on this day.'),
  // files of partners, wallets and banks
  FILE_TRUNCATED: row(
    'new',
    'The file ends before its end; nothing of it was taken. Ask its sender for it again.',
  ),
  FILE_MALFORMED: row('new', 'The file is not of its agreed form; nothing of it was taken.'),
  FILE_ENCODING_WRONG: row('new', 'The file is not in its agreed encoding; nothing of it was taken.'),
  FILE_TOTALS_WRONG: row('new', 'The file contradicts its own totals; nothing of it was taken.'),
  FILE_TOO_LARGE: row('new', 'The file exceeds the size limit; nothing of it was taken.'),
  FILE_CHANGED: row(
    'later',
    'The file is not the one that was registered: its bytes changed while it was read.',
  ),
  FILE_KIND_UNKNOWN: row('new', 'The file is of no kind or version that is read here.'),
  FILE_VALUE_UNFIT: row('never', 'A value does not fit the file format it has to be written in.'),
  FILE_SCHEMA_REFUSED: row('new', 'The file is not as the schema of its message says.'),
  FILE_SCHEMA_UNUSABLE: row('new', 'The schema that was put there cannot be used to check a file.'),
  FILE_SENDER_WRONG: row('new', 'The file is of another party than the folder that it was put into.'),
  FILE_ACCOUNT_FOREIGN: row('new', 'The statement is of an account that is none of ours.'),
  // settlement
  CALENDAR_UNKNOWN: row('never', 'There is no such calendar.'),
  CALENDAR_OUT_OF_RANGE: row('new', 'The calendar does not reach that date; bring its data up to date.'),
  CALENDAR_INVALID: row('never', 'The calendar contradicts itself.'),
  CYCLE_NOT_FOUND: row('never', 'There is no such settlement cycle.'),
  CYCLE_STEP_REFUSED: row('never', 'The settlement cycle is not in a state from which that can be done.'),
  CYCLE_CHECKER_IS_MAKER: row(
    'new',
    'Who had the cycle calculated may not approve it; a second person must.',
  ),
  CYCLE_TERMS_MISSING: row('new', 'The cycle lacks a party or account it has to be paid to.'),
  CYCLE_TEMPLATE_UNKNOWN: row(
    'never',
    'A posting touches what a payee is owed and netting does not know what it means.',
  ),
  CYCLE_CHANGED: row(
    'never',
    'A repeated calculation came to something else than what is booked; nothing was changed.',
  ),
  CYCLE_NOT_CLEAR: row('later', 'The cycle cannot be closed while something about it is not cleared up.'),
  EXCEPTION_NOT_FOUND: row('never', 'There is no such exception.'),
  PAYOUT_NOT_SHOWN: row(
    'never',
    'Our bank has not shown yet that the payment left; it is decided about when the statement does.',
  ),
  EXCEPTION_NOT_OPEN: row('never', 'The exception has been resolved already.'),
  EXCEPTION_NOT_PROPOSED: row('new', 'Nobody has proposed yet how to resolve the exception.'),
  EXCEPTION_CHECKER_IS_MAKER: row(
    'new',
    'Who proposed a resolution may not approve it; a second person must.',
  ),
  EXCEPTION_REASON_MISSING: row('new', 'A resolution needs a reason, and not a long one.'),
  CYCLE_WORK_HALTED: row('later', 'The work was halted between two parts; it is taken up where it was.'),
  OUTBOX_NAME_TAKEN: row('later', 'A file of that name waits to be fetched; it is not replaced.'),
  OUTBOX_FILE_CHANGED: row(
    'never',
    'The file that was written is not the one that was recorded; nothing was delivered.',
  ),
  // operator's pages
  CONSOLE_SIGN_IN_NEEDED: row('new', 'Nobody is signed in, or the session is over.'),
  CONSOLE_SIGN_IN_REFUSED: row('new', 'The name or the password is wrong, or the user was disabled.'),
  CONSOLE_NOT_ALLOWED: row('never', 'The role of this user does not allow it.'),
  CONSOLE_REQUEST_INVALID: row('new', 'The request lacks a value or has one that is not of its agreed form.'),
  CONSOLE_ORIGIN_REFUSED: row('never', 'The request did not come from a page of this address.'),
  CONSOLE_NOT_FOUND: row('never', 'There is nothing under this name that this user may see.'),
  CONSOLE_FILE_GONE: row('never', 'The file is not here any more: its receiver has fetched it.'),
  CONSOLE_USER_REFUSED: row('new', 'The user exists already, or cannot have this role.'),
  CONSOLE_USER_SELF: row('never', 'Nobody keeps himself out: another person does it.'),
  CONSOLE_PASSWORD_UNFIT: row('new', 'A password has 12 to 200 characters.'),
  CONSOLE_MATTER_REFUSED: row('new', 'The matter cannot be settled like that.'),
  CONSOLE_TERMINAL_REFUSED: row('never', 'The terminal is unknown or revoked.'),
  CONSOLE_PAYER_MISSING: row('new', 'Who owes it is not in the configuration, so nothing can be booked.'),
  // store
  STORE_CLOSED: row('never', 'The store has been closed.'),
  STORE_UNAVAILABLE: row('later', 'The database cannot be written or read at the moment.'),
  STORE_CORRUPT: row('never', 'The database file is damaged; restore it from a backup.'),
  STORE_FOREIGN: row('never', 'The database belongs to another program.'),
  STORE_NEWER: row('never', 'The database was written by a newer version of Amur.'),
  STORE_MIGRATION_CHANGED: row('never', 'A migration differs from the one this database was made with.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export type ErrorFacts = Readonly<Record<string, string | number | boolean>>;

export class AmurError extends Error {
  override readonly name = 'AmurError';
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts, options?: { cause?: unknown }) {
    super(ERROR_CATALOGUE[code].message, options);
    this.code = code;
    this.facts = facts;
  }
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, text);
}

/** What a log may say of anything caught: our code, or the name of the error with the code its maker gave it; never its
 *  words, which may quote what must not be logged. */
export function failureName(error: unknown): string {
  if (error instanceof AmurError) return error.code;
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z0-9_]{1,59}$/.test(code) ? `${error.name}:${code}` : error.name;
}

/** A bug: the program is wrong, not its input. Stops the transaction that meets it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

export function invariant(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new InvariantError(sentence);
}

/** For the `default` branch of a switch over a union. */
export function unreachable(value: never): never {
  throw new InvariantError(`Unhandled case: ${String(value)}`);
}
