/** A counter that takes cards: the till, a PIN pad and a card host that outlive it. */
import type { TillPolicy } from '../../../../electron/till/till.ts';
import { Counter } from '../counter-kit.ts';
import { CardHost } from './card-host.ts';
import { ScriptedPad } from './scripted-pad.ts';

export const MERCHANT = {
  mid: '100000000000001',
  name: 'Amur',
  nameZh: '黑龙江',
  inn: '2801000000',
  address: 'Blagoveshchensk',
};

export class CardCounter extends Counter {
  readonly pad: ScriptedPad;
  readonly host: CardHost;

  constructor(policy: Partial<TillPolicy> = {}, pad = new ScriptedPad()) {
    super(policy, pad);
    this.pad = pad;
    this.link.merchant = MERCHANT;
    this.host = new CardHost(this.link);
  }

  /** One chocolate, one amber: 5029.90. */
  async fill(): Promise<void> {
    await this.ok({ command: 'scan', text: '4600000000015' });
    await this.ok({ command: 'scan', text: '4600000000039' });
  }

  async payByCard(): Promise<void> {
    await this.fill();
    await this.ok({ command: 'card_begin' });
    await this.world.advance(0);
  }

  /** Sells by card and chooses `amountMinor` of it to go back. Resolves with the receipt's number. */
  async refundOfSale(amountMinor: string): Promise<string> {
    await this.payByCard();
    const { receiptNumber } = this.on('paid').basket;
    await this.ok({ command: 'next' });
    await this.ok({ command: 'refund_begin' });
    await this.ok({ command: 'refund_find', receipt: receiptNumber });
    await this.ok({ command: 'refund_amount', amountMinor });
    return receiptNumber;
  }

  /** Reversals and reports that are still to be told have gone out. */
  async runFor(ms: number): Promise<void> {
    await this.world.advance(ms);
  }

  count(sql: string): number {
    return this.row<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`).n;
  }
}
