/** The steps of a sale with one wrong PIN, and the ways its replies get lost. */
import type { Done, Ended, LastTransaction } from '../../../drivers/contract/pin-pad.ts';
import type { PadFault } from '../../../simulators/pinpad/faults.ts';
import { type Counter, DATE, RUB_1500, TIME } from './pad-fixture.ts';

export interface Step {
  readonly name: string;
  readonly stage: LastTransaction['stage'];
  /** Key serial numbers used by the end of it. */
  readonly serialNumbers: number;
  readonly run: (at: Counter, id: string) => Promise<Done<unknown> | Ended>;
}

export interface Loss {
  readonly fault: PadFault;
  /** Whether the reply comes all the same. */
  readonly recovers: boolean;
}

export interface PinPadFaultCase {
  readonly step: Step;
  readonly loss: Loss;
}

/** The customer acts when the device has had time to ask. */
async function meanwhile<T>(at: Counter, step: Promise<T>, act: () => void): Promise<T> {
  at.world.timers.after(20, act);
  return step;
}

export const STEPS: readonly Step[] = [
  {
    name: 'read',
    stage: 'read',
    serialNumbers: 1,
    run: (at, transactionId) =>
      meanwhile(
        at,
        at.pinPad.read({ transactionId, operation: 'sale', amount: RUB_1500, language: 'ru' }),
        () => at.device.insert('mir-rub'),
      ),
  },
  {
    name: 'authorise',
    stage: 'authorised',
    serialNumbers: 2,
    run: (at, transactionId) =>
      meanwhile(at, at.pinPad.authorise({ transactionId, amount: RUB_1500, date: DATE, time: TIME }), () =>
        at.device.pressPin('1111'),
      ),
  },
  {
    name: 'reenterPin',
    stage: 'authorised',
    serialNumbers: 3,
    run: (at, transactionId) =>
      meanwhile(at, at.pinPad.reenterPin(transactionId), () => at.device.pressPin('4821')),
  },
  {
    name: 'complete',
    stage: 'completed',
    serialNumbers: 3,
    run: (at, transactionId) => at.pinPad.complete({ transactionId, responseCode: '00', issuerData: null }),
  },
];

export const LOSSES: readonly Loss[] = [
  { fault: 'lose_next_reply', recovers: true },
  { fault: 'drop_mid_frame', recovers: true },
  { fault: 'garbage', recovers: true },
  { fault: 'corrupt_reply', recovers: true },
  { fault: 'disconnect_before_reply', recovers: false },
  { fault: 'reboot_before_reply', recovers: false },
];
