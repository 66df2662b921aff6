import { expect, test } from 'vitest';
import { maskedLogonId } from '../../../simulators/alipay/logon-id.ts';
import { PIN, World } from './wallet-fixture.ts';

test.each([
  ['13800000022', '138****0022'],
  ['wang.fang@example.cn', 'wan***@example.cn'],
  ['li@example.cn', 'l***@example.cn'],
  ['1234567', '****'],
])('%s is told as %s, and masking it again changes nothing', (logonId, masked) => {
  expect(maskedLogonId(logonId)).toBe(masked);
  expect(maskedLogonId(masked)).toBe(masked);
});

test('no reply and no notification carries a whole logon name', () => {
  const world = new World();
  const at = world.time.now;
  const [phone, mail] = ['2088000000000201', '2088000000000202'];
  const common = { name: '赵', accountClass: 'III', pin: PIN, balanceFen: 100_000n } as const;
  world.wallet.desk.buyers.open({ ...common, buyerId: phone, logonId: '13800000022' }, at);
  world.wallet.desk.buyers.open({ ...common, buyerId: mail, logonId: 'wang.fang@example.cn' }, at);
  expect(world.pay('M1', '5.00', { auth_code: world.code(phone) })).toMatchObject({
    buyer_logon_id: '138****0022',
  });
  world.payCode(world.precreate('M2', '5.00').qr_code ?? '', mail);
  expect(world.query('M2')).toMatchObject({ buyer_logon_id: 'wan***@example.cn' });
  const [sent] = world.wallet.desk.notifications.due(world.time.now, 1);
  expect(new URLSearchParams(sent?.body ?? '').get('buyer_logon_id')).toBe('wan***@example.cn');
});
