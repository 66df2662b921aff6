/** The estate that is killed while it takes cards: the real one with short patience, and customers who do not run out of money. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstateTerms, Ports } from '../../build/estate-config.ts';
import { drawer } from './card-drawer.ts';
import type { ShopPlan } from './shop.ts';
import { quickTerms } from './shop-terms.ts';

/** The times nest as in life: the bank's leg, what the gateway allows itself, what the till does. */
function cardTerms(ports: Ports): EstateTerms {
  return {
    ...quickTerms(ports),
    cards: {
      timers: { requestBoundMs: 1_800, adviceRetryMs: 150, adviceRetryMostMs: 500, stopWithinMs: 500 },
      limits: {
        replyTimeoutMs: 1_300,
        adviceTimeoutMs: 1_000,
        networkTimeoutMs: 1_500,
        dialTimeoutMs: 1_500,
        echoEveryMs: 1_000,
        echoTimeoutMs: 800,
        frameTimeoutMs: 1_000,
        lostGraceMs: 300,
        drainMs: 400,
        signOffTimeoutMs: 200,
        backoffFirstMs: 50,
        backoffLongestMs: 300,
        steadyAfterMs: 1_000,
        keyRetryMs: 300,
      },
      policy: {
        replyTimeoutMs: 2_500,
        offerTimeoutMs: 1_000,
        repeatFirstMs: 150,
        repeatLongestMs: 500,
        unknownAfterMs: 200,
        setAsideAfterMs: 300,
      },
    },
  };
}

const RICH_MINOR = '900000000000';

interface BankFile {
  readonly banks: readonly { readonly accounts: readonly { readonly account: string }[] }[];
}

function makeRich(directory: string): void {
  const file = join(directory, 'bank.json');
  const { banks } = JSON.parse(readFileSync(file, 'utf8')) as BankFile;
  const rich = banks.map((bank) => ({
    ...bank,
    accounts: bank.accounts.map((account) =>
      account.account.endsWith('-empty') ? account : { ...account, openingMinor: RICH_MINOR },
    ),
  }));
  writeFileSync(file, JSON.stringify({ banks: rich }), { mode: 0o600 });
}

/** The PIN pad's cards are those of the drawer. */
function fillDrawer(directory: string): void {
  const cards = join(directory, 'drawer.json');
  writeFileSync(cards, JSON.stringify(drawer()), { mode: 0o600 });
  const file = join(directory, 'counter.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { readonly pinPad: object };
  const changed = { ...config, pinPad: { ...config.pinPad, cards } };
  writeFileSync(file, JSON.stringify(changed), { mode: 0o600 });
}

/** The wallet is not asked for anything and not killed. */
export const CARD_PLAN: ShopPlan = {
  underTest: ['bank', 'counter', 'gateway', 'terminal'],
  beside: [],
  terms: cardTerms,
  adjust: (directory) => {
    makeRich(directory);
    fillDrawer(directory);
  },
};
