import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { profileOf } from '../../../gateway/banks/bank-config.ts';
import { createBank } from '../../../gateway/banks/bank-port.ts';
import type { Dial } from '../../../gateway/banks/dial.ts';
import { DEFAULT_BANK_LIMITS } from '../../../gateway/banks/terms.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { PartnerBank } from '../../../simulators/bank/bank.ts';
import { USUAL_TERMS } from '../../../simulators/bank/terms.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';
import { PAN, testKeys } from './bank-keys.ts';
import { linkWorld, MemoryKeyStore, reversalOf, sale, TERMS, totalsOf } from './link-world.ts';

test.each([
  ['gateway', 'ascii'],
  ['bank', 'ascii'],
  ['gateway', 'bcd'],
] as const)(
  'With the simulated bank, written by another hand from the same page, all goes as agreed (keys by the %s, %s).',
  async (keysMadeBy, profile) => {
    const world = new VirtualWorld({ seed: 11 });
    const keys = testKeys(world.random);
    const host = new PartnerBank({
      db: new Database(':memory:'),
      runtime: world.process(),
      hsm: keys.bank,
      terms: {
        ...USUAL_TERMS,
        name: 'volga',
        profile,
        pinBlock: 'format0',
        zmk: 'bank.zmk',
        keysMadeBy,
        rates: new Map(),
      },
      accounts: [{ account: 'A1', holder: 'IVANOV', currency: RUB, openingMinor: 10_000_000n }],
      cards: [
        {
          ...{
            name: 'one',
            pan: PAN,
            expiryYymm: '3012',
            account: 'A1',
            imk: 'none',
            pvk: 'none',
            pvki: 1,
            pvv: null,
          },
          ...{
            stopped: 'no',
            perTransactionMinor: null,
            perDayMinor: null,
            perDayCount: null,
            scenario: null,
          },
        },
      ],
    });
    const dial: Dial = (handlers) => {
      let open = true;
      const close = (): void => {
        if (!open) return;
        open = false;
        world.timers.after(0, () => handlers.onClosed(null));
      };
      const connection = host.connect({
        send: (bytes) => void world.timers.after(1, () => open && handlers.onBytes(bytes)),
        close,
      });
      const write = (bytes: Uint8Array): boolean => {
        const copy = Buffer.from(bytes);
        bytes.fill(0);
        world.timers.after(1, () => open && connection.receive(copy));
        return open;
      };
      world.timers.after(1, () => handlers.onOpen({ write, queuedBytes: 0, terminate: close }));
      return close;
    };
    const bank = createBank({
      terms: { ...TERMS, profile, keysMadeBy },
      limits: DEFAULT_BANK_LIMITS,
      spec: profileOf(profile),
      dials: [dial],
      hsm: keys.gateway,
      terminalKey: keys.terminalKey,
      panKey: 'store.pan',
      keyStore: new MemoryKeyStore(),
      runtime: world.process(),
      log: () => {},
    });
    await bank.start();
    expect(await world.runUntil(() => bank.up, 120_000)).toBe(true);
    await world.advance(100);
    // Cards of this world's pad and store.
    const link = { ...linkWorld(), world, keys };
    const stripe = { emv: null, entryMode: '021', psn: null } as const;
    const first = sale(link, stripe);
    expect(await world.complete(bank.request(first))).toMatchObject({ kind: 'answered', responseCode: '00' });
    const advice = reversalOf(link, first);
    expect(await world.complete(bank.advise(advice))).toMatchObject({ responseCode: '00' });
    expect(await world.complete(bank.advise({ ...advice, repeat: true }))).toMatchObject({
      responseCode: '00',
    });
    bank.changeKey('ZAK');
    host.changeKey('ZPK');
    const overtaken = sale(link, stripe);
    expect(await world.complete(bank.advise(reversalOf(link, overtaken)))).toMatchObject({
      responseCode: '25',
    });
    expect(await world.complete(bank.request(overtaken))).toMatchObject({ responseCode: '21' });
    await world.advance(60_000);
    const second = sale(link, stripe);
    const approved = await world.complete(bank.request(second));
    expect(approved).toMatchObject({ kind: 'answered', responseCode: '00' });
    const none = {
      debits: 0,
      debitsMinor: 0n,
      credits: 0,
      creditsMinor: 0n,
      debitReversals: 0,
      debitReversalsMinor: 0n,
    };
    const totals = totalsOf({
      ...none,
      currency: RUB,
      debits: 2,
      debitsMinor: 246_800n,
      debitReversals: 1,
      debitReversalsMinor: 123_400n,
    });
    expect(await world.complete(bank.totals(totals))).toEqual({ kind: 'balanced' });
    expect(await world.complete(bank.totals(totalsOf({ ...none, currency: RUB, debits: 1 })))).toMatchObject({
      kind: 'different',
    });
    await world.complete(bank.stop());
  },
);
