/** The fiscal driver of a shop without a register: every step is recorded as not required. */
import type { FiscalRegister, FiscalResult } from '../contract/fiscal.ts';

const NOT_REQUIRED: FiscalResult = { kind: 'not_required' };

export function openNoFiscalRegister(): FiscalRegister {
  return {
    driver: 'none',
    state: 'ready',
    onState: () => () => undefined,
    register: async () => NOT_REQUIRED,
    lastDocument: async () => NOT_REQUIRED,
    close: async () => undefined,
  };
}
