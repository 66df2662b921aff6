/** Applies one unit of the bank's day inside an open transaction, or says why it is refused. */
import { unreachable } from '../../kernel/errors.ts';
import { equal } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { CycleRecord, NetLine } from '../../settlement/contract.ts';
import type { DayChange, DayCommit, DayRefusal } from '../../settlement/ports.ts';
import type { Row, SqlValue } from './columns.ts';
import type { DayCycles } from './day-cycles.ts';
import type { DayExceptions } from './day-exceptions.ts';
import { type DayFiles, schemeColumns, statementColumns } from './day-files.ts';
import type { DayLedger } from './day-ledger.ts';
import type { LogDocuments } from './day-log.ts';
import type { DayParties } from './day-parties.ts';
import type { FeeTierTables } from './fee-tiers.ts';
import type { LedgerTables } from './ledger-tables.ts';
import type { PayoutsAgain } from './payouts-again.ts';

export interface DayTables {
  readonly parties: DayParties;
  readonly cycles: DayCycles;
  readonly files: DayFiles;
  readonly exceptions: DayExceptions;
  readonly ledger: DayLedger;
  readonly transfers: LedgerTables;
  readonly log: LogDocuments;
  readonly tiers: FeeTierTables;
  readonly payouts: PayoutsAgain;
  readonly now: () => EpochMs;
}

/** Null lets the unit go on. */
type Verdict = DayRefusal['reason'] | null;

export function dayUnitApplier(tables: DayTables): (unit: readonly DayChange[]) => DayCommit {
  return (unit) => {
    for (const [change, one] of unit.entries()) {
      const reason = apply(tables, one);
      if (reason !== null) return { ok: false, refusal: { reason, change } };
    }
    return { ok: true };
  };
}

function apply(tables: DayTables, change: DayChange): Verdict {
  const { parties, cycles, files, exceptions, ledger, transfers, payouts } = tables;
  switch (change.kind) {
    case 'partner.set':
      parties.setPartner(change.row);
      return null;
    case 'payee.set':
      parties.setPayee(change.row);
      return null;
    case 'payee.assign': {
      const { payee } = change;
      if (!parties.hasPartner(payee.partner) || !parties.hasPayee(payee.kind, payee.id)) return 'not_found';
      parties.assign(payee, ledger.lastPosition());
      return null;
    }
    case 'cycle.insert':
      if (!parties.hasPartner(change.row.partner)) return 'not_found';
      if (cycles.find(change.row.cycleId) !== null) return 'exists';
      if (hasIn(cycles, change.row, 'OPEN')) return 'conflict';
      cycles.insert(change.row);
      return null;
    case 'cycle.put':
      return put(cycles.find(change.row.cycleId), change.row, () => {
        cycles.update(change.row);
        tables.log.cycleMoved(change.row);
      });
    case 'cycle.cut':
      return cut(tables, change.row, change.next);
    case 'line.ensure':
      return ensureLine(cycles, change.row);
    case 'tender.ensure': {
      const stored = cycles.findTender(change.row);
      if (stored === null) cycles.insertTender(change.row);
      return stored === null || isSame(stored, change.row) ? null : 'conflict';
    }
    case 'reserve.ensure': {
      const { row } = change;
      const stored = cycles.findReserve(row.cycleId, row.kind, row.id);
      if (stored === null) cycles.insertReserve(row);
      return stored === null || (equal(stored.amount, row.amount) && stored.releaseOn === row.releaseOn)
        ? null
        : 'conflict';
    }
    case 'reserve.release': {
      const { cycleId, payee, releasedIn } = change;
      const stored = cycles.findReserve(cycleId, payee.kind, payee.id);
      if (stored === null) return 'not_found';
      if (stored.releasedIn === null) cycles.release(cycleId, payee.kind, payee.id, releasedIn);
      return stored.releasedIn === null || stored.releasedIn === releasedIn ? null : 'conflict';
    }
    case 'transfer.ensure': {
      const stored = transfers.find(change.transfer.transferId);
      if (stored === null) transfers.insert(change.transfer);
      return stored === null || isSameTransfer(stored, change.transfer) ? null : 'conflict';
    }
    case 'file.insert': {
      const { row } = change;
      if (files.find(row.fileId) !== null) return 'exists';
      if (row.direction === 'out' && files.findNamed(row.party, row.name) !== null) return 'exists';
      if (row.stagedAs !== null && files.isDiscarded(row.stagedAs)) return 'conflict';
      files.insert(row);
      return null;
    }
    case 'file.state': {
      const stored = files.find(change.fileId);
      if (stored === null) return 'not_found';
      if (stored.state === change.state) return null;
      const isForward =
        (stored.state === 'staged' && change.state === 'delivered') ||
        (stored.state === 'importing' && change.state === 'imported');
      if (!isForward) return 'conflict';
      files.setState(change.fileId, change.state);
      tables.log.fileMoved({ ...stored, state: change.state });
      return null;
    }
    case 'staged.discard':
      if (files.isStaged(change.stagedAs)) return 'conflict';
      files.discard(change.stagedAs, tables.now());
      return null;
    case 'scheme_row.ensure': {
      const { row } = change;
      const stored = files.findScheme(row.fileId, row.line);
      if (stored === null) files.insertScheme(row);
      return stored === null || isSameRow(stored, schemeColumns(row)) ? null : 'conflict';
    }
    case 'statement_row.ensure': {
      const { row } = change;
      const stored = files.findStatement(row.fileId, row.line);
      if (stored === null) files.insertStatement(row);
      return stored === null || isSameRow(stored, statementColumns(row)) ? null : 'conflict';
    }
    case 'exception.ensure': {
      // An exception that a person has dealt with stays so, whatever a later run finds.
      if (exceptions.find(change.row.exceptionId) === null) exceptions.insert(change.row);
      return null;
    }
    case 'exception.put':
      return put(exceptions.find(change.row.exceptionId), change.row, () => exceptions.update(change.row));
    case 'exception.settled':
      return exceptions.settled(change.exceptionId) ? null : 'not_found';
    case 'payout_again.insert': {
      const { row } = change;
      if (payouts.find(row.orderId) !== null) return 'exists';
      if (payouts.list({ exceptionId: row.exceptionId }).length > 0) return 'exists';
      payouts.insert(row);
      return null;
    }
    case 'payout_again.put': {
      const { row } = change;
      const stored = payouts.find(row.orderId);
      const sameNumber = payouts
        .list({ documentDate: row.documentDate ?? '' })
        .some((other) => other.documentNumber === row.documentNumber && other.orderId !== row.orderId);
      if (stored?.version === row.version - 1 && sameNumber) return 'conflict';
      return put(stored, row, () => payouts.update(row));
    }
    case 'fee_tier.insert':
      return tables.tiers.insert(change.row, tables.now()) ? null : 'exists';
    case 'fee_month.done':
      return tables.tiers.finish(change.month, change.tiers, tables.now()) ? null : 'exists';
    case 'audit.insert':
      exceptions.insertAudit(change.row);
      return null;
    default:
      return unreachable(change);
  }
}

function cut({ cycles, ledger }: DayTables, row: CycleRecord, next: CycleRecord): Verdict {
  const stored = cycles.find(row.cycleId);
  const toPosition = ledger.lastPosition();
  if (stored?.version === row.version - 1 && hasIn(cycles, row, 'CUT')) return 'conflict';
  return put(stored, row, () => {
    cycles.update({ ...row, toPosition });
    cycles.insert({ ...next, fromPosition: toPosition });
  });
}

function hasIn(cycles: DayCycles, { partner, currency }: CycleRecord, state: CycleRecord['state']): boolean {
  return cycles.list({ partner, currency, states: [state] }).length > 0;
}

function ensureLine(cycles: DayCycles, row: NetLine): Verdict {
  const stored = cycles.findLine(row.cycleId, row.kind, row.id);
  if (stored !== null) return isSame(stored, row) ? null : 'conflict';
  if (cycles.taker(row) !== null) return 'conflict';
  cycles.insertLine(row);
  return null;
}

/** Of flat rows. */
function isSame<T extends object>(stored: T, row: T): boolean {
  const names = Object.keys(row) as (keyof T)[];
  return names.every((name) => stored[name] === row[name]);
}

function put(
  stored: { readonly version: number } | null,
  row: { readonly version: number },
  update: () => void,
): Verdict {
  if (stored === null) return 'not_found';
  if (stored.version !== row.version - 1) return 'version';
  update();
  return null;
}

/** The moment of posting apart: a job that is repeated posts later what it had posted before. */
function isSameTransfer(stored: Transfer, again: Transfer): boolean {
  const content = ({ template, templateVersion, state, reference, mid, businessDate, entries }: Transfer) =>
    JSON.stringify([
      ...[template, templateVersion, state, reference, mid, businessDate],
      ...entries.map(({ account, side, amount }) => [
        ...[account, side, amount.amountMinor.toString(), amount.currency],
      ]),
    ]);
  return content(stored) === content(again);
}

function isSameRow(stored: Row, columns: Readonly<Record<string, SqlValue>>): boolean {
  return Object.entries(columns).every(([name, value]) => {
    const was = stored[name];
    return typeof was === 'bigint' && typeof value === 'number' ? was === BigInt(value) : was === value;
  });
}
