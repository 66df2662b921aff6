/** What the phone page asks of the wallet: JSON both ways, amounts as decimal text, instants as milliseconds. */
import qrcode from 'qrcode';
import { CNY } from '../../gateway/kernel/currency.ts';
import { HttpRefusal, textField } from '../http-exchange.ts';
import { code128Widths } from './code128.ts';
import { decimal } from './desk.ts';
import type { PhoneTrade } from './phones.ts';
import type { AlipayWallet } from './wallet.ts';

type JsonBody = Readonly<Record<string, unknown>>;
type Action = (wallet: AlipayWallet, body: JsonBody) => unknown;

const HISTORY = 50;

const ACTIONS: Readonly<Record<string, Action>> = {
  buyers: (wallet) => ({ merchantName: wallet.desk.terms.merchantName, buyers: buyers(wallet) }),
  code: (wallet, body) => {
    const code = wallet.phones.newPaymentCode(textField(body, 'buyerId'), body.long === true ? 24 : 18);
    if (code === null) throw new HttpRefusal(404, 'There is no such buyer.');
    const remainingMs = code.expiresAt - wallet.desk.runtime.clock.now();
    return { code: code.code, remainingMs, bars: code128Widths(code.code), qr: qrModules(code.code) };
  },
  state: (wallet, body) => {
    const buyerId = textField(body, 'buyerId');
    const presented = typeof body.code === 'string' ? wallet.phones.tradeOfCode(body.code) : null;
    const watched = typeof body.tradeNo === 'string' ? wallet.phones.find(body.tradeNo) : null;
    return {
      now: wallet.desk.runtime.clock.now(),
      balance: decimal(wallet.desk.buyers.balanceFen(buyerId), CNY),
      pending: wallet.phones.pending(buyerId).map(shown),
      presented: presented === null ? null : shown(presented),
      codeSpent: typeof body.code === 'string' && wallet.desk.codes.find(body.code)?.usedBy != null,
      watched: watched === null ? null : shown(watched),
    };
  },
  scan: (wallet, body) =>
    answered(wallet.phones.scanQr(textField(body, 'buyerId'), textField(body, 'content'))),
  approve: (wallet, body) =>
    answered(wallet.phones.approve(textField(body, 'tradeNo'), textField(body, 'pin'))),
  dismiss: (wallet, body) => ({ ok: wallet.phones.dismiss(textField(body, 'tradeNo')) }),
  history: (wallet, body) => ({
    history: wallet.phones.history(textField(body, 'buyerId'), HISTORY).map(shown),
  }),
};

/** Errors  HttpRefusal 400 | 404 */
export function phoneApi(wallet: AlipayWallet, path: string, body: JsonBody): unknown {
  const action = Object.hasOwn(ACTIONS, path) ? ACTIONS[path] : undefined;
  if (action === undefined) throw new HttpRefusal(404, 'The phone has no such function.');
  return action(wallet, body);
}

function buyers(wallet: AlipayWallet): readonly unknown[] {
  return wallet.desk.buyers.all().map((buyer) => ({
    buyerId: buyer.buyerId,
    logonId: buyer.logonId,
    name: buyer.name,
    accountClass: buyer.accountClass,
    balance: decimal(wallet.desk.buyers.balanceFen(buyer.buyerId), CNY),
  }));
}

function answered(
  result: { readonly ok: true; readonly trade: PhoneTrade } | { readonly ok: false; readonly reason: string },
): unknown {
  return result.ok ? { ok: true, trade: shown(result.trade) } : result;
}

function shown({ payFen, refunds, ...trade }: PhoneTrade): unknown {
  return {
    ...trade,
    amount: decimal(payFen, CNY),
    refunds: refunds.map(({ amountFen, at }) => ({ amount: decimal(amountFen, CNY), at })),
  };
}

/** Rows of `1` (dark) and `0`. */
function qrModules(text: string): readonly string[] {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  return Array.from({ length: modules.size }, (_row, y) =>
    Array.from({ length: modules.size }, (_cell, x) => (modules.get(y, x) ? '1' : '0')).join(''),
  );
}
