/** Whether a terminal whose message is verified may ask: it comes over its own link, is known and not revoked, sells for the
 *  merchant it names, and speaks with its own PIN pad's keys. */
import type { KeyUse } from '../../keys/hsm.ts';
import type { CardOrigin } from '../../payments/card/ports.ts';
import type { CardContext } from './context.ts';
import { isOfBefore } from './moved-terminal.ts';
import type { Wrong } from './refusing.ts';
import type { TillMessage } from './till-message.ts';

export const MERCHANT_UNKNOWN: Wrong = { code: '03', reason: 'merchant_unknown' };
const OTHER_MERCHANT: Wrong = { code: '03', reason: 'merchant_of_another_terminal' };

/** What is wrong, or null. */
export async function mayNotAsk(
  context: Pick<CardContext, 'keys' | 'parties' | 'pads' | 'store'>,
  origin: CardOrigin,
  message: TillMessage,
  key: KeyUse | null,
): Promise<Wrong | null> {
  const { parties } = context;
  const { tid, mid } = message.identity;
  if (origin.kind === 'link' && origin.tid !== tid) return notPermitted('link_of_another');
  const terminal = await parties.terminal(tid);
  if (terminal === null) return notPermitted('terminal_unknown');
  if (terminal.revokedAt !== null) return notPermitted('terminal_revoked');
  if (terminal.mid !== mid && !(await isOfBefore(context, message))) return OTHER_MERCHANT;
  return notOfItsPad(context, origin, message, key);
}

/** What shows before a MAC is checked: on a foreign line only terminals whose pad is listed come in, and each under the keys that its
 *  own pad has. Whoever sends something else asks the security module nothing. */
export function notOfItsPad(
  { keys, pads }: Pick<CardContext, 'keys' | 'pads'>,
  origin: CardOrigin,
  { identity }: TillMessage,
  key: KeyUse | null,
): Wrong | null {
  const pad = pads.get(identity.tid);
  if (pad === undefined) return origin.kind === 'tcp' ? notPermitted('pad_not_listed') : null;
  // An echo without a MAC changes nothing, whoever sent it.
  if (key === null || (key.kind === 'dukpt' && keys.isOfPad(key.ksn, pad))) return null;
  return notPermitted('pad_of_another');
}

function notPermitted(reason: string): Wrong {
  return { code: '58', reason };
}
