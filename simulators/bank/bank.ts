/** A partner bank: the issuer's end of the bank link over accounts and cards of its own. Bytes in and bytes out per connection, no
 *  sockets and no clock of its own, so that it runs in a process and in the seeded world alike. Written from the document alone.
 *
 *  A killed bank is one whose object is dropped: everything it has answered stands in its database.
 *  Source  docs/bank-link.md */
import type Database from 'better-sqlite3';
import { unpack } from '../../gateway/iso8583/codec.ts';
import { CodecError } from '../../gateway/iso8583/codec-error.ts';
import { firstMti, isResponse } from '../../gateway/iso8583/mti.ts';
import type { Spec } from '../../gateway/iso8583/spec.ts';
import type { UnpackedMessage } from '../../gateway/iso8583/unpacked-message.ts';
import type { Runtime } from '../../gateway/kernel/time.ts';
import { Arming, type Choice } from './arming.ts';
import { Asking } from './asking.ts';
import { Books } from './books.ts';
import { Cards } from './cards.ts';
import { BankConnection, type Switchboard, type Wire } from './connection.ts';
import { type Answer, Delivery } from './delivery.ts';
import type { Desk } from './desk.ts';
import { GroupCommit } from './group-commit.ts';
import { KeyMaking } from './key-making.ts';
import { identityOf, profileOf, shapeOf, text, writeElements } from './messages.ts';
import { answerMoney, refuse } from './money.ts';
import { answerNetwork } from './network.ts';
import { Periods } from './periods.ts';
import { isScenarioName, type Moment } from './scenarios.ts';
import { prepareBooks, type Synchronous } from './schema.ts';
import type { AccountTerms, BankHsm, BankTerms, CardTerms } from './terms.ts';
import { Transactions } from './transactions.ts';
import { ZONE_KEYS, type ZoneKeyName, ZoneKeys } from './zone-keys.ts';

export interface PartnerBankOptions {
  /** Owned by the bank: its tables are made here. */
  readonly db: Database.Database;
  readonly runtime: Runtime;
  readonly hsm: BankHsm;
  readonly terms: BankTerms;
  readonly accounts: readonly AccountTerms[];
  readonly cards: readonly CardTerms[];
  readonly synchronous?: Synchronous;
  /** Calls back once, later: `setImmediate` in a process, `queueMicrotask` by itself. */
  readonly defer?: (run: () => void) => void;
  readonly log?: (event: Readonly<Record<string, string | number>>) => void;
}

const IN_BETWEEN_MS = 500;

export class PartnerBank {
  readonly desk: Desk;
  readonly #spec: Spec;
  readonly #commit: GroupCommit;
  readonly #delivery: Delivery;
  readonly #asking: Asking;
  readonly #keyMaking: KeyMaking;
  readonly #log: (event: Readonly<Record<string, string | number>>) => void;
  readonly #connections = new Set<BankConnection>();
  readonly #watchers = new Set<() => void>();
  readonly #switchboard: Switchboard;

  constructor(options: PartnerBankOptions) {
    const { db, runtime, hsm, terms } = options;
    prepareBooks(db, options.synchronous ?? 'full');
    const books = new Books(db, options.accounts);
    const keys = new ZoneKeys(books, hsm, terms);
    const cards = new Cards(books, options.cards);
    const arming = new Arming(books, runtime.random);
    const transactions = new Transactions(books);
    this.desk = {
      runtime,
      terms,
      hsm,
      books,
      cards,
      transactions,
      periods: new Periods(books),
      keys,
      arming,
    };
    this.#spec = profileOf(terms.profile);
    this.#log = options.log ?? (() => {});
    this.#delivery = new Delivery(this.#spec, keys, runtime);
    this.#asking = new Asking(this.#spec, keys, runtime);
    books.atomically(() => {
      books.open(runtime.clock.now(), terms.dayOffsetMinutes);
      cards.open();
    });
    const defer = options.defer ?? queueMicrotask;
    this.#commit = new GroupCommit(db, defer, () => {
      for (const held of [books, keys, arming]) held.reload();
    });
    this.#keyMaking = new KeyMaking({
      desk: this.desk,
      asking: this.#asking,
      durably: (work, then) => this.#durably(work, then),
      anyConnection: () => this.#signedOn()[0] ?? null,
    });
    this.#switchboard = {
      message: (connection, bytes) => this.#message(connection, bytes),
      gone: (connection) => this.#gone(connection),
      silent: (connection) => this.#echo(connection),
    };
  }

  /** The acquirer has dialled. Whoever has the socket calls `receive` and `gone`. */
  connect(wire: Wire): BankConnection {
    const { runtime, terms } = this.desk;
    const connection = new BankConnection(wire, this.#switchboard, runtime, terms);
    this.#connections.add(connection);
    return connection;
  }

  get connections(): readonly BankConnection[] {
    return [...this.#connections];
  }

  /** Calls back after every commit, until the returned function is called. */
  onChange(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** A new key: by the bank where it is the maker, else it asks for one. */
  changeKey(name: ZoneKeyName): void {
    const { terms } = this.desk;
    const [connection] = this.#signedOn();
    if (terms.keysMadeBy === 'bank') this.#keyMaking.change(name);
    else if (connection !== undefined)
      this.#asking.ask(
        connection,
        '161',
        { 48: writeElements({ KN: name }) },
        terms.networkTimeoutMs,
        () => {},
      );
  }

  /** `YYYY-MM-DD`. The acquirer is told until it has answered. */
  cutOver(businessDate: string): void {
    const { books } = this.desk;
    this.#durably(
      () => {
        books.setBusinessDate(businessDate);
        books.setMeta('cut_over_untold', businessDate);
      },
      () => this.#tellCutOver(),
    );
  }

  /** Before the bank stops: says so on every connection, or on one. */
  signOff(connections: readonly BankConnection[] = this.#signedOn()): void {
    for (const connection of connections)
      this.#asking.ask(connection, '002', {}, this.desk.terms.networkTimeoutMs, () => {});
  }

  /** Something done from outside, e.g. a card stopped by its holder; durable when `then` is called. */
  perform(work: () => void, then: () => void = () => {}): void {
    this.#durably(work, then);
  }

  /** Commits what waits, closes the connections; the database is the caller's to close. */
  stop(): void {
    this.#commit.close();
    for (const connection of this.connections) connection.close();
  }

  /** As a killed process: what was not committed is gone, and nothing is said any more. */
  kill(): void {
    this.#commit.abandon();
    for (const connection of this.connections) connection.frozen = true;
  }

  // ---------------------------------------------------------------- messages

  #message(connection: BankConnection, bytes: Uint8Array): void {
    const message = unpack(this.#spec, bytes);
    if (message.mti === '0810') this.#asking.answer(message);
    if (isResponse(message.mti)) return;
    if (shapeOf(message) === undefined) throw new CodecError('MTI_MALFORMED', 0, 0);
    if (message.mti[1] === '8') this.#network(connection, message);
    else this.#decide(connection, message);
  }

  #decide(connection: BankConnection, message: UnpackedMessage): void {
    this.#commit.submit(
      () => this.#money(connection, message),
      (error) => {
        this.#failed(error);
        connection.send(this.#plain(refuse(this.desk, this.#spec, message, '96')));
      },
    );
  }

  #money(connection: BankConnection, message: UnpackedMessage): () => void {
    const { desk } = this;
    if (connection.frozen) return () => {};
    if (!connection.signedOn) {
      const answer = refuse(desk, this.#spec, message, '91');
      return () => connection.send(this.#plain(answer));
    }
    const choice = this.#choose(message);
    const delivery = choice.get('delivery')?.name;
    if (delivery === 'no_answer') return () => {};
    if (delivery === 'half_open') return () => this.#freeze(connection);
    const answer = answerMoney(desk, this.#spec, message, choice);
    return () => {
      this.#inBetween(connection, choice, () => this.#delivery.deliver(connection, answer, choice));
      this.#changed();
    };
  }

  #choose(message: UnpackedMessage): Choice {
    const { cards, arming, transactions } = this.desk;
    const card = cards.find(text(message, 2));
    const own = card?.scenario ?? null;
    return arming.choose({
      mti: firstMti(message.mti) as Moment,
      card: card?.name ?? null,
      cardScenario: own !== null && isScenarioName(own) ? own : null,
      tid: text(message, 41),
      repeated: () => transactions.answered(identityOf(message)) !== null,
    });
  }

  #network(connection: BankConnection, message: UnpackedMessage): void {
    this.#commit.submit(
      () => {
        if (connection.frozen) return () => {};
        const { answer, choice, follows, wanted } = answerNetwork(this.desk, this.#spec, connection, message);
        return () => {
          const delivery = choice.get('delivery')?.name;
          if (delivery === 'no_answer') return;
          if (delivery === 'half_open') this.#freeze(connection);
          if (follows === 'signed_on') connection.signedOn = true;
          if (follows === 'signed_off') connection.signedOn = false;
          this.#delivery.deliver(connection, answer, choice);
          if (follows === 'signed_on') this.#welcomed();
          if (wanted !== null) this.#keyMaking.change(wanted);
          this.#changed();
        };
      },
      (error) => {
        this.#failed(error);
        connection.close();
      },
    );
  }

  #inBetween(connection: BankConnection, choice: Choice, deliver: () => void): void {
    const chosen = choice.get('link');
    if (chosen === undefined) {
      deliver();
      return;
    }
    if (chosen.name === 'key_change_in_between') for (const name of ZONE_KEYS) this.changeKey(name);
    if (chosen.name === 'cut_over_in_between') this.cutOver(dayAfter(this.desk.books.businessDate));
    if (chosen.name === 'sign_off_in_between') this.signOff([connection]);
    this.desk.runtime.timers.after(chosen.delayMs ?? IN_BETWEEN_MS, deliver);
  }

  #freeze(connection: BankConnection): void {
    connection.frozen = true;
    this.#log({ level: 'info', event: 'connection_frozen', bank: this.desk.terms.name });
  }

  #plain(answer: Answer): Uint8Array {
    const { bytes, key } = answer;
    return key === null ? bytes : Buffer.concat([bytes, this.desk.keys.makeMac(bytes, key)]);
  }

  // ---------------------------------------------------------------- of its own

  #welcomed(): void {
    this.#keyMaking.connected();
    this.#tellCutOver();
  }

  #tellCutOver(): void {
    const { books, terms } = this.desk;
    const date = books.meta('cut_over_untold') ?? '';
    const [connection] = this.#signedOn();
    if (date === '' || connection === undefined) return;
    const day = date.slice(5).replace('-', '');
    this.#asking.ask(connection, '201', { 15: day }, terms.networkTimeoutMs, (answer) => {
      // A refusal is not asked again before the next sign-on.
      if (answer === null) this.#tellCutOver();
      if (answer === null || text(answer, 39) !== '00') return;
      this.#durably(
        () => {
          if (books.meta('cut_over_untold') === date) books.setMeta('cut_over_untold', '');
        },
        () => {},
      );
    });
  }

  #echo(connection: BankConnection): void {
    this.#asking.ask(connection, '301', {}, this.desk.terms.echoTimeoutMs, (answer) => {
      if (answer === null) connection.close();
    });
  }

  #gone(connection: BankConnection): void {
    this.#connections.delete(connection);
    this.#asking.gone(connection);
  }

  #signedOn(): readonly BankConnection[] {
    return this.connections.filter(({ signedOn, frozen }) => signedOn && !frozen);
  }

  #durably(work: () => void, then: () => void): void {
    this.#commit.submit(
      () => {
        work();
        return () => {
          then();
          this.#changed();
        };
      },
      (error) => this.#failed(error),
    );
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #failed(error: unknown): void {
    this.#log({
      level: 'error',
      event: 'commit_failed',
      bank: this.desk.terms.name,
      error: nameOfError(error),
    });
  }
}

function nameOfError(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
