/** A shop's story for properties: payments, refunds, disputes, rates and what the bank's day makes of them, booked by the real
 *  rules, with a plain tally beside them that knows nothing of templates. */
import { priced } from '../../../gateway/fx/pricing.ts';
import { orderAtDay, refundAtRate } from '../../../gateway/fx/refund-rate.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { cumulativeShare, type Money, money, subtract } from '../../../gateway/kernel/money.ts';
import type { ExactRate } from '../../../gateway/kernel/rate.ts';
import {
  chargebackAccepted,
  chargebackOpened,
  chargebackReversed,
} from '../../../gateway/ledger/chargeback-postings.ts';
import { splitFee } from '../../../gateway/ledger/fee-split.ts';
import {
  mdrOfSale,
  receivableOf,
  refundTransfer,
  type SaleAmounts,
  saleTransfer,
} from '../../../gateway/ledger/postings.ts';
import {
  partnerShare,
  payoutDue,
  reserveHeld,
  reserveReleased,
  vatOnFee,
  walletSettled,
} from '../../../gateway/ledger/settlement-postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import { vatWithin } from '../../../gateway/ledger/vat.ts';
import { MID } from '../store/records.ts';

export type StoryStep =
  | { readonly kind: 'rate'; readonly value: bigint }
  | {
      readonly kind: 'sale';
      readonly price: bigint;
      readonly converter: 'acquirer' | 'wallet';
      readonly mdrBp: number;
      readonly refundsAt: 'original' | 'refund_day';
    }
  | {
      readonly kind: 'refund';
      readonly pick: number;
      readonly permille: bigint;
      readonly mdrReturned: boolean;
    }
  | { readonly kind: 'dispute'; readonly pick: number }
  | { readonly kind: 'decide'; readonly pick: number; readonly won: boolean; readonly mdrReturned: boolean }
  | { readonly kind: 'settle'; readonly most: number; readonly feeBp: bigint }
  | { readonly kind: 'cycle'; readonly shareBp: number; readonly reserveBp: bigint };

interface Sale {
  readonly amounts: SaleAmounts;
  readonly rate: ExactRate;
  readonly refundsAt: 'original' | 'refund_day';
  /** Signed sum of what refunds took beside their shares, in the receivable's currency. */
  difference: bigint;
  refundedPrice: bigint;
  refundedOrder: bigint;
  dispute: 'none' | 'open' | 'accepted';
  disputed: { order: Money; price: Money } | null;
}

/** Rows a wallet's file will list: signed amounts of its receivable. */
interface Owed {
  readonly amount: Money;
}

export class DayStory {
  readonly transfers: Transfer[] = [];
  readonly sales: Sale[] = [];
  readonly #owed: Owed[] = [];
  /** What a wallet owes, by currency, told without the ledger. */
  readonly receivable = new Map<string, bigint>();
  refused = 0;
  #rate: ExactRate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
  #count = 0;

  play(step: StoryStep): void {
    switch (step.kind) {
      case 'rate':
        this.#rate = { ...this.#rate, value: step.value };
        return;
      case 'sale':
        this.#sell(step);
        return;
      case 'refund':
        this.#refund(step);
        return;
      case 'dispute':
        this.#dispute(step.pick);
        return;
      case 'decide':
        this.#decide(step);
        return;
      case 'settle':
        this.#settle(step.most, step.feeBp);
        return;
      case 'cycle':
        this.#cycle(step.shareBp, step.reserveBp);
        return;
    }
  }

  /** Debits less credits of an account. */
  balance(account: string, currency: string): bigint {
    return this.transfers
      .flatMap((transfer) => transfer.entries)
      .filter((entry) => entry.account === account && entry.amount.currency === currency)
      .reduce(
        (sum, { side, amount }) => (side === 'debit' ? sum + amount.amountMinor : sum - amount.amountMinor),
        0n,
      );
  }

  #sell({ price, converter, mdrBp, refundsAt }: Extract<StoryStep, { kind: 'sale' }>): void {
    const inYuan = priced(
      money(price, RUB),
      { from: RUB, to: CNY, legs: [this.#rate], markupBp: 150, source: 'CBR', sourceDate: '2026-11-21' },
      'half_up',
    );
    if (inYuan.amountMinor === 0n) return;
    const asked = money(price, RUB);
    const amounts: SaleAmounts =
      converter === 'acquirer'
        ? { converter, order: inYuan, settlement: null, price: asked, mdrBp }
        : { converter, order: asked, settlement: inYuan, price: asked, mdrBp };
    this.#post(saleTransfer(amounts, this.#meta()));
    this.#owes(receivableOf(amounts));
    this.sales.push({
      ...{ amounts, rate: this.#rate, refundsAt, difference: 0n, refundedPrice: 0n, refundedOrder: 0n },
      ...{ dispute: 'none', disputed: null },
    });
  }

  #refund({ pick, permille, mdrReturned }: Extract<StoryStep, { kind: 'refund' }>): void {
    const sale = this.#pick(pick, (one) => one.dispute === 'none');
    if (sale === undefined) return;
    const { amounts } = sale;
    const part = money((amounts.price.amountMinor * permille) / 1_000n, RUB);
    if (part.amountMinor === 0n) return;
    try {
      const alreadyOrder = money(sale.refundedOrder, amounts.order.currency);
      const alreadyPrice = money(sale.refundedPrice, RUB);
      const { order, taken } = this.#goesBack(sale, part);
      if (order.amountMinor === 0n) return;
      this.#post(
        refundTransfer(
          {
            ...{ sale: amounts, order, price: part, alreadyOrder, alreadyPrice, mdrReturned },
            ...(taken === null ? {} : { taken }),
          },
          this.#meta(),
        ),
      );
      this.#takenBack(sale, order, part, taken);
      sale.refundedPrice += part.amountMinor;
      sale.refundedOrder += order.amountMinor;
    } catch (error) {
      if (!(error instanceof AmurError) || error.code !== 'ALLOCATION_OUT_OF_RANGE') throw error;
      this.refused += 1;
    }
  }

  /** In the order's currency, and what the wallet takes of its receivable where that is not the share. */
  #goesBack(
    { amounts, refundsAt, refundedOrder, refundedPrice, rate }: Sale,
    part: Money,
  ): { readonly order: Money; readonly taken: Money | null } {
    const alreadyOrder = money(refundedOrder, amounts.order.currency);
    if (amounts.converter === 'acquirer' && refundsAt === 'refund_day') {
      if (refundedPrice + part.amountMinor > amounts.price.amountMinor)
        throw new AmurError('ALLOCATION_OUT_OF_RANGE', {});
      const order = orderAtDay({
        ...{ order: amounts.order, price: amounts.price, alreadyOrder, part, saleRate: rate },
        ...{ alreadyPrice: money(refundedPrice, RUB), dayRate: this.#rate },
      });
      return { order, taken: order };
    }
    const through = money(refundedPrice + part.amountMinor, RUB);
    const upTo = cumulativeShare(amounts.order, amounts.price, money(0n, RUB), through);
    const order = subtract(upTo, alreadyOrder);
    if (amounts.converter === 'acquirer' || refundsAt === 'original') return { order, taken: null };
    const { taken } = refundAtRate({
      ...{ policy: 'refund_day', order: amounts.order, settlement: receivableOf(amounts) },
      ...{ already: alreadyOrder, refund: order, dayLegs: [this.#rate] },
    });
    return { order, taken };
  }

  /** The share is told apart from the ledger: of the price where we convert, of the order where the wallet does. */
  #takenBack(sale: Sale, order: Money, part: Money, taken: Money | null): void {
    const { amounts, refundedOrder, refundedPrice } = sale;
    const share =
      amounts.converter === 'acquirer'
        ? cumulativeShare(amounts.order, amounts.price, money(refundedPrice, RUB), part)
        : cumulativeShare(receivableOf(amounts), amounts.order, money(refundedOrder, order.currency), order);
    const back = taken ?? share;
    sale.difference += back.amountMinor - share.amountMinor;
    this.#owes(money(-back.amountMinor, back.currency));
  }

  #dispute(pick: number): void {
    const sale = this.#pick(pick, (one) => one.dispute === 'none' && one.refundedPrice === 0n);
    if (sale === undefined) return;
    const order = receivableOf(sale.amounts);
    const price = sale.amounts.converter === 'acquirer' ? sale.amounts.price : order;
    this.#post(chargebackOpened({ order, price }, this.#meta()));
    this.#owes(money(-order.amountMinor, order.currency));
    Object.assign(sale, { dispute: 'open', disputed: { order, price } });
  }

  #decide({ pick, won, mdrReturned }: Extract<StoryStep, { kind: 'decide' }>): void {
    const sale = this.#pick(pick, (one) => one.dispute === 'open');
    if (sale?.disputed === null || sale === undefined) return;
    const { disputed, amounts } = sale;
    if (won) {
      this.#post(chargebackReversed(disputed, this.#meta()));
      this.#owes(disputed.order);
      Object.assign(sale, { dispute: 'none', disputed: null });
      return;
    }
    const mdr = mdrOfSale(amounts);
    this.#post(chargebackAccepted(disputed, mdrReturned ? mdr : money(0n, mdr.currency), this.#meta()));
    sale.dispute = 'accepted';
  }

  /** The wallet's file matches so many rows of one currency. */
  #settle(most: number, feeBp: bigint): void {
    const rows = this.#owed.splice(0, most);
    for (const currency of new Set(rows.map(({ amount }) => amount.currency))) {
      const mine = rows
        .filter(({ amount }) => amount.currency === currency)
        .map(({ amount }) => amount.amountMinor);
      const sum = (sign: 1n | -1n) =>
        mine.reduce((all, minor) => (minor * sign > 0n ? all + minor * sign : all), 0n);
      const [payments, refunds] = [sum(1n), sum(-1n)];
      const of = (minor: bigint) => money(minor, currency);
      const batch = {
        payments: of(payments),
        refunds: of(refunds),
        fees: of((payments * feeBp) / 10_000n),
        feesReturned: of(0n),
      };
      this.#post(walletSettled(batch, { ...this.#meta(), mid: null }));
      this.receivable.set(currency, (this.receivable.get(currency) ?? 0n) - payments + refunds);
    }
  }

  /** What is owed to the merchant goes to its bank; tax and shares come out of the discount; some is held, and comes back. */
  #cycle(shareBp: number, reserveBp: bigint): void {
    for (const currency of [RUB, CNY]) {
      const income = -this.balance('mdr_income:acquirer', currency);
      if (income > 0n) {
        const tax = vatWithin(money(income, currency), 2_200);
        if (tax.amountMinor > 0n) this.#post(vatOnFee(tax, 'within', this.#meta()));
        const net = money(income - tax.amountMinor, currency);
        const terms = { shares: [{ party: 'amurbank', bp: shareBp }], residual: 'acquirer' };
        const [share] = splitFee(net, terms);
        if (share !== undefined && share.amount.amountMinor > 0n) {
          this.#post(partnerShare(share.amount, { ...this.#meta(), mid: null }));
        }
      }
      const payable = -this.balance(`merchant_payable:${MID}`, currency);
      const held = -this.balance(`merchant_reserve:${MID}`, currency);
      if (held > 0n) this.#post(reserveReleased(money(held, currency), this.#meta()));
      const hold = payable > 0n ? (payable * reserveBp) / 10_000n : 0n;
      if (hold > 0n) this.#post(reserveHeld(money(hold, currency), this.#meta()));
      const due = payable + held - hold;
      if (due !== 0n) this.#post(payoutDue(money(due, currency), this.#meta()));
    }
  }

  #pick(pick: number, fits: (sale: Sale) => boolean): Sale | undefined {
    const all = this.sales.filter(fits);
    return all[pick % Math.max(all.length, 1)];
  }

  #owes(amount: Money): void {
    if (amount.amountMinor === 0n) return;
    this.#owed.push({ amount });
    this.receivable.set(amount.currency, (this.receivable.get(amount.currency) ?? 0n) + amount.amountMinor);
  }

  #post(transfer: Transfer | null): void {
    if (transfer !== null) this.transfers.push(transfer);
  }

  #meta() {
    this.#count += 1;
    return {
      reference: `${this.#count}`,
      mid: MID,
      wallet: 'alipay',
      partner: 'amurbank',
      tax: 'RU',
      businessDate: '2026-11-21',
      postedAt: 0,
    } as const;
  }
}
