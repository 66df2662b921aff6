import { expect, test } from 'vitest';
import { traceSyncs } from './sync-trace.ts';

test('what gateway and terminal acknowledge is on the disk before the message that depends on it leaves', async () => {
  const { findings } = await traceSyncs(null, 1);
  expect(findings.filter((finding) => !finding.ok)).toEqual([]);
  expect(findings).toHaveLength(8);
});

test.each(['gateway', 'terminal'] as const)(
  'a store that does not sync is caught by the same trace: %s',
  async (broken) => {
    const { ok, findings } = await traceSyncs(broken, 1);
    expect(ok).toBe(false);
    const caught = findings.filter((finding) => !finding.ok);
    expect(caught.map((finding) => finding.process)).toEqual([broken, broken, broken, broken]);
    for (const finding of caught) expect(finding).toMatchObject({ reason: expect.stringContaining('sync') });
  },
);
