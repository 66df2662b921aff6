/** The thread of the software security module: answers what `hsm/threaded-hsm.ts` asks. It is started with the keys, wrapped
 *  under the master key beside them, and gives none away. */
import { parentPort, workerData } from 'node:worker_threads';
import { alone, type HsmAnswer, type HsmCall, type HsmThreadKeys, travellingMessage } from './hsm/calls.ts';
import { failureName, invariant } from './kernel/errors.ts';
import { KeysError } from './keys/keys-error.ts';
import { SoftwareHsm } from './keys/software-hsm.ts';
import { systemRuntime } from './system-runtime.ts';

const port = parentPort;
invariant(port !== null, 'This program runs as a thread of the gateway.');
const { masterKey, keys }: HsmThreadKeys = workerData;
const hsm = new SoftwareHsm({ masterKey, keys, random: systemRuntime().random });

port.on('message', (calls: readonly HsmCall[]) => {
  port.postMessage(calls.map(answer));
});

function answer(call: HsmCall): HsmAnswer {
  try {
    return valueFor(call);
  } catch (error) {
    if (error instanceof KeysError) return { op: 'refused', code: error.code, facts: error.facts };
    return { op: 'failed', cause: failureName(error) };
  }
}

function valueFor(call: HsmCall): HsmAnswer {
  switch (call.op) {
    case 'generateMac':
      return { op: call.op, mac: alone(hsm.generateMac(call.request)) };
    case 'takeMessage':
      return { op: call.op, taken: travellingMessage(hsm.takeMessage(call.request)) };
    case 'deriveInitialKey':
      return { op: call.op, key: hsm.deriveInitialKey(call.request) };
  }
}
