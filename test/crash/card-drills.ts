/** What a cashier and a customer with a card do while something is killed. Each drill ends with the sale ended for good at the
 *  till, and with whatever followed it. */
import type { Gesture } from './card-holder.ts';
import type { BankArm } from './partner-desk.ts';
import type { KillPoint } from './points.ts';

export interface CardDrill {
  /** One of these cards of the drawer. */
  readonly cards: readonly string[];
  readonly gesture: Gesture;
  readonly wrongPins: number;
  /** Whether conversion at the till is taken, where it is offered. */
  readonly converts: boolean;
  /** Whether the customer gives to a charity for certain: some do with any sale. */
  readonly gives: boolean;
  /** `gives_up` while the PIN pad asks; `refuses` the signature; `sets_aside` as soon as that is possible. */
  readonly cashier: 'waits' | 'gives_up' | 'refuses' | 'sets_aside';
  /** What follows a payment that came to nothing. */
  readonly unpaid: 'cash' | 'clear' | 'again';
  readonly first: 'sale' | 'held' | 'balance';
  /** Another sale before, converted to yuan, so that the batch is of two currencies. */
  readonly yuanBefore: boolean;
  /** The till was switched off over night and has to sign on again. */
  readonly newDay: boolean;
  /** `complete` and `release` are of what is held. */
  readonly follows: 'nothing' | 'void' | 'part' | 'two_parts' | 'close_batch' | 'complete' | 'release';
  /** Scenarios of the card's bank, armed before what comes first, or before what follows. */
  readonly arms: readonly BankArm[];
  readonly thenArms: readonly BankArm[];
  /** Of the bank, while the first payment is under way. */
  readonly changesKey: 'ZPK' | 'ZAK' | null;
  /** Who dies in any case, and where. */
  readonly dies: Pick<KillPoint, 'process' | 'point'> | null;
}

const PIN_CARDS = ['mir-rub', 'unionpay-cny', 'unionpay-cny-2', 'unionpay-rub'] as const;

/** Its chip cannot be read; on the word of its stripe the till sells and refunds, and holds nothing. */
const WORN_CARD = 'mir-worn-chip';
const CHIP_CARDS = [...PIN_CARDS, 'unionpay-choice', 'mir-offline-pin'] as const;
const ANY_CARD = [...CHIP_CARDS, WORN_CARD] as const;

const once = (scenario: string, mti: string, delayMs?: number): BankArm => ({
  scenario,
  mti,
  ...(delayMs === undefined ? {} : { delayMs }),
});

/** Longer than the gateway waits for its bank. */
const TOO_LATE_MS = 1_900;

function drill(changes: Partial<CardDrill>): CardDrill {
  return {
    cards: ANY_CARD,
    gesture: 'insert',
    wrongPins: 0,
    converts: true,
    gives: false,
    cashier: 'waits',
    unpaid: 'cash',
    first: 'sale',
    yuanBefore: false,
    newDay: false,
    follows: 'nothing',
    arms: [],
    thenArms: [],
    changesKey: null,
    dies: null,
    ...changes,
  };
}

export const CARD_DRILLS = {
  sale: drill({}),
  day_begun: drill({ newDay: true }),
  tapped: drill({ cards: ['unionpay-phone', 'mir-rub'], gesture: 'tap' }),
  swiped: drill({ cards: ['mir-stripe', 'unionpay-stripe'], gesture: 'swipe' }),
  signed: drill({ cards: ['mir-signature'] }),
  signature_refused: drill({ cards: ['mir-signature'], cashier: 'refuses' }),
  converted: drill({ cards: ['unionpay-choice'] }),
  given: drill({ gives: true }),
  not_converted: drill({ cards: ['unionpay-choice'], converts: false }),
  wrong_pin: drill({ cards: PIN_CARDS, wrongPins: 1 }),
  wrong_pins: drill({ cards: PIN_CARDS, wrongPins: 3 }),
  no_money: drill({ cards: ['mir-empty'] }),
  stopped_cleared: drill({ cards: ['mir-stopped'], unpaid: 'clear' }),
  declined: drill({ arms: [once('declined', '0200')] }),
  declined_again: drill({ arms: [once('declined', '0200')], unpaid: 'again' }),
  chip_refuses: drill({ cards: ['mir-refuses-approval'] }),
  chip_declines: drill({ cards: ['mir-declines'] }),
  given_up: drill({ cashier: 'gives_up' }),
  nothing_done: drill({ arms: [once('no_answer', '0200')] }),
  card_echoed: drill({ arms: [once('card_echoed', '0200')] }),
  answer_lost: drill({ arms: [once('answer_lost_after_approval', '0200')] }),
  answer_late: drill({ arms: [once('late', '0200', TOO_LATE_MS)] }),
  answer_twice: drill({ arms: [once('duplicate_answer', '0200')] }),
  garbage: drill({ arms: [once('garbage', '0200')] }),
  wrong_mac: drill({ arms: [once('wrong_mac', '0200')] }),
  line_cut: drill({ arms: [once('close_after_request', '0200')], unpaid: 'again' }),
  half_open: drill({ arms: [once('half_open', '0200')] }),
  part_approved: drill({ arms: [once('partial_approval', '0200')] }),
  not_available: drill({ arms: [once('not_available', '0200')] }),
  reversal_lost: drill({
    arms: [once('answer_lost_after_approval', '0200'), once('answer_lost_after_approval', '0420')],
  }),
  reversal_unheard: drill({ arms: [once('answer_lost_after_approval', '0200'), once('no_answer', '0420')] }),
  set_aside: drill({ cashier: 'sets_aside', arms: [once('answer_lost_after_approval', '0200')] }),
  set_aside_late: drill({ cashier: 'sets_aside', arms: [once('late', '0200', TOO_LATE_MS)] }),
  /** Of a bank that asks the gateway for its keys, and of one that makes them itself. */
  key_changed: drill({ cards: ['mir-rub'], changesKey: 'ZPK' }),
  mac_key_changed: drill({ cards: ['unionpay-cny-2'], changesKey: 'ZAK' }),
  /** Killed between the intent and its message, so that the reversal comes for something that never came. */
  unsent: drill({ dies: { process: 'terminal', point: 'card.sending:after_commit' } }),
  unasked: drill({ dies: { process: 'gateway', point: 'sale.sent:after_commit' } }),
  hold_unsent: drill({
    ...{ cards: CHIP_CARDS, first: 'held' },
    dies: { process: 'terminal', point: 'card.sending:after_commit' },
  }),
  /** What the card has said last is known to the PIN pad alone: it is asked when it, or the till, has come back. */
  pad_dies: drill({
    cards: CHIP_CARDS,
    dies: { process: 'counter', point: 'pad.reply.complete:before_send' },
  }),
  till_dies: drill({
    cards: CHIP_CARDS,
    dies: { process: 'terminal', point: 'card.completing:after_commit' },
  }),
  voided: drill({ follows: 'void' }),
  gift_voided: drill({ gives: true, follows: 'void' }),
  void_unheard: drill({ follows: 'void', thenArms: [once('no_answer', '0420')] }),
  refunded: drill({ follows: 'part' }),
  refunded_twice: drill({ follows: 'two_parts' }),
  refund_lost: drill({ follows: 'part', thenArms: [once('answer_lost_after_approval', '0200')] }),
  refund_declined: drill({ follows: 'part', thenArms: [once('declined', '0200')] }),
  batch_closed: drill({ follows: 'close_batch' }),
  two_currencies_closed: drill({ cards: ['mir-rub'], yuanBefore: true, follows: 'close_batch' }),
  balance: drill({ cards: ['mir-rub'], first: 'balance' }),
  balance_declined: drill({
    ...{ cards: ['mir-rub'], first: 'balance' },
    arms: [once('declined', '0200')],
  }),
  held: drill({ cards: CHIP_CARDS, first: 'held' }),
  hold_lost: drill({ cards: CHIP_CARDS, first: 'held', arms: [once('answer_lost_after_approval', '0100')] }),
  completed: drill({ cards: CHIP_CARDS, first: 'held', follows: 'complete' }),
  completion_lost: drill({
    cards: CHIP_CARDS,
    first: 'held',
    follows: 'complete',
    thenArms: [once('answer_lost_after_approval', '0220')],
  }),
  released: drill({ cards: CHIP_CARDS, first: 'held', follows: 'release' }),
} as const satisfies Record<string, CardDrill>;

export type CardDrillName = keyof typeof CARD_DRILLS;
