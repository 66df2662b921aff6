/** The cards' part of the scripted day: each act is what a cashier, a customer at the PIN pad and a bank do, and says what must
 *  come of it. */
import type { ScreenView } from '../electron/contract/view.ts';
import { type Act, type Counter, confirmRefund, finishRefund, next, ring } from './demo-steps.ts';
import { SUPERVISOR } from './estate-config.ts';

/** Of the drawer's cards; each one's PIN stands on it. */
const MIR = { name: 'mir-rub', pin: '4821' } as const;
const SIGNED = 'mir-signature';
const EMPTY = { name: 'mir-empty', pin: '1470' } as const;
const ISSUER_CONVERTS = { name: 'unionpay-cny', pin: '246810' } as const;
const TILL_CONVERTS = { name: 'unionpay-choice', pin: '271828' } as const;

/** How long an answer is on its way from the bank while it is being lost behind the gateway. */
const ON_ITS_WAY_MS = 1_500;
const HELD_MINOR = '300000';

type Paid = Extract<ScreenView, { name: 'paid' }>;

async function payByChip(counter: Counter, card: { readonly name: string; readonly pin: string }) {
  await counter.till.send({ command: 'card_begin' });
  await counter.pinPad.present('insert', card.name);
  await counter.pinPad.enterPin(card.pin);
}

/** The slips are out and the card is taken back; the receipt's number. */
async function paid(counter: Counter): Promise<{ readonly screen: Paid; readonly receipt: string }> {
  const screen = await counter.till.screen('paid');
  await counter.pinPad.takeCard();
  return { screen, receipt: await next(counter.till) };
}

async function notPaid(counter: Counter, withinMs = 30_000): Promise<string> {
  const { outcome, reasonCode } = await counter.till.screen('not_paid', withinMs);
  await counter.pinPad.takeCard();
  await counter.till.send({ command: 'next' });
  await counter.till.send({ command: 'sale_clear' });
  await counter.till.screen('sale');
  return `${outcome}, ${reasonCode}`;
}

/** The till begins no card transaction before what is owed of the last one is through. */
async function nothingOwed({ till }: Counter): Promise<void> {
  await till.until((view) => view.cardKey.enabled, 60_000);
}

function receiptOf({ receipts }: Counter, name: string): string {
  const found = receipts.get(name);
  if (found === undefined) throw new Error(`No receipt of "${name}" was kept.`);
  return found;
}

function expectThat(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

const amountText = ({ amountMinor, currency }: { amountMinor: string; currency: string }): string =>
  `${currency} ${amountMinor.replace(/(..)$/, '.$1')}`;

export const CARD_ACTS: readonly Act[] = [
  {
    name: 'Card sale: chip and PIN',
    play: async (counter) => {
      await ring(counter.till, 'Шоколад с кедровым', 'Чай «Иван-чай»', 'Магнит «Амур»');
      await payByChip(counter, MIR);
      const { screen, receipt } = await paid(counter);
      expectThat(screen.card?.cvm === 'online_pin', 'No PIN was asked.');
      counter.receipts.set('chip', receipt);
      return `approved ${screen.card?.authCode}, ${screen.card?.maskedPan}, receipt ${receipt}`;
    },
  },
  {
    name: 'Contactless, without a PIN',
    play: async (counter) => {
      await ring(counter.till, 'Хлеб бородинский', 'Молоко 3,2');
      await counter.till.send({ command: 'card_begin' });
      await counter.pinPad.present('tap', MIR.name);
      const { screen, receipt } = await paid(counter);
      expectThat(screen.card?.entry === 'contactless', 'The card was not read by air.');
      counter.receipts.set('tap', receipt);
      return `approved ${screen.card?.authCode}, proved by ${screen.card?.cvm}, receipt ${receipt}`;
    },
  },
  {
    name: 'Wrong PIN, then the right one',
    play: async (counter) => {
      await ring(counter.till, 'Мёд липовый', 'Пряник тульский');
      await payByChip(counter, { ...MIR, pin: '0000' });
      await counter.till.until((view) => view.screen.name !== 'card');
      await counter.pinPad.enterPin(MIR.pin);
      const { receipt } = await paid(counter);
      const answers = (await counter.banks['mir-bank'].transactions()).slice(-2).map(({ code }) => code);
      expectThat(answers.join() === '55,00', `The bank answered ${answers.join()}.`);
      counter.receipts.set('second PIN', receipt);
      return `the bank answered ${answers.join(', then ')}, receipt ${receipt}`;
    },
  },
  {
    name: 'Chip and signature',
    play: async (counter) => {
      await ring(counter.till, 'Матрёшка 5 мест');
      await counter.till.send({ command: 'card_begin' });
      await counter.pinPad.present('insert', SIGNED);
      await counter.till.until(
        (view) => view.screen.name === 'card_signature' && view.screen.print.state !== 'printing',
      );
      await counter.till.send({ command: 'card_signature', accepted: true });
      const { receipt } = await paid(counter);
      return `the cashier compared the signature, receipt ${receipt}`;
    },
  },
  {
    name: 'Declined: not enough money',
    play: async (counter) => {
      await ring(counter.till, 'Янтарь, подвеска');
      await payByChip(counter, EMPTY);
      const ended = await notPaid(counter);
      expectThat(ended === 'declined, CARD_INSUFFICIENT_FUNDS', `It ended as ${ended}.`);
      return ended;
    },
  },
  {
    name: 'Void of a whole sale, without the card',
    play: async (counter) => {
      const { amount, how } = await confirmRefund(counter, receiptOf(counter, 'tap'), null);
      expectThat(how === 'card_void', `It would go back as ${how}.`);
      await finishRefund(counter);
      return `${amount} kopecks undone`;
    },
  },
  {
    name: 'Refund of a part, to the card it came from',
    play: async (counter) => {
      const { amount, how } = await confirmRefund(counter, receiptOf(counter, 'second PIN'), '30000');
      expectThat(how === 'card_refund', `It would go back as ${how}.`);
      await counter.pinPad.present('insert', MIR.name);
      await finishRefund(counter);
      await counter.pinPad.takeCard();
      return `${amount} kopecks returned`;
    },
  },
  {
    name: 'A card in yuan, converted by its issuer',
    play: async (counter) => {
      await ring(counter.till, 'Икра лососёвая, 140');
      await payByChip(counter, ISSUER_CONVERTS);
      const { screen, receipt } = await paid(counter);
      const billing = screen.card?.billing ?? null;
      if (billing === null) throw new Error('The issuer named no amount of its own.');
      return `${amountText(screen.basket.total)} is ${amountText(billing.amount)} at ${billing.rate}, receipt ${receipt}`;
    },
  },
  {
    name: 'A card in yuan, converted at the till: offered, and taken',
    play: async (counter) => {
      await ring(counter.till, 'Шкатулка палехская');
      await counter.till.send({ command: 'card_begin' });
      await counter.pinPad.present('insert', TILL_CONVERTS.name);
      const { offer } = await counter.till.screen('card_offer');
      counter.say(
        `   offered: ${amountText(offer.price)} or ${amountText(offer.converted)}, mark-up ${offer.markupBp / 100} %`,
      );
      await counter.till.send({ command: 'card_offer_choose', accept: true });
      await counter.pinPad.enterPin(TILL_CONVERTS.pin);
      const { screen, receipt } = await paid(counter);
      expectThat(screen.card?.charged.currency === 'CNY', 'The card was not charged in yuan.');
      counter.receipts.set('yuan', receipt);
      return `charged ${amountText(screen.card?.charged ?? offer.converted)}, receipt ${receipt}`;
    },
  },
  {
    name: 'Refund of a part of it, in the yuan it was charged in',
    play: async (counter) => {
      const { amount } = await confirmRefund(counter, receiptOf(counter, 'yuan'), '100000');
      await counter.pinPad.present('insert', TILL_CONVERTS.name);
      await finishRefund(counter);
      await counter.pinPad.takeCard();
      const bank = counter.banks['unionpay-bank'];
      const { approvedMinor, currency } = await bank.lastOf(
        TILL_CONVERTS.name,
        ({ kind }) => kind === 'refund',
      );
      expectThat(currency === 'CNY', `The refund went back in ${currency}.`);
      return `${amount} kopecks of the price, ${amountText({ amountMinor: approvedMinor, currency })} returned`;
    },
  },
  {
    name: 'The bank’s answer is lost after its approval: reversed',
    play: async (counter) => {
      await ring(counter.till, 'Матрёшка 5 мест');
      const bank = counter.banks['mir-bank'];
      await bank.arm('answer_lost_after_approval', { mti: '0200', card: MIR.name });
      await payByChip(counter, MIR);
      await bank.lastOf(MIR.name, ({ state }) => state === 'approved');
      counter.say('   the bank has approved and the gateway does not know …');
      const ended = await notPaid(counter, 60_000);
      await bank.lastOf(MIR.name, ({ state }) => state === 'reversed');
      return `${ended}; the bank has undone it`;
    },
  },
  {
    name: 'The gateway’s answer is lost on its way to the till: reversed',
    play: async (counter) => {
      await nothingOwed(counter);
      await ring(counter.till, 'Мёд липовый');
      const bank = counter.banks['mir-bank'];
      await bank.arm('late', { mti: '0200', card: MIR.name, delayMs: ON_ITS_WAY_MS });
      await payByChip(counter, MIR);
      await counter.till.screen('card_sending');
      await bank.lastOf(MIR.name, ({ state }) => state === 'approved');
      counter.line.loseAnswers();
      counter.say('   approved at the bank and at the gateway, and the till has heard nothing …');
      await new Promise((resolve) => setTimeout(resolve, ON_ITS_WAY_MS * 2));
      counter.line.mend();
      const ended = await notPaid(counter, 60_000);
      await bank.lastOf(MIR.name, ({ state }) => state === 'reversed');
      return `${ended}; gateway and bank have undone it`;
    },
  },
  {
    name: 'Pre-authorisation, and its completion for less',
    play: async (counter) => {
      const { till, pinPad } = counter;
      await nothingOwed(counter);
      await till.send({ command: 'preauths_open' });
      await till.screen('preauthorisations');
      await till.send({ command: 'preauth_begin', amountMinor: HELD_MINOR });
      await pinPad.present('insert', MIR.name);
      await pinPad.enterPin(MIR.pin);
      const { outcome, card } = await till.screen('card_done');
      expectThat(outcome === 'approved', `The hold ended as ${outcome}.`);
      await pinPad.takeCard();
      await next(till);
      await ring(till, 'Шоколад с кедровым', 'Чай «Иван-чай»');
      await till.send({ command: 'preauths_open' });
      await till.screen('preauthorisations');
      await till.send({ command: 'preauth_complete', attemptId: card.attemptId });
      const { screen, receipt } = await paid(counter);
      return `${amountText(card.amount)} held, ${amountText(screen.basket.total)} charged, receipt ${receipt}`;
    },
  },
  {
    name: 'The batch is closed',
    play: async (counter) => {
      const { till, paper } = counter;
      await nothingOwed(counter);
      const papers = await paper.count();
      await till.send({ command: 'batch_close', staffId: SUPERVISOR.staffId, pin: SUPERVISOR.pin });
      const closed = await till.until((view) => view.notice?.code.startsWith('BATCH_') === true, 60_000);
      expectThat(closed.notice?.code === 'BATCH_AGREED', `The batch ended with ${closed.notice?.code}.`);
      // No screen waits for the report: without this the day would end while it is on its way to the printer.
      await paper.after(papers);
      return `batch ${closed.notice?.facts.batch}: till and gateway in balance in every currency`;
    },
  },
];
