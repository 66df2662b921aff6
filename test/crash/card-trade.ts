/** Card sales, voids, refunds, holds and batches, with the PIN pad, the gateway and the partner banks' host under them. */
import { PARTNERS } from '../../build/partners.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { cardViolations } from './card-checks.ts';
import { CardCounter } from './card-counter.ts';
import { CardDataScanner } from './card-data-scan.ts';
import { drawer, WRONG_PIN } from './card-drawer.ts';
import { CARD_DRILLS, type CardDrill, type CardDrillName } from './card-drills.ts';
import { forgetSignOn } from './card-journal.ts';
import { CARD_POINTS } from './card-points.ts';
import { CARD_PLAN } from './card-terms.ts';
import { PartnerDesk } from './partner-desk.ts';
import { Shop } from './shop.ts';
import { paperViolations } from './stray-papers.ts';
import type { Revive, Trade } from './trade.ts';

/** Holds what it has found sound: one for all estates of a process. */
const scanner = new CardDataScanner(drawer(), [WRONG_PIN]);

export const CARDS: Trade = {
  points: CARD_POINTS,
  undisturbed: ['sale', 'tapped', 'converted', 'voided'],
  aimsAtOnce: 2,
  openShop: () => Shop.open({ plan: CARD_PLAN }),
  play,
  calm,
  violations: (shop) => cardViolations(shop.directory, shop.memory),
  settled: (shop) => scanner.scan(shop.directory).findings,
  afterwards: (shop) => {
    scanner.forget();
    return paperViolations(shop.directory);
  },
};

async function play(
  shop: Shop,
  name: string,
  random: SeededRandom,
  revive: Revive,
  shoot: () => Promise<void>,
): Promise<void> {
  const drill: CardDrill = CARD_DRILLS[name as CardDrillName];
  const counter = new CardCounter(shop, drill, random, revive);
  const { first, follows } = drill;
  // Nobody's card is blocked by the last drill's wrong PINs.
  await counter.bank.forgiveTries(counter.holder.card.name);
  for (const arm of drill.arms) await counter.bank.arm(arm);
  if (drill.yuanBefore) await new CardCounter(shop, CARD_DRILLS.converted, random, revive).sell();
  const { dies } = drill;
  if (dies !== null) await shop.aim(dies.process, dies.point, 1);
  if (follows === 'nothing') await shoot();
  if (drill.newDay) await shop.switchTerminalOff(() => forgetSignOn(shop.directory));
  const saleId = first === 'sale' ? await counter.sell() : '';
  const held = first === 'held' ? await counter.hold() : null;
  if (first === 'balance') await counter.askBalance();
  if (follows === 'nothing') return;
  for (const arm of drill.thenArms) await counter.bank.arm(arm);
  await shoot();
  if (follows === 'void') await counter.refund(saleId, 'whole');
  if (follows === 'part' || follows === 'two_parts') await counter.refund(saleId, 'part');
  if (follows === 'two_parts') await counter.refund(saleId, 'part');
  if (follows === 'close_batch') await counter.closeBatch();
  if (held !== null && follows === 'complete') await counter.complete(held);
  if (held !== null && follows === 'release') await counter.release(held);
}

/** No scenario waits for the next drill. */
async function calm(shop: Shop): Promise<void> {
  for (const { bank } of PARTNERS) await new PartnerDesk(shop, bank).disarm();
}
