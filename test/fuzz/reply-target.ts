/** Spoilt replies of the wallet through the connector, half of them spoilt after signing and half before. */
import { isDeepStrictEqual } from 'node:util';
import { CNY } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import type { AlipayMethod } from '../../gateway/wallets/alipay/config.ts';
import { cnyOrder, connect, NO, REFUND_NO } from '../gateway/wallets/alipay/wallet-double.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { type Mutant, mutantOf, spoilBytes, spoilValue } from './mutations.ts';
import type { Session, Tally } from './tally.ts';
import {
  allows,
  type Fields,
  isWhole,
  misstated,
  type PortAnswer,
  REPLIES,
  signedReply,
} from './wallet-words.ts';

const ORDER_FEN = 8_888n;
const CODE = new Secret('281234567890123456');

export async function openReplySession(draw: SeededRandom, tally: Tally): Promise<Session> {
  let body: Uint8Array = new Uint8Array();
  const { connector } = connect(() => ({ status: 200, bodyBytes: body }));
  const calls: Readonly<Record<AlipayMethod, () => Promise<PortAnswer>>> = {
    'alipay.trade.pay': () => connector.pay(cnyOrder, CODE),
    'alipay.trade.precreate': () => connector.precreate(cnyOrder, 60_000),
    'alipay.trade.query': () => connector.query(NO, 'CNY'),
    'alipay.trade.cancel': () => connector.cancel(NO),
    'alipay.trade.refund': () =>
      connector.refund({ outTradeNo: NO, outRequestNo: REFUND_NO, amount: money(1_000n, CNY), reason: 'r' }),
    'alipay.trade.fastpay.refund.query': () => connector.refundQuery(NO, REFUND_NO, 'CNY'),
  };
  const ask = async (method: AlipayMethod, bytes: Uint8Array): Promise<PortAnswer> => {
    body = bytes;
    return calls[method]().catch(() => ({ kind: 'thrown' }));
  };
  const originals = await Promise.all(
    REPLIES.map(async ([method, fields]) => {
      const nodeText = JSON.stringify(fields);
      const whole = signedReply(method, nodeText);
      return { method, fields, nodeText, whole, answer: { kind: '' } as PortAnswer };
    }),
  );
  for (const original of originals) original.answer = await ask(original.method, Buffer.from(original.whole));

  async function afterSigning(): Promise<void> {
    const kind = 'wallet_reply_after_signing';
    const { method, nodeText, whole, answer: original } = draw.pick(originals);
    const mutant: Mutant = draw.chance(500) ? spoilBytes(whole, draw) : mutantOf(JSON.parse(whole), draw);
    const answer = await ask(method, mutant.bytes);
    const stillValid = isWhole(mutant.bytes, method, nodeText);
    tally.count(kind, answer.kind, stillValid);
    const same = isDeepStrictEqual(answer, original);
    if (answer.kind !== 'unknown' && !(stillValid && same))
      tally.violate(kind, `${method}: ${answer.kind} from a spoilt reply`, mutant.made, mutant.bytes);
  }

  async function beforeSigning(): Promise<void> {
    const kind = 'wallet_reply_before_signing';
    const { method, fields, answer: original } = draw.pick(originals);
    const made: string[] = [];
    const nodeText = spoiltNode(fields, draw, made);
    const bytes = Buffer.from(signedReply(method, nodeText), 'utf8');
    const answer = await ask(method, bytes);
    const node = readNode(nodeText);
    const sameMeaning = isDeepStrictEqual(node, fields);
    tally.count(kind, answer.kind, sameMeaning);
    const wrong = (what: string): void => tally.violate(kind, `${method}: ${what}`, made, bytes);
    if (
      sameMeaning &&
      isDeepStrictEqual(topLevelOnce(nodeText), true) &&
      !isDeepStrictEqual(answer, original)
    )
      wrong(`${answer.kind} where the meaning was the same`);
    if (node === null && answer.kind !== 'unknown') wrong(`${answer.kind} from no object`);
    const fen = method === 'alipay.trade.query' ? null : ORDER_FEN;
    if (node !== null && !allows(method, node, answer, NO, fen)) wrong(`${answer.kind} is not allowed`);
  }

  return { one: () => (draw.chance(500) ? afterSigning() : beforeSigning()), close: async () => {} };
}

/** The text of a node as it will be signed: misstated, misshapen or damaged. */
export function spoiltNode(fields: Fields, draw: SeededRandom, made: string[]): string {
  if (draw.chance(400)) return JSON.stringify(misstated(fields, draw, made));
  if (draw.chance(850)) return spoilValue(fields, draw, made);
  return spoilBytes(JSON.stringify(fields), draw, made).bytes.toString('utf8');
}

export function readNode(nodeText: string): Fields | null {
  try {
    const value: unknown = JSON.parse(nodeText);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

/** False where white space or a mark around the node would not have been part of it. */
function topLevelOnce(nodeText: string): boolean {
  return nodeText.startsWith('{') && nodeText.endsWith('}');
}
