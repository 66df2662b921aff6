/** The process is killed at every call it makes to its store, while it sells, while it reverses and while it tells the bank;
 *  another starts on what is durable. Whatever the till knows, and whatever the bank did, come to agree. */
import { describe, expect, test } from 'vitest';
import type { BankRequest } from '../../../../gateway/payments/card/ports.ts';
import { CARD_LINK, CardRig, type Sent } from './card-rig.ts';
import { type Death, dyingStore } from './dying-store.ts';
import { answered } from './scripted-bank.ts';

const CALLS_MOST = 40;

/** An issuer that holds to the agreement: an approval stands until it is reversed, and a reversal that overtakes wins. */
class Issuer {
  readonly #approved = new Set<string>();
  readonly #reversed = new Set<string>();

  attach(rig: CardRig): void {
    rig.bank.request1 = (request: BankRequest) => {
      const key = request.reference.stan;
      if (this.#reversed.has(key)) return answered('21');
      this.#approved.add(key);
      return answered('00');
    };
    rig.bank.advise1 = (advice) => {
      const key = advice.original.stan;
      const undone = this.#approved.delete(key);
      this.#reversed.add(key);
      return answered(undone ? '00' : '25', { authCode: null });
    };
  }

  get standing(): number {
    return this.#approved.size;
  }
}

interface Outcome {
  readonly died: boolean;
  readonly requests: number;
  readonly standing: number;
  readonly state: string | undefined;
  readonly answer: string | null;
  readonly booked: bigint;
  readonly open: number;
}

/** What the till hears: null when the process died on it. */
async function heard(rig: CardRig, sent: Sent): Promise<string | null> {
  let packed: Uint8Array | null = null;
  void rig.cards.message(CARD_LINK, sent.packed).then((answer) => {
    packed = answer;
  });
  await rig.world.advance(1_000);
  return packed === null ? null : String(rig.read(sent, packed).fields[39]);
}

async function run(death: Death, reversing: boolean): Promise<Outcome> {
  const rig = await CardRig.open();
  const issuer = new Issuer();
  issuer.attach(rig);
  await rig.seeStoreThrough((store) => dyingStore(store, death));
  const sale = rig.sale();
  let answer = await heard(rig, sale);
  const undo = rig.reversal(sale);
  let undone: string | null = null;
  if (reversing && !death.died) undone = await heard(rig, undo);
  await rig.world.advance(3_000);
  await rig.seeStoreThrough((store) => store, 'later');
  await rig.restart();
  issuer.attach(rig);
  // The till that heard nothing does what it owes: a reversal, until it is answered.
  if ((reversing || answer === null) && undone === null) undone = await heard(rig, undo);
  if (answer === null) answer = undone === '00' ? 'undone' : null;
  await rig.world.advance(120_000);
  const card = await rig.card(sale);
  const transfers = card === null ? [] : await rig.store.transfersOf(card.cardId);
  return {
    died: death.died,
    requests: rig.bank.requests.length,
    standing: issuer.standing,
    state: card?.state,
    answer,
    booked: BigInt(transfers.length),
    open: (await rig.store.cards.advices('bank-a', 99)).length,
  };
}

describe.each(['before', 'after'] as const)('killed %s a call to the store is durable', (when) => {
  test('a sale ends approved everywhere or nowhere', async () => {
    let deaths = 0;
    for (let left = 1; left < CALLS_MOST; left += 1) {
      const outcome = await run({ left, when, died: false }, false);
      expect(outcome.requests).toBeLessThanOrEqual(1);
      expect(outcome.open).toBe(0);
      if (outcome.answer === '00') {
        expect(outcome).toMatchObject({ state: 'approved', standing: 1, booked: 1n });
      } else {
        expect(outcome.standing).toBe(0);
        expect(outcome.answer).toBe('undone');
        expect(['reversed', 'parked', 'declined']).toContain(outcome.state);
        expect(outcome.booked % 2n).toBe(0n);
      }
      if (!outcome.died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(4);
  });

  test('a reversed sale stands nowhere', async () => {
    let deaths = 0;
    for (let left = 1; left < CALLS_MOST; left += 1) {
      const outcome = await run({ left, when, died: false }, true);
      expect(outcome.requests).toBeLessThanOrEqual(1);
      expect(outcome).toMatchObject({ standing: 0, open: 0 });
      expect(['reversed', 'parked']).toContain(outcome.state);
      expect(outcome.booked % 2n).toBe(0n);
      if (!outcome.died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(10);
  });
});
