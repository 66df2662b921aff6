/** An edge on a real port, over a real store in memory, with time in the test's hand. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import Database from 'better-sqlite3';
import WebSocket from 'ws';
import { ensureCertificates } from '../../../build/certificates.ts';
import { activationHash, newActivationCode } from '../../../gateway/edge/activation.ts';
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from '../../../gateway/edge/limits.ts';
import { TerminalLinks } from '../../../gateway/edge/links.ts';
import { type Edge, openEdge } from '../../../gateway/edge/server.ts';
import { parseMid, parseTid, type Tid } from '../../../gateway/kernel/identifiers.ts';
import { allowedFacts, type LogFacts } from '../../../gateway/kernel/log.ts';
import { openSecret } from '../../../gateway/kernel/secret.ts';
import type { CardService } from '../../../gateway/payments/card/ports.ts';
import type { PaymentStore } from '../../../gateway/payments/ports.ts';
import type { GatewayService } from '../../../gateway/payments/service.ts';
import type { NoticeParser, WalletNotice } from '../../../gateway/payments/wallet-port.ts';
import { openPaymentStore } from '../../../gateway/store/sqlite/payment-store.ts';
import { buildProof } from '../../../gateway/wire/handshake-frames.ts';
import { spkiPin } from '../../../gateway/wire/pin.ts';
import { EXPORTER_BYTES, EXPORTER_LABEL, proofBytes } from '../../../gateway/wire/proof.ts';
import { type ManualRuntime, manualRuntime } from './manual-runtime.ts';

export const TID = parseTid('10000001');
export const OTHER_TID = parseTid('10000002');
export const MID = parseMid('100000000000001');
export const GATEWAY = 'amur-gateway';

export interface EdgeWorld {
  readonly edge: Edge;
  readonly runtime: ManualRuntime;
  readonly store: PaymentStore;
  readonly links: TerminalLinks;
  readonly caPem: string;
  readonly pin: string;
  readonly logged: string[];
  /** The same events with what they say, as far as the log lets it pass. */
  readonly lines: { readonly event: string; readonly facts: LogFacts }[];
  readonly handled: { readonly tid: Tid; readonly type: string }[];
  readonly notices: WalletNotice[];
  issueCode(tid: Tid, lifeMs?: number): Promise<string>;
  close(): Promise<void>;
}

export interface WorldParts {
  readonly limits?: Partial<EdgeLimits>;
  readonly handle?: (tid: Tid, type: string, body: unknown) => Promise<unknown>;
  readonly notices?: NoticeParser;
  readonly walletNotice?: (notice: WalletNotice) => Promise<void>;
  readonly cards?: Pick<CardService, 'message'>;
  readonly port?: number;
  readonly random?: 'real';
}

export async function openWorld(parts: WorldParts = {}): Promise<EdgeWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'amur-edge-'));
  const runtime = manualRuntime('edge');
  const paths = await ensureCertificates(directory, Date.UTC(2026, 10, 22));
  const db = new Database(':memory:');
  const store = openPaymentStore(db, runtime);
  const links = new TerminalLinks();
  const logged: string[] = [];
  const handled: { tid: Tid; type: string }[] = [];
  const notices: WalletNotice[] = [];
  await seed(store);
  const lines: { event: string; facts: LogFacts }[] = [];
  const note = (event: string, facts: LogFacts = {}) => {
    logged.push(event);
    lines.push({ event, facts: allowedFacts(facts) });
  };
  const service: Pick<GatewayService, 'handle' | 'walletNotice'> = {
    handle: async (tid, type, body) => {
      handled.push({ tid, type });
      return (await (parts.handle ?? answerTotals)(tid, type, body)) as never;
    },
    walletNotice: async (notice) => {
      notices.push(notice);
      await parts.walletNotice?.(notice);
    },
  };
  const edge = await openEdge({
    listen: { host: '127.0.0.1', port: parts.port ?? 0 },
    tls: { cert: readFileSync(paths.gatewayCert, 'utf8'), key: readFileSync(paths.gatewayKey, 'utf8') },
    gateway: GATEWAY,
    store,
    service,
    links,
    notices: parts.notices ?? { verify: () => null },
    cards: parts.cards,
    runtime,
    limits: { ...DEFAULT_EDGE_LIMITS, ...parts.limits },
    log: { info: note, warn: note, alarm: note },
  });
  const pin = spkiPin(readFileSync(paths.gatewayCert));
  const caPem = readFileSync(paths.caCert, 'utf8');
  const issueCode = async (tid: Tid, lifeMs = 3_600_000) => {
    const code = openSecret(newActivationCode(runtime.random));
    const expiresAt = runtime.clock.now() + lifeMs;
    await store.commit([{ kind: 'activation.insert', codeHash: activationHash(code) ?? '', tid, expiresAt }]);
    return code;
  };
  const close = async () => {
    await edge.close();
    await store.close();
    db.close();
    rmSync(directory, { recursive: true });
  };
  return { edge, runtime, store, links, caPem, pin, logged, lines, handled, notices, issueCode, close };
}

async function seed(store: PaymentStore): Promise<void> {
  await store.commit([
    {
      kind: 'merchant.put',
      row: {
        mid: MID,
        name: 'ООО Амур',
        nameZh: '阿穆尔',
        inn: '2801000000',
        address: 'Благовещенск, ул. Ленина, 1',
        markupBp: 150,
        terms: {
          converter: 'acquirer',
          settleCurrency: 'CNY',
          mdrBp: 100,
          mdrReturned: true,
          refundRatePolicy: 'original',
        },
      },
    },
    { kind: 'terminal.put', row: { tid: TID, mid: MID, publicKey: null, revokedAt: null } },
    { kind: 'terminal.put', row: { tid: OTHER_TID, mid: MID, publicKey: null, revokedAt: null } },
  ]);
}

async function answerTotals(_tid: Tid, type: string, body: unknown): Promise<unknown> {
  if (type !== 'day.totals') throw new Error(`unexpected ${type}`);
  const zero = { amountMinor: '0', currency: 'RUB' };
  const { businessDate } = body as { businessDate: string };
  const sums = {
    payments: 0,
    paid: zero,
    paidOrder: [],
    refunds: 0,
    refunded: zero,
    refundedOrder: [],
    open: 0,
  };
  return { businessDate, ...sums };
}

// ------------------------------------------------------------ a terminal written by hand, apart from the real client

export interface HandTerminal {
  readonly key: KeyObject;
  readonly publicKey: string;
}

export function newHandTerminal(): HandTerminal {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { key, publicKey: String(createPublicKey(key).export({ format: 'jwk' }).x) };
}

export async function enrolByStore(world: EdgeWorld, tid: Tid, terminal: HandTerminal): Promise<void> {
  const code = await world.issueCode(tid);
  const codeHash = activationHash(code) ?? '';
  await world.store.commit([{ kind: 'activation.use', codeHash, publicKey: terminal.publicKey }]);
}

/** A socket that keeps what came and lets a test wait for the next frame or the end. */
export class RawLink {
  readonly webSocket: WebSocket;
  #frames: Record<string, unknown>[] = [];
  #waiting: (() => void)[] = [];
  closeCode: number | null = null;
  exporter: Buffer = Buffer.alloc(0);

  constructor(world: EdgeWorld, options: WebSocket.ClientOptions = {}, path = '/terminal') {
    this.webSocket = new WebSocket(`wss://127.0.0.1:${world.edge.port}${path}`, {
      ca: world.caPem,
      ...options,
    });
    this.webSocket.on('upgrade', (response) => {
      const tls = response.socket as TLSSocket;
      this.exporter = tls.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    });
    this.webSocket.on('message', (data, isBinary) => {
      const frame = isBinary ? { packed: data } : JSON.parse(String(data));
      this.#frames.push(frame as Record<string, unknown>);
      this.#wake();
    });
    this.webSocket.on('error', () => this.#wake());
    this.webSocket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #changed(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async next(): Promise<Record<string, unknown>> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.closeCode !== null) throw new Error(`closed with ${this.closeCode}`);
      await this.#changed();
    }
  }

  async ended(): Promise<number> {
    while (this.closeCode === null) await this.#changed();
    return this.closeCode;
  }

  send(value: unknown): void {
    this.webSocket.send(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  }

  async challenge(): Promise<{ readonly nonce: string; readonly gateway: string }> {
    const frame = await this.next();
    return frame.challenge as { nonce: string; gateway: string };
  }

  /** Proves with the claim as it should be, but for what the test overrides. */
  async prove(tid: string, terminal: HandTerminal, override: { nonce?: string; exporter?: Buffer } = {}) {
    const { nonce, gateway } = await this.challenge();
    const bytes = proofBytes({
      nonce: Buffer.from(override.nonce ?? nonce, 'base64url'),
      tid,
      gateway,
      exporter: override.exporter ?? this.exporter,
    });
    const signature = sign(null, bytes, terminal.key).toString('base64url');
    this.send(buildProof({ tid, signature, software: 'test 1' }));
    return { nonce, signature };
  }

  async welcomed(tid: string, terminal: HandTerminal): Promise<this> {
    await this.prove(tid, terminal);
    const frame = await this.next();
    if (frame.welcome === undefined) throw new Error(`refused: ${JSON.stringify(frame)}`);
    return this;
  }
}
