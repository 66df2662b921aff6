/** Why something was not done, for an operator, in English. */
import type { codesRu } from './codes-ru.ts';

export const codesEn: typeof codesRu = {
  general: 'That did not work. What the page shows is right; try again, or tell support the code.',
  byCode: {
    SERVER_UNREACHABLE: 'The bank’s server does not answer. Nothing was changed unless the page shows it.',
    CONSOLE_SIGN_IN_NEEDED: 'The session is over. Sign in again.',
    CONSOLE_SIGN_IN_REFUSED: 'The name or password does not fit, or the user was disabled.',
    CONSOLE_NOT_ALLOWED: 'Your role does not allow that.',
    CONSOLE_REQUEST_INVALID: 'A field is missing, or not filled in as it should be.',
    CONSOLE_NOT_FOUND: 'There is no such thing, or it is not yours.',
    CONSOLE_FILE_GONE: 'The file is not here any more: its receiver has fetched it.',
    CONSOLE_PASSWORD_UNFIT: 'A password has 12 to 200 characters.',
    CONSOLE_USER_SELF: 'Nobody disables himself: another person does it.',
    CONSOLE_USER_REFUSED: 'The user changed while you looked. Check the list.',
    CARDS_NOT_OFFERED: 'Cards are not taken here.',
    CONSOLE_TERMINAL_REFUSED: 'The terminal is unknown or revoked.',
    CONSOLE_PAYER_MISSING: 'Who owes it is not in the configuration, so there is nothing to book.',
    CONSOLE_MATTER_REFUSED:
      'It cannot be settled like that: it changed, was decided, or is your own proposal.',
    RATE_LIMITED: 'Too many attempts. Wait a minute.',
    CYCLE_CHECKER_IS_MAKER: 'You had it calculated: another person must approve it.',
    CYCLE_STEP_REFUSED: 'The cycle is in another state by now.',
    CYCLE_CHANGED: 'The cycle changed while you looked. Check the sum again.',
    EXCEPTION_CHECKER_IS_MAKER: 'You proposed it: another person must approve it.',
    PAYOUT_NOT_SHOWN:
      'Our bank has not shown yet that the payment left: decide once its statement has the debit.',
    EXCEPTION_NOT_OPEN: 'The exception has ended already.',
    EXCEPTION_NOT_PROPOSED: 'Nobody has proposed a resolution yet.',
    EXCEPTION_REASON_MISSING: 'Write a reason, up to 500 characters.',
    FX_APPROVAL_REFUSED: 'A rate is approved by another person than its proposer, and once.',
    FX_RATE_OUT_OF_BAND:
      'The rate is too far from the official one. Check the decimal point and the direction.',
    RATE_MALFORMED: 'That is not a rate.',
  },
};
