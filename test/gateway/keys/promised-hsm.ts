/** The software module behind the port of terminals' messages, on the caller's own thread: answers are promised and there. */
import type { AcquirerHsm, KeyVault, TerminalHsm } from '../../../gateway/keys/hsm.ts';

export function promisedHsm(hsm: AcquirerHsm & KeyVault): TerminalHsm {
  return {
    generateMac: async (request) => hsm.generateMac(request),
    takeMessage: async (request) => hsm.takeMessage(request),
    deriveInitialKey: async (request) => hsm.deriveInitialKey(request),
  };
}
