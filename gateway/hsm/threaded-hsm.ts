/** The security module on a thread of its own, behind the port that terminals' messages ask: while it works, the gateway's
 *  thread takes and answers other messages.
 *
 *  Calls of one turn go over together, and the module answers each message of calls with one of answers, in order. A module
 *  that fails fails the calls it had with `HsmUnavailable`, and is started anew by the next one: nothing was decided by them, and
 *  their terminals hear nothing or undo. */
import { Worker } from 'node:worker_threads';
import { invariant } from '../kernel/errors.ts';
import type {
  ExportedKey,
  InitialKeyRequest,
  MacRequest,
  MessageRequest,
  TakenMessage,
  TerminalHsm,
} from '../keys/hsm.ts';
import { KeysError } from '../keys/keys-error.ts';
import {
  type HsmAnswer,
  type HsmCall,
  type HsmThreadKeys,
  type HsmValue,
  takenMessage,
  travelling,
} from './calls.ts';

export interface ThreadedHsmOptions {
  /** The program of the thread: it answers `HsmCall[]` with `HsmAnswer[]`. */
  readonly program: URL;
  readonly keys: HsmThreadKeys;
  /** Runs it when everything that came in this turn has been taken. */
  readonly defer: (run: () => void) => void;
  /** Told each time the module has failed, with calls or without. */
  readonly failed: (error: Error) => void;
}

interface Waiting {
  readonly resolve: (value: HsmValue) => void;
  readonly reject: (error: Error) => void;
}

interface Batch {
  readonly calls: HsmCall[];
  readonly waiting: Waiting[];
}

/** The module gave no answer: nothing was decided, and whoever asked must not take it for a refusal. */
export class HsmUnavailable extends Error {
  override readonly name = 'HsmUnavailable';
  /** `STOPPED`, `THREAD_FAILED`, or the name of what failed in it. */
  readonly code: string;

  constructor(code: string) {
    super('The security module gave no answer.');
    this.code = code;
  }
}

export class ThreadedHsm implements TerminalHsm {
  readonly #options: ThreadedHsmOptions;
  #thread: Worker | null = null;
  #gathering: Batch = { calls: [], waiting: [] };
  /** Gone over and not answered, in that order. */
  #asked: Waiting[][] = [];
  #stopped = false;

  constructor(options: ThreadedHsmOptions) {
    this.#options = options;
  }

  /** So that the first call does not wait for it. */
  start(): void {
    this.#thread ??= this.#begin();
    this.#thread.unref();
  }

  async generateMac(request: MacRequest): Promise<Uint8Array> {
    const value = await this.#call({ op: 'generateMac', request });
    invariant(value.op === 'generateMac', ANSWERS_IN_ORDER);
    return value.mac;
  }

  async takeMessage(request: MessageRequest): Promise<TakenMessage> {
    const value = await this.#call({ op: 'takeMessage', request });
    invariant(value.op === 'takeMessage', ANSWERS_IN_ORDER);
    return takenMessage(value.taken);
  }

  async deriveInitialKey(request: InitialKeyRequest): Promise<ExportedKey> {
    const value = await this.#call({ op: 'deriveInitialKey', request });
    invariant(value.op === 'deriveInitialKey', ANSWERS_IN_ORDER);
    return value.key;
  }

  /** What it has not answered yet fails; later calls fail too. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const thread = this.#thread;
    this.#thread = null;
    this.#failAll('STOPPED');
    await thread?.terminate();
  }

  #call(call: HsmCall): Promise<HsmValue> {
    return new Promise((resolve, reject) => {
      const { calls, waiting } = this.#gathering;
      calls.push(travelling(call));
      waiting.push({ resolve, reject });
      if (calls.length === 1) this.#options.defer(() => this.#send());
    });
  }

  #send(): void {
    const { calls, waiting } = this.#gathering;
    // A failure in between has answered them.
    if (calls.length === 0) return;
    if (this.#stopped) {
      this.#failAll('STOPPED');
      return;
    }
    this.#gathering = { calls: [], waiting: [] };
    this.#asked.push(waiting);
    this.#thread ??= this.#begin();
    // A process that has nothing else to wait for waits for its answer.
    this.#thread.ref();
    this.#thread.postMessage(calls);
  }

  #begin(): Worker {
    const { program, keys, failed } = this.#options;
    const thread = new Worker(program, { workerData: keys, execArgv: [], resourceLimits: YOUNG });
    const gone = (error: Error) => {
      if (this.#thread !== thread) return;
      this.#thread = null;
      failed(error);
      this.#failAll('THREAD_FAILED');
    };
    thread.on('message', (answers: readonly HsmAnswer[]) => this.#answered(thread, answers));
    thread.on('error', gone);
    thread.on('exit', (code) => gone(new Error(`The security module's thread has ended with ${code}.`)));
    return thread;
  }

  #answered(thread: Worker, answers: readonly HsmAnswer[]): void {
    if (this.#thread !== thread) return;
    const waiting = this.#asked.shift();
    invariant(waiting?.length === answers.length, ANSWERS_IN_ORDER);
    if (this.#asked.length === 0) thread.unref();
    for (const [at, { resolve, reject }] of waiting.entries()) {
      const answer = answers[at];
      if (answer === undefined || answer.op === 'failed')
        reject(new HsmUnavailable(answer?.cause ?? 'NO_ANSWER'));
      else if (answer.op === 'refused') reject(new KeysError(answer.code, answer.facts));
      else resolve(answer);
    }
  }

  #failAll(code: string): void {
    const waiting = [...this.#asked.flat(), ...this.#gathering.waiting];
    this.#asked = [];
    this.#gathering = { calls: [], waiting: [] };
    for (const { reject } of waiting) reject(new HsmUnavailable(code));
  }
}

/** A collection on the thread frees some twenty keys and ciphers of each message, one by one, and nobody is answered meanwhile. With
 *  1 MiB of new memory between two of them, for which three are counted, each stops it for a seventh of what 8 MiB did (1.1 ms for 7.5). */
const YOUNG = { maxYoungGenerationSizeMb: 3 };

const ANSWERS_IN_ORDER = 'A security module answers every call, in order.';
