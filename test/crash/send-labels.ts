/** What a message that leaves a process is, read off its bytes. Null for what carries no fact about money or goods. */
import type { ProcessUnderTest } from './durable-labels.ts';

const FINAL_SCREENS = new Set(['paid', 'not_paid', 'set_aside', 'refund_done', 'card_done']);

/** A text frame of a WebSocket: terminal <-> gateway, or terminal -> screen. */
export function frameLabel(process: ProcessUnderTest, text: string): string | null {
  if (!text.startsWith('{')) return null;
  const frame = JSON.parse(text) as Record<string, unknown>;
  // Asked once a link, whatever is sold.
  if (process === 'terminal' && frame.type === 'charity.list') return null;
  if (process === 'terminal' && typeof frame.type === 'string') return frame.type;
  if (process === 'terminal' && isObject(frame.view)) return viewLabel(frame.view);
  if (process === 'gateway' && typeof frame.event === 'string') return `event.${frame.event}`;
  if (process === 'gateway' && isObject(frame.body)) return replyLabel(frame.body);
  return process === 'gateway' && frame.ok === false ? 'reply.error' : null;
}

/** Views of the cashier only: the customer's have no screen. */
function viewLabel(view: Record<string, unknown>): string | null {
  const name = isObject(view.screen) ? view.screen.name : null;
  return typeof name === 'string' && FINAL_SCREENS.has(name) ? `view.${name}` : null;
}

function replyLabel(body: Record<string, unknown>): string | null {
  if ('disposition' in body) return 'reply.sale_close';
  if ('revision' in body) return 'reply.sale_gift';
  if ('refundId' in body) return 'reply.refund';
  if ('attemptId' in body) return 'reply.payment';
  if ('routed' in body) return 'reply.offer';
  return 'quoteId' in body ? 'reply.quote' : null;
}

/** A request that goes out: the gateway's to the wallet by its method, the wallet's notification. */
export function requestLabel(process: ProcessUnderTest, path: string): string | null {
  if (process === 'gateway') {
    const method = new URL(path, 'https://wallet').searchParams.get('method');
    return method?.replace('alipay.trade.', 'alipay.') ?? null;
  }
  return process === 'alipay' && path.includes('/notify/') ? 'notification' : null;
}

/** A reply that goes out, by the request it answers. */
export function responseLabel(process: ProcessUnderTest, path: string): string | null {
  if (process === 'gateway') return path.startsWith('/notify/') ? 'reply.notification' : null;
  if (process !== 'alipay') return null;
  if (path.startsWith('/control/approve')) return 'reply.phone_approve';
  const method = new URL(path, 'https://wallet').searchParams.get('method');
  return method === null ? null : `reply.${method.replace('alipay.trade.', '')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
