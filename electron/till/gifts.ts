/** The gift of the sale at the counter: added and taken away by the cashier, journaled like a line, and told to the gateway before
 *  anybody is asked to pay it. It goes by wallet or card only: money in the drawer never comes to whoever passes the gift on. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { type Money, money, moneyToJson } from '../../gateway/kernel/money.ts';
import type { CharityWire } from '../../gateway/wire/messages.ts';
import { hasAttempts } from '../journal/attempts.ts';
import { type HeldGift, saveGift, saveGiftTold } from '../journal/gifts.ts';
import { basketTotal } from '../sale/basket.ts';
import { requireGivable, type SaleGift, withGift } from '../sale/gift.ts';
import { askGateway } from './ask.ts';
import type { TillCore } from './core.ts';
import { Refusal } from './refusal.ts';
import { currentHead, renewSale } from './sales.ts';
import type { TillState } from './state.ts';

/** Goods and gift: what a wallet or card is asked for. */
export function saleTotal({ basket, gift }: Pick<TillState, 'basket' | 'gift'>): Money {
  return withGift(basketTotal(basket.lines), gift.gift);
}

/** Takes the gateway's list of charities. Part of a transition. */
export function wantCharities(core: TillCore): void {
  if (core.parts.link.state !== 'up') return;
  core.effect(() =>
    askGateway(
      core,
      'charity.list',
      {},
      {
        answered: ({ charities }) => core.set({ charities }),
        // As long as nobody is known to give to, no gift is offered; the next link asks again.
        failed: () => undefined,
      },
    ),
  );
}

/** Errors  BASKET_EMPTY | CHARITY_UNKNOWN | GIFT_OUT_OF_RANGE */
export function addGift(
  core: TillCore,
  wanted: { readonly charity: string; readonly amountMinor: string; readonly roundsUp: boolean },
): void {
  const goods = basketTotal(core.state.basket.lines);
  if (goods.amountMinor <= 0n) throw new Refusal('BASKET_EMPTY');
  const charity = core.state.charities.find((known) => known.charity === wanted.charity);
  if (charity === undefined) throw new Refusal('CHARITY_UNKNOWN', { charity: wanted.charity });
  const amount = money(BigInt(wanted.amountMinor), RUB);
  const { roundsUp } = wanted;
  changeGift(
    core,
    requireGivable({ charity: charity.charity, names: namesOf(charity), amount, roundsUp }, goods),
  );
}

export function removeGift(core: TillCore): void {
  if (core.state.gift.gift !== null) changeGift(core, null);
}

function namesOf({ name, nameZh, nameEn }: CharityWire): SaleGift['names'] {
  return { ru: name, zh: nameZh, en: nameEn };
}

/** The gift of a sale that the gateway has been asked to collect is a fact, like its sum: a change makes a new sale. */
function changeGift(core: TillCore, gift: SaleGift | null): void {
  if (hasAttempts(core.journal, currentHead(core).saleId)) renewSale(core, 'gift changed after an attempt');
  giveWith(core, gift);
}

/** Journals it with the sale that is stored. */
export function giveWith(core: TillCore, gift: SaleGift | null): void {
  const { revision, told } = core.state.gift;
  const held: HeldGift = { gift, revision: revision + 1, told };
  saveGift(core.journal, currentHead(core).saleId, held);
  core.set({ gift: held });
  tellGift(core);
}

/** After the goods changed: a gift that rounded them up is none any more, and nothing is given with nothing. */
export function giftAfterGoods(core: TillCore): void {
  const { gift } = core.state.gift;
  if (gift === null) return;
  const bare = core.state.basket.lines.length === 0;
  if (!gift.roundsUp && !bare) return;
  giveWith(core, null);
  if (!bare) core.notice('info', 'GIFT_TAKEN_OUT', { amount: gift.amount.amountMinor.toString() });
}

/** Whether both sides know the same. */
export function isGiftTold({ gift }: Pick<TillState, 'gift'>): boolean {
  return gift.told === gift.revision;
}

/** Before a wallet or a card is asked. Errors  GIFT_NOT_TOLD */
export function requireGiftTold(core: TillCore): void {
  if (isGiftTold(core.state)) return;
  // Behind this transition, which is refused and leaves nothing.
  core.happen(() => tellGift(core));
  throw new Refusal('GIFT_NOT_TOLD');
}

/** Before cash is taken. Errors  GIFT_NOT_IN_CASH */
export function requireNoGift(core: TillCore): void {
  if (core.state.gift.gift !== null) throw new Refusal('GIFT_NOT_IN_CASH');
}

/** Tells the gateway what it does not know yet. Part of a transition. */
export function tellGift(core: TillCore): void {
  const { head, gift: held } = core.state;
  if (head === null || isGiftTold(core.state) || core.parts.link.state !== 'up') return;
  const { saleId } = head;
  const { revision, gift } = held;
  const wire = gift === null ? null : { charity: gift.charity, amount: moneyToJson(gift.amount) };
  const current = (): boolean => core.state.head?.saleId === saleId && core.state.gift.revision === revision;
  const again = (): void =>
    core.arm('gift', core.parts.policy.askEveryMs, () =>
      core.happen(() => {
        if (current()) tellGift(core);
      }, again),
    );
  core.effect(() =>
    askGateway(
      core,
      'sale.gift',
      { saleId, revision, gift: wire },
      {
        answered: (told) => {
          saveGiftTold(core.journal, saleId, told.revision);
          if (current()) core.set({ gift: { ...core.state.gift, told: told.revision } });
        },
        failed: (code) => {
          if (!current()) return;
          if (gift !== null && REFUSED.has(code)) refused(core, code);
          else if (KNOWN_OTHERWISE.has(code) && core.state.screen.name === 'sale') {
            renewSale(core, `the gateway knows the sale otherwise: ${code}`);
          } else again();
        },
        lost: again,
      },
    ),
  );
}

const REFUSED = new Set(['CHARITY_UNKNOWN', 'AMOUNT_OUT_OF_RANGE', 'CURRENCY_MISMATCH', 'MESSAGE_MALFORMED']);
/** Of the sale and not of the gift, and for good: the same goods go on under another name. */
const KNOWN_OTHERWISE = new Set(['SALE_CONFLICT', 'SALE_CLOSED']);

/** The bank passes nothing on to this charity: the gift is taken out before anybody has paid it. */
function refused(core: TillCore, code: string): void {
  giveWith(core, null);
  wantCharities(core);
  core.notice('warning', 'GIFT_REFUSED', { code });
}
