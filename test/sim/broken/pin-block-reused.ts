/** Broken: after a wrong PIN the terminal sends the PIN block of before once more. */
import type { CardAuthorisation, PinPad } from '../../../drivers/contract/pin-pad.ts';
import type { Breakage } from '../gateway-host.ts';

export const pinBlockReused: Breakage = {
  pinPad: (inner) => {
    let first: CardAuthorisation['pin'] = null;
    const acts: Partial<PinPad> = {
      authorise: async (request) => {
        const done = await inner.authorise(request);
        if (done.kind === 'done') first = done.value.pin;
        return done;
      },
      reenterPin: async (transactionId) => {
        const done = await inner.reenterPin(transactionId);
        return done.kind === 'done' && first !== null ? { kind: 'done', value: first } : done;
      },
    };
    return new Proxy(inner, {
      get: (target, name) => {
        const own = acts[name as keyof PinPad];
        if (own !== undefined) return own;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  },
};
