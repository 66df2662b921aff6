/** Alipay's Open Platform behind the wallet port. One call is one request; nothing here retries or remembers. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { AmurError } from '../../kernel/errors.ts';
import { openSecret } from '../../kernel/secret.ts';
import type { Runtime } from '../../kernel/time.ts';
import type { NoticeParser, WalletDeclined, WalletPort, WalletUnknown } from '../../payments/wallet-port.ts';
import {
  MISMATCH,
  readCancelled,
  readPaid,
  readQr,
  readQueried,
  readRefunded,
  readRefundQueried,
} from './answers.ts';
import type { AlipayConfig, AlipayLog, AlipayMethod } from './config.ts';
import type { HttpPost, HttpPostReply } from './http-post.ts';
import { createNoticeVerifier } from './notice.ts';
import { type Fields, openReply } from './reply.ts';
import { type Content, payContent, precreateContent, refundContent, signedRequest } from './requests.ts';
import { type Obligation, obligationOf } from './result-codes.ts';
import { providerRefOf, textOf } from './trade.ts';

export type AlipayConnector = WalletPort & NoticeParser;

/** A verified reply, sorted by what it obliges to. `code` is `sub_code` where there is one. */
interface Result {
  readonly obligation: Obligation;
  readonly code: string;
  readonly fields: Fields;
}

type Ask = (method: AlipayMethod, outTradeNo: string, content: Content) => Promise<Result | WalletUnknown>;

/** Errors  throws at once when a key cannot be read; its methods never reject for what a provider or a network does */
export function createAlipayConnector(
  config: AlipayConfig,
  transport: HttpPost,
  runtime: Runtime,
  log: AlipayLog,
): AlipayConnector {
  const ask = createAsk(config, transport, runtime, log);
  const checked = <T extends { readonly kind: string }>(answer: T, method: AlipayMethod, no: string): T => {
    if ((answer as object) === MISMATCH) log({ event: 'alipay_answer_mismatch', method, outTradeNo: no });
    return answer;
  };
  return {
    wallet: 'alipay',
    verify: createNoticeVerifier(config),

    async pay(order, authCode) {
      const method = 'alipay.trade.pay';
      const content = payContent(config, order, openSecret(authCode));
      const result = await ask(method, order.outTradeNo, content);
      if ('kind' in result) return result;
      if (result.obligation === 'succeeded')
        return checked(readPaid(result.fields, order), method, order.outTradeNo);
      if (result.obligation !== 'pending') return declinedOrUnknown(result);
      return { kind: 'pending', providerRef: providerRefOf(result.fields) };
    },

    async precreate(order, qrLifeMs) {
      const method = 'alipay.trade.precreate';
      const result = await ask(method, order.outTradeNo, precreateContent(config, order, qrLifeMs));
      if ('kind' in result) return result;
      if (result.obligation !== 'succeeded') return declinedOrUnknown(result);
      return checked(readQr(result.fields), method, order.outTradeNo);
    },

    async query(outTradeNo, orderCurrency) {
      const method = 'alipay.trade.query';
      const result = await ask(method, outTradeNo, { out_trade_no: outTradeNo });
      if ('kind' in result) return result;
      if (result.obligation === 'not_found') return { kind: 'not_found' };
      if (result.obligation !== 'succeeded') return unknown(result);
      return checked(readQueried(result.fields, orderCurrency), method, outTradeNo);
    },

    async cancel(outTradeNo) {
      const method = 'alipay.trade.cancel';
      const result = await ask(method, outTradeNo, { out_trade_no: outTradeNo });
      if ('kind' in result) return result;
      const { obligation, code } = result;
      if (obligation === 'not_found') return { kind: 'cancelled', action: 'none' };
      if (obligation === 'retry_later' || obligation === 'refused') return { kind: obligation, code };
      // A failure may ask for the same cancel again in so many words.
      if (obligation === 'unknown' && textOf(result.fields, 'retry_flag') === 'Y')
        return { kind: 'retry_later', code };
      if (obligation !== 'succeeded') return unknown(result);
      return checked(readCancelled(result.fields), method, outTradeNo);
    },

    async refund(request) {
      const method = 'alipay.trade.refund';
      const result = await ask(method, request.outTradeNo, refundContent(request));
      if ('kind' in result) return result;
      if (result.obligation === 'retry_later') return { kind: 'retry_later', code: result.code };
      if (result.obligation !== 'succeeded') return declinedOrUnknown(result);
      return checked(readRefunded(result.fields, request.amount), method, request.outTradeNo);
    },

    async refundQuery(outTradeNo, outRequestNo, orderCurrency) {
      const method = 'alipay.trade.fastpay.refund.query';
      const content = { out_trade_no: outTradeNo, out_request_no: outRequestNo };
      const result = await ask(method, outTradeNo, content);
      if ('kind' in result) return result;
      if (result.obligation === 'not_found') return { kind: 'not_found' };
      if (result.obligation !== 'succeeded') return unknown(result);
      return checked(readRefundQueried(result.fields, outRequestNo, orderCurrency), method, outTradeNo);
    },
  };
}

function createAsk(config: AlipayConfig, transport: HttpPost, runtime: Runtime, log: AlipayLog): Ask {
  const privateKey = createPrivateKey(openSecret(config.privateKeyPem));
  const publicKey = createPublicKey(config.alipayPublicKeyPem);
  return async (method, outTradeNo, content) => {
    const refused = (cause: string): WalletUnknown => {
      log({ event: 'alipay_reply_refused', method, outTradeNo, cause });
      return { kind: 'unknown', cause };
    };
    const request = signedRequest(config, privateKey, method, content, runtime.clock.now());
    const reply = await withinTime(runtime, config.timeoutMs, () =>
      transport(request.url, request.headers, request.body, config.timeoutMs),
    );
    if (typeof reply === 'string') return refused(reply);
    if (reply.status !== 200) return refused('http_status');
    const opened = openReply(reply.bodyBytes, method, publicKey);
    if (!opened.ok) return refused(opened.cause);
    const { fields } = opened;
    const code = textOf(fields, 'code');
    const subCode = textOf(fields, 'sub_code');
    const obligation = obligationOf(method, code, subCode);
    if (obligation === null) {
      log({ event: 'alipay_code_unlisted', method, outTradeNo, code, subCode });
      return { kind: 'unknown', cause: 'code_unlisted' };
    }
    // A reply may leave the number out, but one that names another trade is not an answer to this request.
    const named = textOf(fields, 'out_trade_no');
    if (named !== outTradeNo && (named !== '' || mustName(method, obligation))) {
      log({ event: 'alipay_answer_mismatch', method, outTradeNo, code, subCode });
      return MISMATCH;
    }
    return { obligation, code: subCode === '' ? code : subCode, fields };
  };
}

/** Success is believed only with the number on it; a refusal need not repeat it, and a refund query that found nothing
 *  succeeds with an empty node. */
function mustName(method: AlipayMethod, obligation: Obligation): boolean {
  return obligation === 'succeeded' && method !== 'alipay.trade.fastpay.refund.query';
}

/** The reply, or a cause word. A transport that keeps silent past the limit is left behind, whatever it does later. */
function withinTime(
  runtime: Runtime,
  timeoutMs: number,
  send: () => Promise<HttpPostReply>,
): Promise<HttpPostReply | string> {
  return new Promise((resolve) => {
    const stopTimer = runtime.timers.after(timeoutMs, () => resolve('timeout'));
    Promise.resolve()
      .then(send)
      .then(
        (reply) => {
          stopTimer();
          resolve(reply);
        },
        (error: unknown) => {
          stopTimer();
          resolve(transportCause(error));
        },
      );
  });
}

function transportCause(error: unknown): string {
  if (error instanceof AmurError && error.code === 'REPLY_TIMEOUT') return 'timeout';
  if (error instanceof AmurError && error.code === 'MESSAGE_TOO_LARGE') return 'reply_too_large';
  return 'link_lost';
}

function declinedOrUnknown(result: Result): WalletDeclined | WalletUnknown {
  return result.obligation === 'declined' ? { kind: 'declined', code: result.code } : unknown(result);
}

function unknown(result: Result): WalletUnknown {
  return { kind: 'unknown', cause: result.code };
}
