/** One sitting of the bank's process over the real store and folders, with a fuse in every call of its ports. */

import { readBankConfig } from '../../../gateway/bank-config.ts';
import { type BankContext, roundJobs } from '../../../gateway/bank-context.ts';
import { openBank } from '../../../gateway/bank-process.ts';
import type { Runtime } from '../../../gateway/kernel/time.ts';
import { approveCycle } from '../../../gateway/run/day/approve.ts';
import { dayRound } from '../../../gateway/run/day/bank-day.ts';
import type { OutboxPort } from '../../../gateway/settlement/ports.ts';
import { systemRuntime } from '../../../gateway/system-runtime.ts';

export interface WorkOrder {
  readonly config: string;
  /** The moment it believes it is. */
  readonly now: number;
  /** At which passage it dies; 0 for none. */
  readonly killAt: number;
}

/** Small units, so that a day has many moments to die in. */
const LIMITS = { commitMost: 7, foldMost: 50 };
const ROUNDS = 3;

export async function bankDayWork(order: WorkOrder, die: () => void): Promise<number> {
  let passed = 0;
  const pass = (): void => {
    passed += 1;
    if (passed === order.killAt) die();
  };
  const runtime: Runtime = { ...systemRuntime(), clock: { now: () => order.now } };
  const alarms: string[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    alarm: (event: string, facts?: object) => void alarms.push(`${event} ${JSON.stringify(facts)}`),
  };
  const world = {
    runtime,
    log,
    defer: (run: () => void) => void setImmediate(run),
    progress: () => undefined,
  };
  const bank = await openBank(readBankConfig(order.config), world);
  const { store, outbox, inbox, recon } = bank.context;
  const inSmallParts: OutboxPort = {
    ...outbox,
    stage: (name, content) => outbox.stage(name, inParts(content, pass)),
  };
  const context: BankContext = {
    ...bank.context,
    limits: LIMITS,
    recon: fusedPort(recon, pass),
    store: fusedPort(store, pass),
    inbox: fusedPort(inbox, pass),
    outbox: fusedPort(inSmallParts, pass),
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await dayRound(context, roundJobs(context));
    for (const cycle of await context.store.cycles({ states: ['CALCULATED'] })) {
      await approveCycle(context, cycle, 'boris');
    }
  }
  await bank.close();
  if (alarms.length > 0) throw new Error(alarms.join('\n'));
  return passed;
}

/** Calls `pass` before and after every call that answers with a promise. */
function fusedPort<T extends object>(port: T, pass: () => void): T {
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) return result;
        pass();
        return result.then((answer) => {
          pass();
          return answer;
        });
      };
    },
  });
}

const PART = 512;

/** A file goes out in small parts, so that it can be killed half written. */
async function* inParts(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  pass: () => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; at += PART) {
      yield chunk.subarray(at, at + PART);
      pass();
    }
  }
}
