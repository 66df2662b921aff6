/** Spoilt requests over the real link's receiving end, the real service and a real store. */
import { isDeepStrictEqual } from 'node:util';
import type WebSocket from 'ws';
import { DEFAULT_EDGE_LIMITS } from '../../gateway/edge/limits.ts';
import { TerminalLink } from '../../gateway/edge/terminal-link.ts';
import { isErrorCode } from '../../gateway/kernel/errors.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { GatewayWorld, TID } from './gateway-world.ts';
import { type Mutant, mutantOf } from './mutations.ts';
import { judgeRequest, readableId, type Verdict } from './oracle.ts';
import { type BaseRequest, baseRequest, seedBooks } from './requests.ts';
import { isReply } from './schemas.ts';
import type { Session, Tally } from './tally.ts';

const KIND = 'terminal_message';

/** What a link uses of its socket: it stays open, and says so if anybody wants to end it. */
class QuietSocket {
  readonly OPEN = 1;
  readyState = 1;
  readonly bufferedAmount = 0;
  sent: string[] = [];
  ended = false;
  send(text: string): void {
    this.sent.push(text);
  }
  on(): this {
    return this;
  }
  once(): this {
    return this;
  }
  ping(): void {}
  close(): void {
    this.ended = true;
  }
  terminate(): void {
    this.ended = true;
  }
}

export interface ReplyFrame {
  readonly re: string | null;
  readonly ok: boolean;
  readonly body?: unknown;
  readonly error?: { readonly code: string };
}

const FREE = { burst: 1_000_000_000, perMinute: 1_000_000_000 };

export async function openTerminalSession(draw: SeededRandom, tally: Tally): Promise<Session> {
  const gateway = await new GatewayWorld(draw.uint32(), null).open();
  const quoteId = await seedBooks(gateway);
  const socket = new QuietSocket();
  const { world, service, log, watch } = gateway;
  const link = new TerminalLink(socket as unknown as WebSocket, TID, 'key', {
    ...{ runtime: world, service, log },
    limits: { ...DEFAULT_EDGE_LIMITS, messages: FREE, pingEveryMs: 1_000_000_000 },
  });
  const exchange = async (bytes: Uint8Array, isBinary = false): Promise<readonly string[]> => {
    socket.sent = [];
    await world.complete(link.receive(bytes, isBinary));
    return socket.sent;
  };
  let count = 0;
  return {
    async one() {
      count += 1;
      const base = baseRequest(draw, quoteId, count);
      const mutant = mutantOf(base, draw);
      const verdict = judgeRequest(mutant.bytes);
      const twin = isTwin(verdict, base) ? frameIn(await exchange(Buffer.from(JSON.stringify(base)))) : null;
      const before = watch.hash();
      const replies = await exchange(mutant.bytes);
      const answer = judgeReplies(tally, KIND, mutant, verdict, replies);
      if (socket.ended) tally.violate(KIND, 'the link was ended', mutant.made, mutant.bytes);
      if (answer?.ok !== true && watch.hash() !== before)
        tally.violate(KIND, 'a refused message changed the books', mutant.made, mutant.bytes);
      if (twin !== null && !isDeepStrictEqual(twin, answer))
        tally.violate(KIND, 'the same meaning had another outcome', mutant.made, mutant.bytes);
    },
    async close() {
      const faults = gateway.store.integrityErrors();
      if (faults.length > 0) tally.violate(KIND, `the store is damaged: ${faults[0]}`, [], '');
      await gateway.close();
    },
  };
}

/** A fresh quote differs each time it is asked for; everything else is asked again. */
function isTwin(verdict: Verdict, base: BaseRequest): boolean {
  return verdict.valid && base.type !== 'quote.get' && isDeepStrictEqual(verdict.value, base);
}

function frameIn(replies: readonly string[]): ReplyFrame | null {
  const [only] = replies;
  return only === undefined || replies.length > 1 ? null : (JSON.parse(only) as ReplyFrame);
}

/** Counts the answer and notes what is wrong with it. */
export function judgeReplies(
  tally: Tally,
  kind: string,
  mutant: Mutant,
  verdict: Verdict,
  replies: readonly string[],
): ReplyFrame | null {
  const wrong = (what: string): void => tally.violate(kind, what, mutant.made, mutant.bytes);
  const reply = frameIn(replies);
  tally.count(kind, reply === null ? 'none' : (reply.error?.code ?? 'ok'), verdict.valid);
  if (reply === null) {
    wrong(`${replies.length} replies`);
    return null;
  }
  if (!isReply(reply)) wrong('the reply is not one');
  if (reply.re !== readableId(mutant.bytes)) wrong(`the reply names ${reply.re}`);
  const code = reply.error?.code ?? null;
  if (
    verdict.valid &&
    code !== null &&
    (code.startsWith('MESSAGE_') || code === 'INTERNAL' || !isErrorCode(code))
  )
    wrong(`a valid message was answered with ${code}`);
  if (!verdict.valid && code !== verdict.code) wrong(`${code ?? 'ok'} where ${verdict.code} was due`);
  return reply;
}
