/** What comes over a foreign line from nobody in particular: it costs the security module little, and the log less. */
import { describe, expect, test } from 'vitest';
import type { CardOrigin } from '../../../../gateway/payments/card/ports.ts';
import { hsmWorld } from '../../keys/hsm-world.ts';
import { promisedHsm } from '../../keys/promised-hsm.ts';
import { TID } from '../../payments/samples.ts';
import { CardRig } from './card-rig.ts';

const TCP: CardOrigin = { kind: 'tcp', profile: 'bcd', peer: '10.0.0.9' };

/** A rig that counts the messages which the module takes. */
async function countingRig(pads: ReadonlyMap<string, string>) {
  const taken = { count: 0 };
  const module = promisedHsm(hsmWorld('card rig').hsm);
  const takeMessage: typeof module.takeMessage = (request) => {
    taken.count += 1;
    return module.takeMessage(request);
  };
  const hsm = { ...module, takeMessage };
  return { rig: await CardRig.open({ pads, hsm }), taken };
}

describe('a message on a foreign line', () => {
  test('of a terminal that is not listed, or under keys of another pad than its own, has nothing checked or opened by the module', async () => {
    const unlisted = await countingRig(new Map());
    expect(await unlisted.rig.code(unlisted.rig.sale(), TCP)).toBe('58');
    const other = await countingRig(new Map([[TID, 'FFFF98765432109']]));
    expect(await other.rig.code(other.rig.sale(), TCP)).toBe('58');
    expect([unlisted.taken.count, other.taken.count]).toEqual([0, 0]);
    const reasons = [unlisted, other].map(({ rig }) =>
      ['pad_not_listed', 'pad_of_another'].find((reason) => rig.log.some((line) => line.includes(reason))),
    );
    expect(reasons).toEqual(['pad_not_listed', 'pad_of_another']);
  });

  test('of a listed terminal under its own pad’s keys is taken as ever', async () => {
    const { rig, taken } = await countingRig(new Map([[TID, 'FFFF987654']]));
    expect(await rig.code(rig.sale(), TCP)).toBe('00');
    expect(taken.count).toBe(1);
  });

  test('with a wrong MAC writes one line at once, and with the others like it one more with their number', async () => {
    const { rig } = await countingRig(new Map([[TID, 'FFFF987654']]));
    const lines = () => rig.log.filter((line) => line.includes('card_mac_wrong'));
    for (let index = 0; index < 50; index += 1)
      expect(await rig.code(rig.sale({}, { mac: 'wrong' }), TCP)).toBe('88');
    expect(lines()).toHaveLength(1);
    await rig.world.advance(10_000);
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toContain('"count":49');
    await rig.world.advance(60_000);
    expect(lines()).toHaveLength(2);
  });
});
