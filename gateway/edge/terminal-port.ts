/** The WebSocket of terminals: upgrade on /terminal, challenge, proof, welcome. Until the proof holds, nothing that comes
 *  over a socket reaches the gateway. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import WebSocket, { type RawData, WebSocketServer } from 'ws';
import { AmurError, failureName } from '../kernel/errors.ts';
import type { PaymentStore } from '../payments/ports.ts';
import { malformed } from '../wire/frame-text.ts';
import { buildErrorReply } from '../wire/frames.ts';
import { buildChallenge, buildWelcome, parseProof } from '../wire/handshake-frames.ts';
import { EXPORTER_BYTES, EXPORTER_LABEL, NONCE_BYTES } from '../wire/proof.ts';
import { addressKey } from './address.ts';
import type { TerminalLinks } from './links.ts';
import { checkProof, type ProofContext, type ProvenTerminal } from './proof-check.ts';
import { CLOSE, type LinkWorld, TerminalLink } from './terminal-link.ts';

export const TERMINAL_PATH = '/terminal';

export interface TerminalPortWorld extends LinkWorld {
  readonly store: Pick<PaymentStore, 'terminal' | 'merchant'>;
  readonly links: TerminalLinks;
  /** The gateway's own name, which proofs are made for. */
  readonly gateway: string;
}

export interface TerminalPort {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every socket, proven or not, without waiting for the other side. */
  terminateAll(): void;
}

export function createTerminalPort(world: TerminalPortWorld): TerminalPort {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: world.limits.hardFrameBytes,
    // Text that is not UTF-8 is to be answered as a bad message; ws itself would end the link over it.
    skipUTF8Validation: true,
  });
  const sockets = new Set<WebSocket>();
  return {
    upgrade: (request, socket, head) => {
      if (!(socket instanceof TLSSocket) || socket.destroyed || !isTerminalRequest(request))
        return refuseUpgrade(socket);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        sockets.add(webSocket);
        webSocket.once('close', () => sockets.delete(webSocket));
        greet(webSocket, socket, world);
      });
    },
    terminateAll: () => {
      for (const webSocket of sockets) webSocket.terminate();
    },
  };
}

/** A browser always names the origin of its page and a terminal never does: no page may drive this port. */
function isTerminalRequest(request: IncomingMessage): boolean {
  return request.url === TERMINAL_PATH && request.headers.origin === undefined;
}

function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function greet(webSocket: WebSocket, tls: TLSSocket, world: TerminalPortWorld): void {
  const nonce = world.runtime.random.bytes(NONCE_BYTES);
  const exporter = tls.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
  const context: ProofContext = { nonce, gateway: world.gateway, exporter };
  const cancelDeadline = world.runtime.timers.after(world.limits.proofDeadlineMs, () =>
    refuse(webSocket, new AmurError('PROOF_INVALID', {}), CLOSE.tooSlow),
  );
  webSocket.on('close', cancelDeadline);
  // ws reports what it could not read here and closes by itself; without a listener it would end the process.
  webSocket.on('error', (error) => world.log.info('socket_error', { error: error.name }));
  webSocket.once('message', (data, isBinary) => {
    // Whatever a terminal sends before its welcome waits in the socket, not in our memory.
    webSocket.pause();
    prove(webSocket, bytesOf(data), isBinary, context, addressKey(tls.remoteAddress), world)
      .then((terminal) => {
        cancelDeadline();
        if (terminal !== null && webSocket.readyState === WebSocket.OPEN) open(webSocket, terminal, world);
      })
      .finally(() => webSocket.resume());
  });
  const text = buildChallenge({ nonce: Buffer.from(nonce).toString('base64url'), gateway: world.gateway });
  webSocket.send(text);
}

/** The terminal, or null when it was refused. Never rejects. */
async function prove(
  webSocket: WebSocket,
  data: Uint8Array,
  isBinary: boolean,
  context: ProofContext,
  address: string,
  world: TerminalPortWorld,
): Promise<ProvenTerminal | null> {
  // As claimed: for whoever looks for the terminal that cannot connect.
  let tid: string | null = null;
  try {
    if (isBinary) throw malformed('');
    const proof = parseProof(data);
    if (!proof.ok) throw proof.error;
    tid = proof.value.tid;
    return await checkProof(world.store, context, proof.value);
  } catch (error) {
    if (error instanceof AmurError) world.log.warn('terminal_refused', { code: error.code, tid, address });
    else world.log.alarm('proof_check_failed', { error: failureName(error) });
    refuse(webSocket, error, CLOSE.refused);
    return null;
  }
}

function refuse(webSocket: WebSocket, error: unknown, code: number): void {
  if (webSocket.readyState !== WebSocket.OPEN) return;
  webSocket.send(buildErrorReply(null, error));
  webSocket.close(code);
}

function open(webSocket: WebSocket, { terminal, merchant }: ProvenTerminal, world: TerminalPortWorld): void {
  const link = new TerminalLink(webSocket, terminal.tid, terminal.publicKey, world);
  webSocket.on('message', (data, isBinary) => {
    // `receive` answers every fault itself; a rejection would be a bug and stops the process as one.
    void link.receive(bytesOf(data), isBinary);
  });
  webSocket.on('close', () => {
    world.links.remove(link);
    world.log.info('link_closed', { tid: terminal.tid });
  });
  const { mid, name, nameZh, inn, address } = merchant;
  webSocket.send(
    buildWelcome({
      tid: terminal.tid,
      merchant: { mid, name, nameZh, inn, address },
      serverTime: world.runtime.clock.now(),
    }),
  );
  world.links.add(link);
  world.log.info('link_open', { tid: terminal.tid });
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
