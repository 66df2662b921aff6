/** /control/…: for tests and demonstrations. It arms scenarios by name, acts as the customer and shows the books. */
import { parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { HttpRefusal, minorField, optionalCount, optionalText, textField } from '../http-exchange.ts';
import { MERCHANT } from './books.ts';
import {
  isScenarioName,
  METHODS,
  type Moment,
  SCENARIOS,
  type ScenarioName,
  scenarioOf,
} from './scenarios.ts';
import { asBase64, filesOf, readDefect } from './settlement-files/asked.ts';
import type { AlipayWallet } from './wallet.ts';

export type JsonBody = Readonly<Record<string, unknown>>;
type Action = (wallet: AlipayWallet, body: JsonBody) => unknown;

const ACTIONS: Readonly<Record<string, Action>> = {
  'GET scenarios': () => ({ scenarios: SCENARIOS }),
  'GET armed': (wallet) => ({ armed: wallet.desk.arming.armed() }),
  'POST arm': (wallet, body) => ({ id: arm(wallet, body) }),
  'POST disarm': (wallet) => {
    wallet.desk.arming.disarm();
    return {};
  },
  'POST fault-plan': (wallet, body) => {
    wallet.desk.arming.plan = readPlan(body);
    return {};
  },
  'GET books': (wallet) => ({
    movements: wallet.desk.books.movements(),
    trades: wallet.desk.trades.all(),
    refunds: wallet.desk.trades.allRefunds(),
    buyers: wallet.desk.buyers.all().map(({ buyerId, name }) => ({
      buyerId,
      name,
      balanceFen: wallet.desk.buyers.balanceFen(buyerId),
    })),
    faults: wallet.desk.books.audit(),
  }),
  'POST payment-code': (wallet, body) => {
    const code = wallet.phones.newPaymentCode(
      textField(body, 'buyerId'),
      optionalCount(body, 'length') ?? 18,
    );
    if (code === null) throw new HttpRefusal(404, 'There is no such buyer, or no such length.');
    return code;
  },
  'POST scan': (wallet, body) => wallet.phones.scanQr(textField(body, 'buyerId'), textField(body, 'content')),
  'POST approve': (wallet, body) => wallet.phones.approve(textField(body, 'tradeNo'), textField(body, 'pin')),
  'POST dismiss': (wallet, body) => ({ ok: wallet.phones.dismiss(textField(body, 'tradeNo')) }),
  'POST pending': (wallet, body) => ({ pending: wallet.phones.pending(textField(body, 'buyerId')) }),
  'POST block': (wallet, body) => {
    wallet.desk.buyers.setBlocked(textField(body, 'buyerId'), body.blocked === true);
    return {};
  },
  'POST top-up': (wallet, body) => {
    const { buyers, runtime } = wallet.desk;
    const amountFen = minorField(body, 'amountFen');
    if (amountFen <= 0n || buyers.find(textField(body, 'buyerId')) === null)
      throw new HttpRefusal(400, 'A known buyer and a positive amount are needed.');
    buyers.topUp(textField(body, 'buyerId'), amountFen, runtime.clock.now());
    return {};
  },
  'POST merchant-funds': (wallet, body) => {
    const currency = textField(body, 'currency');
    const ok = wallet.moveMerchantFunds(minorField(body, 'amountMinor'), currency);
    return { ok, balanceMinor: wallet.desk.books.balance(MERCHANT, parseCurrencyCode(currency)) };
  },
  'POST plant': (wallet, body) => {
    wallet.plant(readDefect(body));
    return {};
  },
  'POST files': (wallet, body) => ({ files: filesOf(wallet, body).map(asBase64) }),
};

/** Errors  HttpRefusal 400 | 404 */
export function control(wallet: AlipayWallet, verb: string, path: string, body: JsonBody): unknown {
  const action = Object.hasOwn(ACTIONS, `${verb} ${path}`) ? ACTIONS[`${verb} ${path}`] : undefined;
  if (action === undefined) throw new HttpRefusal(404, 'There is no such control.');
  return action(wallet, body);
}

function arm(wallet: AlipayWallet, body: JsonBody): number {
  const scenario = textField(body, 'scenario');
  if (!isScenarioName(scenario)) throw new HttpRefusal(400, 'There is no scenario of that name.');
  const method = optionalText(body, 'method');
  const moment = [...METHODS, 'notify' as const].find((name) => name === method) ?? null;
  if (method !== null && (moment === null || !scenarioOf(scenario).moments.includes(moment satisfies Moment)))
    throw new HttpRefusal(400, 'The scenario does not exist for that method.');
  return wallet.desk.arming.arm({
    scenario,
    method: moment,
    outTradeNo: optionalText(body, 'outTradeNo'),
    buyerId: optionalText(body, 'buyerId'),
    times: optionalCount(body, 'times') ?? 1,
    delayMs: optionalCount(body, 'delayMs'),
  });
}

function readPlan(body: JsonBody) {
  const chances: Partial<Record<ScenarioName, number>> = {};
  for (const [name, chance] of Object.entries(body.chances ?? {})) {
    if (!isScenarioName(name) || !Number.isInteger(chance))
      throw new HttpRefusal(400, 'chances must be whole millionths by scenario name.');
    chances[name] = chance as number;
  }
  const from = optionalCount(body, 'delayFromMs') ?? 0;
  return { chances, delayMs: [from, optionalCount(body, 'delayToMs') ?? from] as const };
}
