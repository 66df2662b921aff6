/** What a failure is to a browser: a code it has words for, and a status. */
import { AmurError, type ErrorCode } from '../kernel/errors.ts';

export function refusalOf(error: unknown): AmurError {
  if (error instanceof AmurError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AmurError('MESSAGE_TOO_LARGE', {});
  if (code.startsWith('FST_ERR_')) return new AmurError('CONSOLE_REQUEST_INVALID', { field: 'body' });
  return new AmurError('INTERNAL', {});
}

export function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'CONSOLE_SIGN_IN_NEEDED':
    case 'CONSOLE_SIGN_IN_REFUSED':
      return 401;
    case 'CONSOLE_NOT_ALLOWED':
    case 'CONSOLE_ORIGIN_REFUSED':
      return 403;
    case 'CONSOLE_NOT_FOUND':
    case 'CYCLE_NOT_FOUND':
    case 'EXCEPTION_NOT_FOUND':
      return 404;
    case 'CONSOLE_FILE_GONE':
      return 410;
    case 'MESSAGE_TOO_LARGE':
      return 413;
    case 'RATE_LIMITED':
      return 429;
    case 'INTERNAL':
      return 500;
    case 'STORE_UNAVAILABLE':
      return 503;
    case 'CONSOLE_REQUEST_INVALID':
    case 'CONSOLE_PASSWORD_UNFIT':
      return 400;
    default:
      return 409;
  }
}
