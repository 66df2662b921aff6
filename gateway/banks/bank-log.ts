/** What a link says of itself: codes, causes and the numbers a message is found by. Never a value of a card, a PIN or a key,
 *  so that no filter behind it is the only guard. */

export type BankEvent =
  | 'bank_up'
  | 'bank_down'
  | 'bank_connection_ready'
  | 'bank_connection_ended'
  | 'bank_sign_on_refused'
  | 'bank_signed_off'
  | 'bank_message_refused'
  | 'bank_mac_wrong'
  | 'bank_answer_mismatch'
  | 'bank_answer_late'
  | 'bank_answer_duplicate'
  | 'bank_not_sent'
  | 'bank_cut_over'
  | 'bank_key_changed'
  | 'bank_key_change_failed'
  | 'bank_listener_failed';

export interface BankLogEntry {
  readonly event: BankEvent;
  readonly bank: string;
  readonly cause?: string;
  readonly mti?: string;
  readonly stan?: string;
  readonly tid?: string;
  /** DE39, or a data element's number. */
  readonly code?: string;
  readonly count?: number;
}

export type BankLog = (entry: BankLogEntry) => void;
