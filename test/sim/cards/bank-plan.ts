/** How often a bank misbehaves by name, in millionths of messages. Left out are answers with which it contradicts what it has
 *  done: to a reversal, a completion or totals it never says "not found" or "not allowed" of what it holds. */
import type { Moment, ScenarioName } from '../../../simulators/bank/scenarios.ts';

export interface Planned {
  readonly scenario: ScenarioName;
  readonly mti: Moment | null;
  readonly chance: number;
  readonly delayMs: number | null;
}

const REFUSALS: readonly ScenarioName[] = [
  'refer_to_issuer',
  'refer_special',
  'merchant_unknown',
  'pick_up_card',
  'pick_up_special',
  'declined',
  'amount_refused',
  'no_such_card',
  'no_action',
  'format_error',
  'lost_card',
  'stolen_card',
  'not_enough_money',
  'expired_card',
  'not_for_card',
  'not_for_terminal',
  'amount_limit',
  'restricted_card',
  'count_limit',
  'too_late',
  'pin_tries_exceeded',
  'cryptogram_wrong',
  'mac_refused',
  'not_available',
  'identity_conflict',
  'malfunction',
  'key_refused',
];
const APPROVALS: readonly ScenarioName[] = [
  'approve_with_signature',
  'partial_approval',
  'approve_vip',
  'approve_third_track',
  'approval_with_script',
  'card_echoed',
];
const FAULTS: readonly ScenarioName[] = [
  'no_answer',
  'answer_lost_after_approval',
  'duplicate_answer',
  'garbage',
  'slow_drip',
  'wrong_mac',
  'wrong_amount',
  'wrong_rrn',
  'swapped_answers',
  'answer_cut',
  'close_after_request',
  'half_open',
];
/** Of what is repeated until it is acknowledged. */
const AWAY: readonly ScenarioName[] = ['not_available', 'malfunction', 'too_late', 'mac_refused'];

const at = (scenario: ScenarioName, mti: Moment | null, chance: number, delayMs: number | null = null) => ({
  ...{ scenario, mti, chance, delayMs },
});

/** Banks that often approve a part, whose answer then often gets lost. */
export const PARTS_PLAN: readonly Planned[] = [
  at('partial_approval', '0200', 300_000),
  at('answer_lost_after_approval', '0200', 150_000),
];

/** Customers who often mistype their PIN. */
export const PINS_PLAN: readonly Planned[] = [at('wrong_pin', '0200', 300_000)];

export const BANK_PLAN: readonly Planned[] = [
  ...REFUSALS.map((name) => at(name, '0200', 3_000)),
  at('declined', '0100', 40_000),
  at('wrong_pin', '0200', 40_000),
  ...APPROVALS.map((name) => at(name, '0200', 12_000)),
  ...FAULTS.map((name) => at(name, null, 5_000)),
  ...[9_000, 20_000, 40_000].map((delayMs) => at('late', null, 8_000, delayMs)),
  ...AWAY.flatMap((name) => [at(name, '0420', 8_000), at(name, '0220', 8_000)]),
  at('sign_on_refused', 'sign_on', 60_000),
  at('key_change_in_between', '0200', 8_000),
  at('sign_off_in_between', '0200', 5_000),
  at('cut_over_in_between', '0200', 5_000),
];
