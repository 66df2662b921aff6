import { expect, test } from 'vitest';
import { openNoFiscalRegister } from '../../../drivers/fiscal/none.ts';

test('without a register every fiscal step is not required, and stays so when asked again', async () => {
  const register = openNoFiscalRegister();
  const receipt = { operationId: 'o1', sign: 'sale', items: [], payments: [], cashier: 'Анна' } as const;
  expect([register.state, await register.register(receipt), await register.lastDocument('o1')]).toEqual([
    'ready',
    { kind: 'not_required' },
    { kind: 'not_required' },
  ]);
  await register.close();
});
