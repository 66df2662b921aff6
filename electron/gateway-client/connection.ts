/** One connection's life: dialled, challenged, proven, welcomed, then frames until it ends. It ends once and says why. */
import type { AmurError } from '../../gateway/kernel/errors.ts';
import type { CancelTimer, EpochMs, Runtime } from '../../gateway/kernel/time.ts';
import {
  buildProof,
  parseChallenge,
  parseWelcome,
  type Welcome,
} from '../../gateway/wire/handshake-frames.ts';
import { proofBytes } from '../../gateway/wire/proof.ts';
import type { Dial, DialledSocket } from './dial.ts';
import type { TerminalSigner } from './identity.ts';
import type { LinkLimits } from './link-limits.ts';

export interface ConnectionEnd {
  /** When it was welcomed; null when it never was. */
  readonly upAt: EpochMs | null;
  /** The gateway's refusal of this terminal, or null for any other end. */
  readonly refusal: AmurError | null;
  readonly code: number;
  readonly cause: string | null;
}

export interface ConnectionWorld {
  readonly dial: Dial;
  readonly signer: TerminalSigner;
  readonly software: string;
  readonly runtime: Runtime;
  readonly limits: LinkLimits;
  onUp(welcome: Welcome): void;
  onFrame(frame: Uint8Array): void;
  onCardFrame(frame: Uint8Array): void;
  onEnd(end: ConnectionEnd): void;
}

type Stage = 'challenge' | 'welcome' | 'up' | 'ended';

export class Connection {
  readonly #world: ConnectionWorld;
  readonly #giveUp: () => void;
  #stage: Stage = 'challenge';
  #socket: DialledSocket | null = null;
  #cancelTimer: CancelTimer;
  #heardAt: EpochMs;
  #upAt: EpochMs | null = null;

  constructor(world: ConnectionWorld) {
    this.#world = world;
    this.#heardAt = world.runtime.clock.now();
    this.#cancelTimer = world.runtime.timers.after(world.limits.handshakeTimeoutMs, () =>
      this.end(null, 'handshake_timeout'),
    );
    this.#giveUp = world.dial({
      onOpen: (socket) => {
        this.#socket = socket;
        if (this.#stage === 'ended') socket.terminate();
      },
      onFrame: (data) => this.#frame(data),
      onCardFrame: (data) => this.#cardFrame(data),
      onAlive: () => this.#heard(),
      onClosed: (code, cause) => this.end(null, cause, code),
    });
  }

  /** True when the frame was handed to an open socket. */
  send(frame: string | Uint8Array): boolean {
    return this.#stage === 'up' && this.#socket !== null && this.#socket.send(frame);
  }

  end(refusal: AmurError | null, cause: string | null, code = 0): void {
    if (this.#stage === 'ended') return;
    this.#stage = 'ended';
    this.#cancelTimer();
    if (this.#socket === null) this.#giveUp?.();
    else this.#socket.terminate();
    this.#world.onEnd({ upAt: this.#upAt, refusal, code, cause });
  }

  /** Only a proven link carries cards. */
  #cardFrame(data: Uint8Array): void {
    this.#heard();
    if (this.#stage === 'up') this.#world.onCardFrame(data);
    else this.end(null, 'handshake_malformed');
  }

  #frame(data: Uint8Array): void {
    this.#heard();
    switch (this.#stage) {
      case 'challenge':
        this.#prove(data);
        break;
      case 'welcome':
        this.#welcome(data);
        break;
      case 'up':
        this.#world.onFrame(data);
        break;
      case 'ended':
        break;
    }
  }

  #prove(data: Uint8Array): void {
    if (this.#socket === null) {
      this.end(null, 'handshake_malformed');
      return;
    }
    const challenge = parseChallenge(data);
    if (!challenge.ok) {
      this.end(challenge.error, 'challenge_refused');
      return;
    }
    const { signer, software } = this.#world;
    const { nonce, gateway } = challenge.value;
    // The gateway is known by its pinned key; a different name is a different gateway behind the same key.
    if (gateway !== signer.gateway) {
      this.end(null, 'gateway_name_differs');
      return;
    }
    const claim = { nonce: Buffer.from(nonce, 'base64url'), tid: signer.tid, gateway };
    const bytes = proofBytes({ ...claim, exporter: this.#socket.exporter });
    this.#stage = 'welcome';
    this.#socket.send(buildProof({ tid: signer.tid, signature: signer.sign(bytes), software }));
  }

  #welcome(data: Uint8Array): void {
    const welcome = parseWelcome(data);
    if (!welcome.ok) {
      this.end(welcome.error, 'refused');
      return;
    }
    if (welcome.value.tid !== this.#world.signer.tid) {
      this.end(null, 'welcome_of_another');
      return;
    }
    this.#stage = 'up';
    this.#upAt = this.#world.runtime.clock.now();
    this.#cancelTimer();
    this.#cancelTimer = this.#schedulePing();
    this.#world.onUp(welcome.value);
  }

  #heard(): void {
    this.#heardAt = this.#world.runtime.clock.now();
  }

  #schedulePing(): CancelTimer {
    const { runtime, limits } = this.#world;
    return runtime.timers.after(limits.pingEveryMs, () => {
      if (runtime.clock.now() - this.#heardAt >= limits.idleTimeoutMs)
        return this.end(null, 'gateway_silent');
      this.#socket?.ping();
      this.#cancelTimer = this.#schedulePing();
    });
  }
}
