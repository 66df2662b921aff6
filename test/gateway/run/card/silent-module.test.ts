/** A security module that gives no answer: nobody takes that for a refusal, nothing is charged that its terminal does not know
 *  of, and the next message is served. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { TerminalHsm } from '../../../../gateway/keys/hsm.ts';
import { hsmWorld } from '../../keys/hsm-world.ts';
import { promisedHsm } from '../../keys/promised-hsm.ts';
import { CardRig, type Sent } from './card-rig.ts';

let rig: CardRig;
let silent: keyof TerminalHsm | null;

function beside<Request, Answer>(
  op: keyof TerminalHsm,
  answer: (request: Request) => Promise<Answer>,
): (request: Request) => Promise<Answer> {
  return (request) => {
    if (silent !== op) return answer(request);
    silent = null;
    return Promise.reject(new Error('no answer'));
  };
}

beforeEach(async () => {
  silent = null;
  // The rig's own keys: they come from this name.
  const hsm = promisedHsm(hsmWorld('card rig').hsm);
  rig = await CardRig.open({
    hsm: {
      generateMac: beside('generateMac', hsm.generateMac),
      takeMessage: beside('takeMessage', hsm.takeMessage),
      deriveInitialKey: hsm.deriveInitialKey,
    },
  });
});

describe('a security module that gives no answer', () => {
  test('to a new message leaves it unheard: said again, it is a sale', async () => {
    silent = 'takeMessage';
    const sale = rig.sale({}, { pin: '1234' });
    await expect(rig.world.complete(rig.send(sale))).rejects.toThrow('no answer');
    expect(await rig.card(sale)).toBeNull();
    expect(rig.bank.requests).toHaveLength(0);
    expect((await rig.ask(sale)).fields[39]).toBe('00');
    expect(rig.bank.requests).toHaveLength(1);
  });

  describe('when the bank has approved', () => {
    let sale: Sent;

    beforeEach(async () => {
      sale = rig.sale();
      const { request1 } = rig.bank;
      rig.bank.request1 = (request) => {
        silent = 'generateMac';
        rig.bank.request1 = request1;
        return request1(request);
      };
      await expect(rig.world.complete(rig.send(sale))).rejects.toThrow('no answer');
      expect(rig.logged('card_work_failed')).toBe(true);
      expect((await rig.card(sale))?.state).toBe('approved');
    });

    test('loses its answer alone: its terminal asks again and is told', async () => {
      expect((await rig.ask(sale)).fields[39]).toBe('00');
      expect(rig.bank.requests).toHaveLength(1);
      expect(rig.bank.advices).toEqual([]);
    });

    test('leaves no charge to a terminal that undoes what it was not told of', async () => {
      expect((await rig.ask(rig.reversal(sale))).fields[39]).toBe('00');
      await rig.world.advance(10_000);
      expect((await rig.card(sale))?.state).toBe('reversed');
      expect(rig.bank.advices).toMatchObject([{ kind: 'reversal' }]);
      // The terminal that asks again is told that it was undone, and a new sale is served.
      expect((await rig.ask(sale)).fields[39]).not.toBe('00');
      expect((await rig.ask(rig.sale())).fields[39]).toBe('00');
      expect(rig.bank.requests).toHaveLength(2);
    });
  });
});
