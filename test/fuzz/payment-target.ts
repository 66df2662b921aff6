/** Spoilt replies to a payment and to its inquiry, all the way: terminal's request, service, connector, store. */

import { createAlipayConnector } from '../../gateway/wallets/alipay/connector.ts';
import type { PaymentWire } from '../../gateway/wire/messages.ts';
import { config } from '../gateway/wallets/alipay/wallet-double.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';
import { GatewayWorld } from './gateway-world.ts';
import { mutantOf, spoilBytes } from './mutations.ts';
import { readNode, spoiltNode } from './reply-target.ts';
import type { Session, Tally } from './tally.ts';
import { allows, isWhole, signedReply } from './wallet-words.ts';

const FEN = 88_711n;
const rub = { amountMinor: '1000000', currency: 'RUB' };

interface Spoilt {
  readonly bytes: Buffer;
  readonly made: readonly string[];
  /** Whether an approval, or a refusal, may follow from it. */
  readonly mayApprove: boolean;
  readonly mayDecline: boolean;
}

export async function openPaymentSession(draw: SeededRandom, tally: Tally): Promise<Session> {
  let body: Uint8Array = new Uint8Array();
  const clock = new VirtualWorld();
  const post = async () => ({ status: 200, bodyBytes: body });
  const connector = createAlipayConnector(config, post, clock, () => {});
  const gateway = await new GatewayWorld(draw.uint32(), connector).open();
  let count = 0;

  return {
    async one() {
      count += 1;
      const afterSigning = draw.chance(500);
      const kind = afterSigning ? 'payment_by_reply_after_signing' : 'payment_by_reply_before_signing';
      const attemptId = `7A${String(count).padStart(24, '0')}`;
      const spoilt = spoil(draw, attemptId, afterSigning);
      body = spoilt.bytes;
      const names = { attemptId, saleId: `7S${attemptId.slice(2)}`, tenderId: `7T${attemptId.slice(2)}` };
      const method = { kind: 'scanned' as const, code: '280000000000004321' };
      const { quoteId } = await gateway.ask('quote.get', {});
      const payment: PaymentWire = await gateway.ask('payment.start', {
        ...{ ...names, saleTotal: rub, amount: rub, quoteId, method },
        ...{ subject: 'Покупка', receiptNumber: '1', operator: 'a' },
      });
      tally.count(kind, payment.state, spoilt.mayApprove || spoilt.mayDecline);
      const booked = (await gateway.store.transfersOf(attemptId)).map((transfer) => transfer.template);
      const wrong = (what: string): void => tally.violate(kind, what, spoilt.made, spoilt.bytes);
      if (payment.state === 'approved' && !spoilt.mayApprove) wrong('approved');
      if (payment.state === 'declined' && !spoilt.mayDecline) wrong('declined');
      if (payment.state !== 'approved' && booked.length > 0)
        wrong(`${payment.state}, yet booked ${booked.join()}`);
      if (payment.state === 'approved' && booked.join() !== 'wallet_sale_acquirer_converts')
        wrong('not booked once');
    },
    async close() {
      for (const { currency, debit, credit } of gateway.store.trialBalance())
        if (debit !== credit) tally.violate('ledger', `does not balance in ${currency}`, [], '');
      await gateway.close();
    },
  };
}

function spoil(draw: SeededRandom, outTradeNo: string, afterSigning: boolean): Spoilt {
  const trade = {
    ...{ code: '10000', msg: 'Success', out_trade_no: outTradeNo, trade_no: '2026112222001400001000000001' },
    ...{ buyer_logon_id: '138****0022', total_amount: '887.11', gmt_payment: '2026-11-22 14:00:05' },
  };
  const failed = {
    code: '40004',
    msg: 'Failed',
    sub_code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH',
    out_trade_no: outTradeNo,
  };
  const fields = draw.chance(700) ? trade : failed;
  const method = 'alipay.trade.pay';
  if (afterSigning) {
    const nodeText = JSON.stringify(fields);
    const whole = signedReply(method, nodeText);
    const mutant = draw.chance(500) ? spoilBytes(whole, draw) : mutantOf(JSON.parse(whole), draw);
    const stillValid = isWhole(mutant.bytes, method, nodeText);
    return {
      ...mutant,
      mayApprove: stillValid && fields === trade,
      mayDecline: stillValid && fields === failed,
    };
  }
  const made: string[] = [];
  const nodeText = spoiltNode(fields, draw, made);
  const bytes = Buffer.from(signedReply(method, nodeText), 'utf8');
  const node = readNode(nodeText) ?? {};
  const order = { amountMinor: FEN, currency: 'CNY' };
  return {
    ...{ bytes, made },
    mayApprove: allows(method, node, { kind: 'paid', trade: { order } }, outTradeNo, FEN),
    mayDecline: allows(method, node, { kind: 'declined' }, outTradeNo, FEN),
  };
}
