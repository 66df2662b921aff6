/** Connects to the gateway over TLS 1.3. The certificate must chain to the authority given, name the host, and hold the
 *  pinned public key: another key under the same authority is not the gateway. */
import { Agent } from 'node:https';
import { checkServerIdentity, type PeerCertificate, TLSSocket } from 'node:tls';
import WebSocket, { type RawData } from 'ws';
import { spkiPin } from '../../gateway/wire/pin.ts';
import { EXPORTER_BYTES, EXPORTER_LABEL } from '../../gateway/wire/proof.ts';
import type { Dial, DialHandlers, DialledSocket } from './dial.ts';

export interface GatewayTrust {
  readonly caPem: string;
  /** As `spkiPin` gives it. */
  readonly gatewayPin: string;
}

/** A reply of the gateway is at most a frame; this bounds what is read before that is known. */
const PAYLOAD_BYTES_MAX = 1_048_576;
const CONNECT_TIMEOUT_MS = 8_000;

/** Sessions are not resumed: the check of the key belongs to a full handshake. */
export function trustingAgent(trust: GatewayTrust): Agent {
  return new Agent({
    ca: trust.caPem,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    keepAlive: false,
    maxCachedSessions: 0,
    checkServerIdentity: (host, certificate) =>
      checkServerIdentity(host, certificate) ?? pinError(certificate, trust.gatewayPin),
  });
}

/** The type of the check says Error or undefined, hence undefined. */
function pinError(certificate: PeerCertificate, pin: string): Error | undefined {
  return spkiPin(certificate.raw) === pin
    ? undefined
    : new Error('The gateway does not have the pinned key.');
}

export function dialTls(url: string, trust: GatewayTrust): Dial {
  return (handlers) => {
    const webSocket = new WebSocket(url, {
      agent: trustingAgent(trust),
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: PAYLOAD_BYTES_MAX,
      skipUTF8Validation: true,
    });
    listen(webSocket, handlers);
    return () => webSocket.terminate();
  };
}

function listen(webSocket: WebSocket, handlers: DialHandlers): void {
  let tls: TLSSocket | null = null;
  let cause: string | null = null;
  webSocket.on('upgrade', (response) => {
    tls = response.socket instanceof TLSSocket ? response.socket : null;
  });
  webSocket.on('open', () => {
    if (tls === null) webSocket.terminate();
    else handlers.onOpen(dialled(webSocket, tls));
  });
  webSocket.on('message', (data, isBinary) => {
    if (isBinary) handlers.onCardFrame(bytesOf(data));
    else handlers.onFrame(bytesOf(data));
  });
  webSocket.on('ping', () => handlers.onAlive());
  webSocket.on('pong', () => handlers.onAlive());
  webSocket.on('error', (error) => {
    cause = 'code' in error ? String(error.code) : error.name;
  });
  webSocket.on('close', (code) => handlers.onClosed(code, cause));
}

function dialled(webSocket: WebSocket, tls: TLSSocket): DialledSocket {
  return {
    exporter: tls.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)),
    send: (frame) => {
      if (webSocket.readyState !== WebSocket.OPEN) return false;
      webSocket.send(frame);
      return true;
    },
    ping: () => {
      if (webSocket.readyState === WebSocket.OPEN) webSocket.ping();
    },
    terminate: () => webSocket.terminate(),
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
