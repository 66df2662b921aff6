/** /control/…: for tests, demonstrations and the bank's page. It arms scenarios by name, shows the books, and acts as the bank. */

import { HttpRefusal, type JsonBody, optionalCount, optionalText, textField } from '../http-exchange.ts';
import { ANY } from './arming.ts';
import type { PartnerBank } from './bank.ts';
import { type AskedClearing, CLEARING_DEFECTS, clearingFile } from './clearing-file.ts';
import { isScenarioName, MOMENTS, SCENARIOS, scenarioOf } from './scenarios.ts';
import type { CardTerms } from './terms.ts';
import { ZONE_KEYS } from './zone-keys.ts';

type Action = (bank: PartnerBank, body: JsonBody) => unknown;

const STOPS: readonly CardTerms['stopped'][] = ['no', 'restricted', 'lost', 'stolen', 'pick_up'];

const ACTIONS: Readonly<Record<string, Action>> = {
  'GET scenarios': () => ({ moments: MOMENTS, scenarios: SCENARIOS }),
  'GET armed': ({ desk }) => ({ armed: desk.arming.armed() }),
  'POST arm': (bank, body) => ({ id: arm(bank, body) }),
  'POST disarm': ({ desk }, body) => {
    desk.arming.disarm(optionalCount(body, 'id', 1));
    return {};
  },
  'GET books': (bank) => booksOf(bank, null),
  'GET view': (bank) => ({ ...booksOf(bank, 40), armed: bank.desk.arming.armed(), link: linkOf(bank) }),
  'POST statement': ({ desk }, body) => ({
    lines: desk.books.statement(
      textField(body, 'account'),
      optionalText(body, 'businessDate') ?? desk.books.businessDate,
    ),
  }),
  'POST stop-card': (bank, body) => {
    const stopped = STOPS.find((each) => each === body.stopped);
    if (stopped === undefined) throw new HttpRefusal(400, `stopped must be one of ${STOPS.join(', ')}.`);
    const card = cardNamed(bank, body);
    bank.perform(() => bank.desk.cards.setStopped(card, stopped));
    return {};
  },
  'POST reset-pin-tries': (bank, body) => {
    const card = cardNamed(bank, body);
    bank.perform(() => bank.desk.cards.setWrongPins(card, 0));
    return {};
  },
  'POST change-key': (bank, body) => {
    const name = ZONE_KEYS.find((each) => each === body.name);
    if (name === undefined) throw new HttpRefusal(400, 'name must be ZPK or ZAK.');
    bank.changeKey(name);
    return {};
  },
  'POST forget-keys': (bank) => {
    bank.perform(() => bank.desk.keys.forget());
    return {};
  },
  'POST cut-over': (bank, body) => {
    const date = textField(body, 'businessDate');
    if (!/^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(date) || date <= bank.desk.books.businessDate)
      throw new HttpRefusal(400, 'businessDate must be a later day, YYYY-MM-DD.');
    bank.cutOver(date);
    return {};
  },
  'POST sign-off': (bank) => {
    bank.signOff();
    return {};
  },
  'POST clearing': ({ desk }, body) => {
    const { name, bytes } = clearingFile(desk, askedClearing(body, desk.books.businessDate));
    return { name, base64: Buffer.from(bytes).toString('base64') };
  },
  'POST cut-connections': (bank) => {
    for (const connection of bank.connections) connection.close();
    return {};
  },
};

/** Errors  HttpRefusal 400 | 404 */
export function control(bank: PartnerBank, verb: string, path: string, body: JsonBody): unknown {
  const name = `${verb} ${path}`;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) throw new HttpRefusal(404, 'There is no such control.');
  return action(bank, body);
}

/** `{ "acquirer", "currency", "businessDate"?, "feeMillionths"?, "defects"?: [{ "kind", "rrn"? }] }` */
function askedClearing(body: JsonBody, today: string): AskedClearing {
  const given = body.defects ?? [];
  if (!Array.isArray(given) || given.length > 100)
    throw new HttpRefusal(400, 'defects must be a short list.');
  const defects = given.map((each: JsonBody) => {
    const kind = CLEARING_DEFECTS.find((name) => name === each.kind);
    if (kind === undefined)
      throw new HttpRefusal(400, `A defect's kind must be one of ${CLEARING_DEFECTS.join(', ')}.`);
    return { kind, rrn: optionalText(each, 'rrn') };
  });
  return {
    acquirer: textField(body, 'acquirer'),
    currency: textField(body, 'currency'),
    businessDate: optionalText(body, 'businessDate') ?? today,
    feeMillionths: optionalCount(body, 'feeMillionths') ?? 0,
    defects,
  };
}

function booksOf({ desk }: PartnerBank, last: number | null) {
  const { books, transactions, periods, cards, terms } = desk;
  return {
    bank: terms.name,
    businessDate: books.businessDate,
    accounts: books.accounts(),
    owed: books.owed(),
    periods: periods.all(),
    cards: cards.all().map(({ name, pan, account, expiryYymm }) => ({
      name,
      account,
      expiryYymm,
      maskedPan: `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`,
      ...cards.standing(name),
    })),
    transactions: transactions.list(last),
    faults: last === null ? books.audit() : [],
  };
}

function linkOf({ desk, connections }: PartnerBank) {
  const { keys, terms } = desk;
  const { profile, mac, pinBlock, keysMadeBy } = terms;
  return {
    connections: connections.length,
    signedOn: connections.filter(({ signedOn }) => signedOn).length,
    keys: ZONE_KEYS.map((name) => ({ name, kcv: keys.get(name, 'current')?.kcv ?? null })),
    terms: { profile, mac, pinBlock, keysMadeBy },
  };
}

function cardNamed({ desk }: PartnerBank, body: JsonBody): string {
  const name = textField(body, 'card');
  if (!desk.cards.all().some((card) => card.name === name))
    throw new HttpRefusal(404, 'There is no such card.');
  return name;
}

function arm({ desk }: PartnerBank, body: JsonBody): number {
  const scenario = textField(body, 'scenario');
  if (!isScenarioName(scenario)) throw new HttpRefusal(400, 'There is no scenario of that name.');
  const wanted = optionalText(body, 'mti');
  const mti = MOMENTS.find((each) => each === wanted) ?? null;
  if (wanted !== null && (mti === null || !scenarioOf(scenario).moments.includes(mti)))
    throw new HttpRefusal(400, 'The scenario does not exist for that message.');
  const chance = optionalCount(body, 'chance', 1) ?? ANY.chance;
  if (chance > 1_000_000) throw new HttpRefusal(400, 'chance must be in millionths.');
  return desk.arming.arm({
    scenario,
    mti,
    card: optionalText(body, 'card'),
    tid: optionalText(body, 'tid'),
    times: body.standing === true ? null : (optionalCount(body, 'times', 1) ?? 1),
    every: optionalCount(body, 'every', 1) ?? 1,
    chance,
    delayMs: optionalCount(body, 'delayMs'),
  });
}
