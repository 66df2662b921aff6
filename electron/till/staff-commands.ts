/** Signing in and out, languages, and the supervisor's PIN. */
import type { ErrorFacts } from '../../gateway/kernel/errors.ts';
import type { Language } from '../contract/commands.ts';
import {
  type AuditEntry,
  audit,
  openShift,
  pinTries,
  savePinTries,
  saveSession,
} from '../journal/counter.ts';
import { decideShift } from '../shift/shift.ts';
import { isLocked, NO_TRIES, PIN_TRIES_MAX, type StaffRecord, verifyPin, wrongPin } from '../shift/staff.ts';
import { CountedRefusal, cashierOf, type TillCore } from './core.ts';
import { wantQuote } from './quotes.ts';
import { Refusal } from './refusal.ts';
import { beginSale, takeOverSale } from './sales.ts';

export interface PinProof {
  readonly staffId: string;
  readonly pin: string;
}

/** Errors  PIN_WRONG (also for an unknown member of staff) | PIN_LOCKED */
export function requirePin(core: TillCore, proof: PinProof): StaffRecord {
  const person = core.parts.staff.find((s) => s.staffId === proof.staffId);
  if (person === undefined) throw new Refusal('PIN_WRONG', { left: PIN_TRIES_MAX });
  const tries = pinTries(core.journal, person.staffId);
  const now = core.now();
  if (isLocked(tries, now)) throw new Refusal('PIN_LOCKED', lockFacts(tries.lockedUntil, now));
  if (verifyPin(proof.pin, person.pin)) {
    if (tries !== NO_TRIES) savePinTries(core.journal, person.staffId, NO_TRIES);
    return person;
  }
  const counted = wrongPin(tries, now);
  savePinTries(core.journal, person.staffId, counted);
  record(core, { act: 'pin_wrong', staffId: person.staffId, subject: null, reason: null });
  if (counted.lockedUntil !== null) {
    throw new CountedRefusal('PIN_LOCKED', lockFacts(counted.lockedUntil, now));
  }
  throw new CountedRefusal('PIN_WRONG', { left: PIN_TRIES_MAX - counted.wrong });
}

function lockFacts(lockedUntil: number | null, now: number): ErrorFacts {
  return { secondsLeft: Math.ceil(((lockedUntil ?? now) - now) / 1000) };
}

/** Errors  NOT_A_SUPERVISOR and requirePin's */
export function requireSupervisor(core: TillCore, proof: PinProof): StaffRecord {
  const person = requirePin(core, proof);
  if (!person.supervisor) throw new Refusal('NOT_A_SUPERVISOR', { staffId: person.staffId });
  return person;
}

export function record(core: TillCore, entry: Omit<AuditEntry, 'cashierId'>): void {
  audit(core.journal, { ...entry, cashierId: core.state.cashier?.staffId ?? null });
}

export function signIn(core: TillCore, proof: PinProof): void {
  const cashier = requirePin(core, proof);
  const { shift, stored } = core.state;
  const decision = decideShift(shift, core.now(), core.parts.policy.utcOffsetMinutes);
  if (decision.kind === 'open') {
    openShift(core.journal, decision.shift, decision.closes, cashier.staffId);
    core.set({ shift: decision.shift });
  }
  core.set({ cashier });
  saveSessionOf(core);
  record(core, { act: 'sign_in', staffId: cashier.staffId, subject: null, reason: null });
  if (stored) {
    takeOverSale(core);
    core.set({ screen: { name: 'sale' } });
  } else beginSale(core);
  wantQuote(core);
}

export function signOut(core: TillCore): void {
  const { staffId } = cashierOf(core);
  record(core, { act: 'sign_out', staffId, subject: null, reason: null });
  core.set({ cashier: null, screen: { name: 'sign_in' } });
  saveSessionOf(core);
}

export function chooseLanguage(core: TillCore, whose: 'cashier' | 'customer', language: Language): void {
  core.set(whose === 'cashier' ? { language } : { customerLanguage: language });
  saveSessionOf(core);
}

function saveSessionOf(core: TillCore): void {
  const { cashier, language, customerLanguage } = core.state;
  saveSession(core.journal, { cashierId: cashier?.staffId ?? null, language, customerLanguage });
}
