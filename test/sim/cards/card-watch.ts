/** What is checked of cards while the world runs: no answer approves what is not durable, what was told to be undone is never
 *  carried out, a key serial number of a PIN block or of a MAC serves one message only, states only move on. */
import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { unpack } from '../../../gateway/iso8583/codec.ts';
import { textOf } from '../../../gateway/iso8583/message.ts';
import { parseOriginalData } from '../../../gateway/iso8583/original-data.ts';
import { unpackCardData } from '../../../gateway/iso8583/private-data.ts';
import { bcdProfile } from '../../../gateway/iso8583/profile-bcd.ts';
import type { UnpackedMessage } from '../../../gateway/iso8583/unpacked-message.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import type { Census } from '../census.ts';
import { require, Violation } from '../violation.ts';

const APPROVALS = new Set(['00', '08', '10', '11', '16']);
const FINANCIAL = new Set(['0110', '0210', '0230']);
/** An answer that approves is told of a transaction that is, or was, approved on the disk. */
const STANDING = new Set(['approved', 'reversing', 'reversed']);
const MOVING = new Set(['sent', 'approved', 'reversing']);

export class CardWatch {
  readonly #census: Census;
  readonly #states = new Map<string, string>();
  /** By the key serial number of a PIN block, and of a MAC: what it was used for. */
  readonly #pins = new Map<string, string>();
  readonly #macs = new Map<string, string>();
  /** By the name of a reversal: the message it undoes. And what was told to be undone. */
  readonly #reversals = new Map<string, string>();
  readonly #undone = new Set<string>();
  #durable: ((tid: string, stan: string, at: string) => string | undefined) | null = null;

  constructor(census: Census) {
    this.#census = census;
  }

  open(db: Database.Database): void {
    const row = db
      .prepare<[string, string, string], string>(
        'SELECT state FROM card_transaction WHERE tid = ? AND stan = ? AND transmitted_at = ?',
      )
      .pluck();
    this.#durable = (tid, stan, at) => row.get(tid, stan, at);
  }

  /** A message of a till as it reached the gateway; a copy that the network made is the same message. */
  heard(packed: Uint8Array): void {
    const message = unpack(bcdProfile, packed);
    const original = textOf(message, 90);
    if (original !== undefined) this.#reversals.set(nameOf(message).join(' '), undoneBy(message, original));
    const data = message.fields[59];
    if (!(data instanceof Uint8Array)) return;
    const { pin, mac } = unpackCardData(data);
    if (pin !== null) takeOnce(this.#pins, pin.ksn, nameOf(message).join(' '), 'a PIN block is used twice');
    if (mac === null) return;
    const content = createHash('sha256').update(packed).digest('hex');
    takeOnce(this.#macs, mac.ksn, content, 'the key of a MAC is used twice');
  }

  told(packed: Uint8Array): void {
    const message = unpack(bcdProfile, packed);
    if (message.mti === '0430' && textOf(message, 39) === '00') {
      const undone = this.#reversals.get(nameOf(message).join(' '));
      if (undone !== undefined) this.#undone.add(undone);
    }
    if (!FINANCIAL.has(message.mti) || !APPROVALS.has(textOf(message, 39) ?? '')) return;
    const [tid, stan, at] = nameOf(message);
    const state = this.#durable?.(tid, stan, at) ?? 'none';
    require(STANDING.has(state), 'a card is told approved before it is durable', { tid, stan, state });
  }

  opened({ cardId, state, kind, identity }: CardRecord): void {
    this.#states.set(cardId, state);
    const name = [identity.tid, identity.messageClass, identity.stan, identity.transmittedAt].join(' ');
    const revived = state === 'sent' && this.#undone.has(name);
    require(!revived, 'what was told to be undone is carried out', { cardId });
    this.#census.took('card', `(new) -> ${state} [${kind}]`);
  }

  moved({ cardId, state, kind }: CardRecord): void {
    const before = this.#states.get(cardId);
    if (before === undefined)
      throw new Violation('a card transaction moves that was never opened', { cardId });
    this.#states.set(cardId, state);
    if (before === state) return;
    this.#census.took('card', `${before} -> ${state} [${kind}]`);
    require(MOVING.has(before), 'a final card transaction changes', { cardId, from: before, to: state });
  }
}

function nameOf(message: UnpackedMessage): readonly [tid: string, stan: string, at: string] {
  return [textOf(message, 41) ?? '', textOf(message, 11) ?? '', textOf(message, 7) ?? ''];
}

function undoneBy(reversal: UnpackedMessage, original: string): string {
  const { mti, stan, transmissionDateTime } = parseOriginalData(original);
  return [textOf(reversal, 41) ?? '', mti[1], stan, transmissionDateTime].join(' ');
}

function takeOnce(uses: Map<string, string>, serial: Uint8Array, use: string, rule: string): void {
  const ksn = Buffer.from(serial).toString('hex');
  const before = uses.get(ksn) ?? use;
  require(before === use, rule, { ksn, first: before, second: use });
  uses.set(ksn, use);
}
