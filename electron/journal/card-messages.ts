/** Card messages in the journal, by what names them; and the STAN, which is durable before it is used. */
import { nextStan, stanText } from '../card/stan.ts';
import type { Journal } from './journal.ts';

export interface CardMessageNote {
  readonly attemptId: string | null;
  readonly direction: 'out' | 'in';
  readonly mti: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly processingCode: string | null;
  readonly responseCode: string | null;
  readonly rrn: string | null;
  readonly fate: string;
}

export function noteMessage(journal: Journal, note: CardMessageNote): void {
  journal.run(
    `INSERT INTO card_messages (attempt_id, direction, mti, stan, transmitted_at, processing_code, response_code, rrn, fate, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    note.attemptId,
    note.direction,
    note.mti,
    note.stan,
    note.transmittedAt,
    note.processingCode,
    note.responseCode,
    note.rrn,
    note.fate,
    journal.now(),
  );
}

/** Part of the transition that sends with it. */
export function takeStan(journal: Journal): string {
  const row = journal.get<{ stan: number }>('SELECT stan FROM card_counter');
  const stan = nextStan(row?.stan ?? 0);
  journal.run('UPDATE card_counter SET stan = ?', stan);
  return stanText(stan);
}

/** The business date this terminal last signed on for. */
export function signedOnDate(journal: Journal): string | null {
  return journal.get<{ signed_on: string | null }>('SELECT signed_on FROM card_counter')?.signed_on ?? null;
}

/** Null where it is to sign on anew. */
export function saveSignedOn(journal: Journal, businessDate: string | null): void {
  journal.run('UPDATE card_counter SET signed_on = ?', businessDate);
}
