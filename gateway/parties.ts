/** Merchants and terminals as the configuration has them, and what an operator does to one terminal. */

import { ConfigError, type GatewaySettings } from './config.ts';
import { activationHash, newActivationCode } from './edge/activation.ts';
import { parseMid, parseTid, type Tid } from './kernel/identifiers.ts';
import type { Secret } from './kernel/secret.ts';
import { openSecret } from './kernel/secret.ts';
import type { EpochMs, Runtime } from './kernel/time.ts';
import type { Change, PaymentStore, TerminalRecord } from './payments/ports.ts';

/** Safe to repeat: a terminal that is known keeps its key and its revocation. */
export async function seedParties(store: PaymentStore, settings: GatewaySettings): Promise<void> {
  const unit: Change[] = settings.merchants.map((merchant) => ({
    kind: 'merchant.put',
    row: { ...merchant, mid: parseMid(merchant.mid) },
  }));
  for (const { tid, mid } of settings.terminals) {
    const known = await store.terminal(parseTid(tid));
    if (known !== null && known.mid === mid) continue;
    const row: TerminalRecord = {
      tid: parseTid(tid),
      mid: parseMid(mid),
      publicKey: known?.publicKey ?? null,
      revokedAt: known?.revokedAt ?? null,
    };
    unit.push({ kind: 'terminal.put', row });
  }
  await mustCommit(store, unit);
}

/** Errors  ConfigError for a terminal that is unknown or revoked */
export async function issueActivation(
  store: PaymentStore,
  tid: Tid,
  lifeMs: number,
  runtime: Runtime,
): Promise<{ readonly code: Secret<string>; readonly expiresAt: EpochMs }> {
  const terminal = await terminalOf(store, tid);
  if (terminal.revokedAt !== null) throw new ConfigError(`Terminal ${tid} is revoked; give it a new number.`);
  const code = newActivationCode(runtime.random);
  const codeHash = activationHash(openSecret(code)) ?? '';
  const expiresAt = store.now() + lifeMs;
  await mustCommit(store, [{ kind: 'activation.insert', codeHash, tid, expiresAt }]);
  return { code, expiresAt };
}

/** A running gateway ends the terminal's link within a second or so. Errors  ConfigError for an unknown terminal */
export async function revokeTerminal(store: PaymentStore, tid: Tid): Promise<void> {
  const terminal = await terminalOf(store, tid);
  if (terminal.revokedAt !== null) return;
  await mustCommit(store, [{ kind: 'terminal.put', row: { ...terminal, revokedAt: store.now() } }]);
}

async function terminalOf(store: PaymentStore, tid: Tid): Promise<TerminalRecord> {
  const terminal = await store.terminal(tid);
  if (terminal === null) throw new ConfigError(`Terminal ${tid} is not in the configuration.`);
  return terminal;
}

async function mustCommit(store: PaymentStore, unit: readonly Change[]): Promise<void> {
  const committed = await store.commit(unit);
  if (!committed.ok) throw new ConfigError(`The store refused: ${committed.refusal.reason}.`);
}
