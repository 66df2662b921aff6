/** A store whose process dies at its n-th call: before it is done, or after it is durable and before anybody hears of it. */
import type { PaymentStore } from '../../../../gateway/payments/ports.ts';
import { never } from './scripted-bank.ts';

export interface Death {
  /** Counts down with every call; the call that finds 1 is the last. */
  left: number;
  readonly when: 'before' | 'after';
  died: boolean;
}

export function dyingStore<T extends PaymentStore>(store: T, death: Death): T {
  return proxied(store, death) as T;
}

function proxied(target: object, death: Death): object {
  return new Proxy(target, {
    get: (on, name) => {
      const value: unknown = Reflect.get(on, name, on);
      if (typeof value === 'object' && value !== null && name === 'cards') return proxied(value, death);
      if (typeof value !== 'function') return value;
      const method = value.bind(on) as (...given: unknown[]) => unknown;
      return name === 'now' ? method : (...given: unknown[]) => guarded(() => method(...given), death);
    },
  });
}

async function guarded(call: () => unknown, death: Death): Promise<unknown> {
  if (death.died) return never();
  death.left -= 1;
  const last = death.left === 0;
  if (last && death.when === 'before') {
    death.died = true;
    return never();
  }
  const result = await call();
  if (last) death.died = true;
  return death.died ? never() : result;
}
