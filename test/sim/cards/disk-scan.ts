/** No card data on the disks of gateway and tills, nor in what the gateway logged: the scan of the crash harness over the
 *  simulated disks, in every form and by structure. The banks are the issuer's side, who must know. */

import { CardDataScanner } from '../../crash/card-data-scan.ts';
import { WRONG_PIN } from '../../crash/card-drawer.ts';
import { insideText, valuesOf } from '../../crash/stored-values.ts';
import { require } from '../violation.ts';
import type { SimWorld } from '../world.ts';

export function checkCardData(world: SimWorld): void {
  // The club's card, whose number is nearly all zeros, is no payment card; runs of zeros are everywhere.
  const cards = world.drawers.flat().filter(({ scheme }) => scheme !== 'other');
  const scanner = new CardDataScanner(cards, [WRONG_PIN]);
  let messages = 0;
  const look = (name: string, content: Buffer, values: Parameters<CardDataScanner['look']>[2]): void => {
    const found = scanner.look(name, content, values);
    messages += found.messages;
    const [finding] = found.findings;
    require(finding === undefined, 'card data lies on a disk', { finding: finding ?? '' });
  };
  const disks = [
    ['gateway', world.gateway] as const,
    ...world.tills.map((till) => [till.tid, till] as const),
  ];
  for (const [name, { db }] of disks) look(name, db.serialize(), () => valuesOf(db));
  const log = world.logLines.join('\n');
  look('log', Buffer.from(log), () => insideText('', log));
  const answered = world.gateway.db.prepare('SELECT 1 FROM card_transaction WHERE answer IS NOT NULL').get();
  require(answered === undefined || messages > 0, 'the scan of the disks saw no card message', {});
}
