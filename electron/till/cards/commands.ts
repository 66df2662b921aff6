/** What a screen may ask of cards, carried out. */
import type { CashierCommand, CommandName } from '../../contract/commands.ts';
import type { TillCore } from '../core.ts';
import { Refusal } from '../refusal.ts';
import { backToBasket } from '../tender-commands.ts';
import { tellOwedAnew } from './advices.ts';
import { beginBatchClose } from './batch-command.ts';
import {
  beginBalance,
  beginCardSale,
  beginPreauthorisation,
  cancelPreauthorisation,
  completePreauthorisation,
} from './begin.ts';
import { cardEvent } from './drive.ts';

type Parsed<N extends CommandName> = Extract<CashierCommand, { command: N }>;

export type CardCommand = Parsed<
  | 'card_begin'
  | 'card_cancel'
  | 'card_offer_choose'
  | 'card_signature'
  | 'card_check'
  | 'card_balance'
  | 'preauths_open'
  | 'preauths_leave'
  | 'preauth_begin'
  | 'preauth_complete'
  | 'preauth_cancel'
  | 'batch_close'
>;

export function handleCard(core: TillCore, c: CardCommand): unknown {
  switch (c.command) {
    case 'card_begin':
      return beginCardSale(core);
    case 'card_cancel':
      return cardEvent(core, shownAttempt(core), { kind: 'cancel' });
    case 'card_offer_choose':
      return cardEvent(core, shownAttempt(core), { kind: 'chosen', accept: c.accept });
    case 'card_signature':
      return cardEvent(core, shownAttempt(core), { kind: 'signature', accepted: c.accepted });
    case 'card_check':
      return tellOwedAnew(core);
    case 'card_balance':
      return beginBalance(core);
    case 'preauths_open':
      return core.set({ screen: { name: 'preauthorisations' } });
    case 'preauths_leave':
      return backToBasket(core);
    case 'preauth_begin':
      return beginPreauthorisation(core, c.amountMinor);
    case 'preauth_complete':
      return completePreauthorisation(core, c.attemptId);
    case 'preauth_cancel':
      return cancelPreauthorisation(core, c);
    case 'batch_close':
      return beginBatchClose(core, c);
  }
}

function shownAttempt(core: TillCore): string {
  const { card } = core.state;
  if (card === null) throw new Refusal('COMMAND_NOT_ALLOWED_HERE');
  return card.order.attemptId;
}
