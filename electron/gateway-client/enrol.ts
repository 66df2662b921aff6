/** Enrolment: the activation code a person typed and this terminal's public key go to the gateway, once. */
import { request } from 'node:https';
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import {
  buildEnrolRequest,
  HANDSHAKE_BYTES_MAX,
  parseEnrolReply,
} from '../../gateway/wire/handshake-frames.ts';
import { type GatewayTrust, trustingAgent } from './dial-tls.ts';
import type { TerminalIdentity } from './identity.ts';

export interface EnrolOptions {
  /** `https://host:port/enrol` */
  readonly url: string;
  readonly trust: GatewayTrust;
  /** As typed: small letters and spaces are forgiven. */
  readonly activationCode: string;
  readonly identity: TerminalIdentity;
  readonly software: string;
  readonly runtime: Runtime;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** The enrolled identity, already on disk.
 *  Errors  ACTIVATION_INVALID | ACTIVATION_RATE_LIMITED | LINK_DOWN where no connection came about | REPLY_TIMEOUT where
 *          the code may have been used: a new one may be needed | MESSAGE_MALFORMED */
export async function enrol(options: EnrolOptions): Promise<TerminalIdentity> {
  const activationCode = options.activationCode.toUpperCase().replace(/\s+/g, '');
  if (!/^[0-9A-Z-]{16,40}$/.test(activationCode)) throw new AmurError('ACTIVATION_INVALID', {});
  const { publicKey } = options.identity;
  const body = buildEnrolRequest({ activationCode, publicKey, software: options.software });
  const reply = parseEnrolReply(await post(options, body));
  if (!reply.ok) throw reply.error;
  const { tid, gateway, merchant } = reply.value;
  return options.identity.enrol({ tid, gateway, merchant });
}

function post(options: EnrolOptions, body: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let sent = false;
    const fail = (cause: string) => {
      cancelTimer();
      outgoing.destroy();
      reject(new AmurError(sent ? 'REPLY_TIMEOUT' : 'LINK_DOWN', { cause }));
    };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(options.url, {
      agent: trustingAgent(options.trust),
      method: 'POST',
      headers,
    });
    const cancelTimer = options.runtime.timers.after(options.timeoutMs ?? TIMEOUT_MS, () => fail('timeout'));
    outgoing.on('error', (error) => fail('code' in error ? String(error.code) : error.name));
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > HANDSHAKE_BYTES_MAX) fail('reply_too_large');
      });
      response.on('aborted', () => fail('aborted'));
      response.on('end', () => {
        cancelTimer();
        resolve(Buffer.concat(chunks));
      });
    });
    // Nothing is written before the gateway's key has been checked: a code sent elsewhere is a code lost.
    outgoing.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        sent = true;
        outgoing.end(body);
      });
    });
  });
}
