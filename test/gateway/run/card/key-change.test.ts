import { describe, expect, test } from 'vitest';
import { type Ksn, nextKsn, parseKsn } from '../../../../gateway/keys/ksn.ts';
import { type KeyRenewal, TerminalKeys } from '../../../../gateway/run/card/terminal-keys.ts';
import { TID, ulid } from '../../payments/samples.ts';
import { CardRig } from './card-rig.ts';

const PAD = '1234567890123456';
const BDK = 'terminal.bdk.aes';
const to = (ksnPrefix: string): KeyRenewal => ({ ksnPrefix, bdk: BDK, transportKey: 'terminal.tmk' });
/** A chain of three: the last is not renewed. */
const chain = () =>
  new TerminalKeys([
    { ksnPrefix: '1234567890', bdk: BDK, renewal: to('1234567891') },
    { ksnPrefix: '1234567891', bdk: BDK, renewal: to('1234567892') },
    { ksnPrefix: '1234567892', bdk: BDK, renewal: null },
  ]);

const TCP = { kind: 'tcp', profile: 'bcd', peer: '10.0.0.9' } as const;
const saleOf = (n: number) => ({ sale: { saleId: ulid(`S${n}`), attemptId: ulid(`A${n}`) } });

/** The keys of one device, one behind the other. */
function device(identity: string): () => Ksn {
  let ksn = parseKsn(`${identity}00000000`);
  return () => {
    ksn = nextKsn(ksn);
    return ksn;
  };
}

describe('a terminal that is pinned to its PIN pad', () => {
  const pinned = () => CardRig.open({ keys: chain(), pads: new Map([[TID, PAD]]) });

  test('reverses what it sold before a key change, and sells on, over a TCP port too', async () => {
    const rig = await pinned();
    const [old, renewed] = [device(PAD), device('1234567891123456')];
    const sale = rig.sale({}, { ...saleOf(1), ksn: old() });
    expect(await rig.code(sale, TCP)).toBe('00');
    const change = rig.build('0800', { 70: '101' }, { account: null, ksn: old() });
    expect(await rig.code(change, TCP)).toBe('00');
    expect(await rig.code(rig.reversal(sale, {}, { ksn: renewed() }), TCP)).toBe('00');
    expect((await rig.card(sale))?.state).toMatch(/^revers/);
    expect(await rig.code(rig.sale({}, { ...saleOf(2), ksn: renewed() }), TCP)).toBe('00');
  });

  test('is renewed again from there, until its chain ends: then it is told 12, and the gateway says so', async () => {
    const rig = await pinned();
    const [second, third] = [device('1234567891123456'), device('1234567892123456')];
    const change = (ksn: Ksn) => rig.build('0800', { 70: '101' }, { account: null, ksn });
    expect(await rig.code(change(second()))).toBe('00');
    expect(rig.logged('card_key_change_failed')).toBe(false);
    expect(await rig.code(rig.sale({}, { ...saleOf(1), ksn: third() }))).toBe('00');
    expect(await rig.code(change(third()))).toBe('12');
    expect(rig.logged('card_key_change_failed')).toBe(true);
    expect(await rig.code(rig.sale({}, { ...saleOf(2), ksn: third() }))).toBe('00');
  });

  test('is still no other: a pad renewed from another number gets 58', async () => {
    const rig = await pinned();
    for (const identity of ['1234567890999999', '1234567891999999', '1234567892999999'])
      expect(await rig.code(rig.sale({}, { ksn: device(identity)() }))).toBe('58');
  });
});

test('a listed front of several pads covers what each set of them is renewed to', () => {
  const keys = chain();
  const [old, renewed, other] = [PAD, '1234567892123456', '2234567892123456'].map((pad) => device(pad)());
  for (const ksn of [old, renewed]) expect(keys.isOfPad(ksn ?? '', '1234567890')).toBe(true);
  expect(keys.isOfPad(renewed ?? '', '12345678901')).toBe(true);
  expect(keys.isOfPad(other ?? '', '1234')).toBe(false);
});

test('renewals that lead back are a bug of whoever made the sets', () => {
  const set = (ksnPrefix: string, next: string) => ({ ksnPrefix, bdk: BDK, renewal: to(next) });
  expect(() => new TerminalKeys([set('1234567890', '1234567891'), set('1234567891', '1234567890')])).toThrow(
    'twice',
  );
});
