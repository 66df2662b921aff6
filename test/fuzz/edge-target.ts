/** Spoilt messages over the real edge: TLS 1.3, WebSocket, HTTPS, and the links and routes behind them. */
import { request } from 'node:https';
import { enrolByStore, newHandTerminal, openWorld, RawLink, TID } from '../gateway/edge/edge-world.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { GatewayWorld } from './gateway-world.ts';
import { mutantOf } from './mutations.ts';
import { judgeEnrolment, judgeRequest } from './oracle.ts';
import { baseRequest, seedBooks } from './requests.ts';
import type { Session, Tally } from './tally.ts';
import { judgeReplies } from './terminal-target.ts';

const KIND = 'terminal_message_over_tls';
const ENROL_KIND = 'enrolment_over_https';
const FREE = { burst: 1_000_000_000, perMinute: 1_000_000_000 };

export async function openEdgeSession(draw: SeededRandom, tally: Tally): Promise<Session> {
  const gateway = await new GatewayWorld(draw.uint32(), null).open();
  const quoteId = await seedBooks(gateway);
  const edge = await openWorld({
    limits: { messages: FREE, activations: FREE, activationsPerAddress: FREE },
    handle: (tid, type, body) =>
      gateway.world.complete(gateway.service.handle(tid, type as never, body as never)),
  });
  const terminal = newHandTerminal();
  await enrolByStore(edge, TID, terminal);
  const link = await new RawLink(edge).welcomed(TID, terminal);
  let count = 0;

  async function message(): Promise<void> {
    const mutant = mutantOf(baseRequest(draw, quoteId, count), draw);
    const verdict = judgeRequest(mutant.bytes);
    const before = gateway.watch.hash();
    link.webSocket.send(mutant.bytes, { binary: false });
    const reply = JSON.stringify(await link.next());
    const answer = judgeReplies(tally, KIND, mutant, verdict, [reply]);
    if (answer?.ok !== true && gateway.watch.hash() !== before)
      tally.violate(KIND, 'a refused message changed the books', mutant.made, mutant.bytes);
  }

  async function enrolment(): Promise<void> {
    const base = {
      v: 1,
      activationCode: '7K2QX-M4D0A-9ZT3V-W8E5B',
      publicKey: terminal.publicKey,
      software: 'fuzz 1',
    };
    const mutant = mutantOf(base, draw);
    // The route reads its body as text, in which bytes that are not UTF-8 have become replacement letters.
    const verdict = judgeEnrolment(Buffer.from(mutant.bytes.toString('utf8')));
    const answer = await post(edge.edge.port, edge.caPem, '/enrol', mutant.bytes);
    const code = (JSON.parse(answer.body) as { error?: { code?: string } }).error?.code ?? 'none';
    tally.count(ENROL_KIND, code, verdict.valid);
    // Longer than the route takes at all is refused before it is looked at.
    const due = verdict.valid ? 'ACTIVATION_INVALID' : verdict.code;
    if (code !== due) tally.violate(ENROL_KIND, `${code} where ${due} was due`, mutant.made, mutant.bytes);
  }

  return {
    async one() {
      count += 1;
      await (draw.chance(100) ? enrolment() : message());
    },
    async close() {
      link.send({ v: 1, id: 'last', type: 'day.totals', body: { businessDate: '2026-11-22' } });
      const last = await link.next();
      if (last.ok !== true || link.closeCode !== null)
        tally.violate(KIND, 'the link did not live on', [], '');
      link.webSocket.terminate();
      await edge.close();
      await gateway.close();
    },
  };
}

interface HttpsAnswer {
  readonly status: number;
  readonly body: string;
}

export function post(port: number, ca: string, path: string, body: Uint8Array, type = 'application/json') {
  return new Promise<HttpsAnswer>((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': body.byteLength };
    const sent = request({ host: '127.0.0.1', port, path, ca, method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
