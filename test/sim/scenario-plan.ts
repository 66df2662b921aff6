/** How often the wallet misbehaves by name, in millionths of calls. Every scenario it knows takes part but those in which
 *  it contradicts itself about money that it holds, or an amount: no merchant could keep its books against that. */
import type { FaultPlan } from '../../simulators/alipay/arming.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../simulators/alipay/scenarios.ts';

const USUAL = 2_500;

const OTHERWISE: Readonly<Partial<Record<ScenarioName, number>>> = {
  password_required: 80_000,
  still_payable_after_cancel: 250_000,
  cancel_retry: 60_000,
  reply_delayed: 12_000,
  notification_early: 30_000,
  notification_late: 80_000,
  notification_duplicate: 80_000,
  notification_lost: 80_000,
  notification_never: 60_000,
  notification_after_cancel: 60_000,
  notification_wrong_signature: 30_000,
  notification_wrong_amount: 10_000,
  seller_balance_not_enough: 40_000,
  system_error_effect_done: 8_000,
  payment_unknown_effect_done: 8_000,
  trade_not_exist: 400,
  access_forbidden: 15_000,
};

export const SCENARIO_PLAN: FaultPlan = {
  chances: Object.fromEntries(SCENARIO_NAMES.map((name) => [name, OTHERWISE[name] ?? USUAL])),
  delayMs: [800, 30_000],
};

/** While the merchant's contract is in doubt: what it asks for is mostly refused, and never done all the same. */
export const SUSPENDED_PLAN: FaultPlan = {
  ...SCENARIO_PLAN,
  chances: { ...SCENARIO_PLAN.chances, access_forbidden: 600_000 },
};
