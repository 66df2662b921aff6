import { describe, expect, test } from 'vitest';
import { control } from '../../../../simulators/alipay/control-route.ts';
import { World } from '../wallet-fixture.ts';

const ask = (world: World, path: string, body: Readonly<Record<string, unknown>>) =>
  control(world.wallet, 'POST', path, body) as { files?: readonly { name: string; base64: string }[] };
const days = { kind: 'settlement', from: '2026-11-22', to: '2026-11-22', settleDay: '2026-11-23' };

describe('Files asked for over the control address', () => {
  test('come by name with their bytes, and a planted defect is in them', () => {
    const world = new World();
    world.pay('01AAAAAAAAAAAAAAAAAAAAAAA1', '10.00');
    const names = ask(world, 'files', days).files?.map(({ name }) => name.replace('2088000000000009', 'ID'));
    expect(names).toEqual([
      'ID_batch_20261123.csv',
      'ID_settle_20261123_50002026112315600000000000000000.csv',
      'ALIPAY_SETTLEMENT_SUMMARY_CNY_20261123.csv',
      'ID_settlement_20261123.zip',
    ]);
    ask(world, 'plant', { kind: 'missing', day: '2026-11-22', file: 'transactions' });
    const [file] = ask(world, 'files', { kind: 'transactions', day: '2026-11-22' }).files ?? [];
    expect(Buffer.from(file?.base64 ?? '', 'base64').toString()).toContain('Total_count:0');
  });

  test('what is no day, no kind or no defect is refused', () => {
    const world = new World();
    const refused = (path: string, body: Readonly<Record<string, unknown>>) => () => ask(world, path, body);
    expect(refused('files', { kind: 'transactions', day: '22.11.2026' })).toThrow(/day/);
    expect(refused('files', { ...days, from: '2026-11-23' })).toThrow(/order/);
    expect(refused('files', { ...days, kind: 'other' })).toThrow(/kind/);
    expect(refused('plant', { kind: 'gone', day: '2026-11-22' })).toThrow(/kind/);
    expect(refused('plant', { kind: 'late', day: '2026-11-22', file: 'x' })).toThrow(/file/);
  });
});
