/** Sends an approved cycle: writes its files, records their hashes, delivers each once, and books the payment as ordered.
 *
 *  A file that is recorded is never written again; what became of it follows from whether its staged file is still there.
 *  So the job may be cut off at any moment, be repeated, or run twice at once, and the order reaches the bank once. */
import { AmurError } from '../../kernel/errors.ts';
import { payoutSent } from '../../ledger/settlement-postings.ts';
import type { CycleRecord, FileRecord } from '../../settlement/contract.ts';
import { stepCycle } from '../../settlement/cycle.ts';
import { payeeAccount } from '../../settlement/membership.ts';
import type { DayChange, StagedFile } from '../../settlement/ports.ts';
import { commitNew, commitStep } from './commits.ts';
import { breathe, type DayContext } from './context.ts';
import { type CycleFacts, type PlannedFile, planFiles } from './documents.ts';
import { readBack } from './read-back.ts';

/** Files staged and recorded together. */
const FILES_TOGETHER = 50;

/** Errors  CYCLE_STEP_REFUSED | CYCLE_TERMS_MISSING | OUTBOX_NAME_TAKEN | OUTBOX_FILE_CHANGED | FILE_VALUE_UNFIT |
 *          FILE_SCHEMA_REFUSED | FILE_SCHEMA_UNUSABLE */
export async function sendCycle(context: DayContext, cycle: CycleRecord): Promise<CycleRecord> {
  const { store, log } = context;
  const row = stepCycle(cycle, { kind: 'sent' }, store.now());
  const planned = planFiles(context, await factsOf(context, cycle));
  await stageAll(context, cycle, planned);
  await deliverAll(context, cycle);
  const unit: DayChange[] = [{ kind: 'cycle.put', row }];
  if (cycle.outcome === 'pay' && cycle.net !== null) {
    const { cycleId, partner, businessDate } = cycle;
    const meta = { reference: cycleId, mid: null, partner, businessDate, postedAt: store.now() };
    unit.push({ kind: 'transfer.ensure', transfer: payoutSent(cycle.net, meta) });
  }
  const sent = await commitStep(context, row, unit);
  log.info('cycle_sent', { name: cycle.cycleId, count: planned.length });
  return sent;
}

async function factsOf({ store }: DayContext, cycle: CycleRecord): Promise<CycleFacts> {
  const partner = (await store.partners()).find((known) => known.partner === cycle.partner);
  if (partner === undefined) {
    throw new AmurError('CYCLE_TERMS_MISSING', { cycle: cycle.cycleId, party: cycle.partner });
  }
  const all = await store.cycles();
  return {
    cycle,
    partner,
    sameDay: all.filter(({ businessDate }) => businessDate === cycle.businessDate),
    lines: await store.netLines(cycle.cycleId),
    tenders: await store.tenderLines(cycle.cycleId),
    payees: new Map((await store.payees()).map((payee) => [payeeAccount(payee.kind, payee.id), payee])),
    reservesHeld: await store.reservesHeld(cycle.currency),
  };
}

/** Stages and records what is not recorded yet. */
export async function stageAll(
  context: DayContext,
  cycle: CycleRecord,
  planned: readonly PlannedFile[],
): Promise<void> {
  const known = new Set((await context.store.files({ cycleId: cycle.cycleId })).map(nameOf));
  const missing = planned.filter((file) => !known.has(nameOf(file)));
  for (let from = 0; from < missing.length; from += FILES_TOGETHER) {
    const records = await stageTogether(context, cycle, missing.slice(from, from + FILES_TOGETHER));
    await context.outbox.sync();
    await recordAll(context, records);
    context.progress({
      ...{ job: 'write files', subject: cycle.cycleId, of: missing.length },
      done: Math.min(from + FILES_TOGETHER, missing.length),
    });
    await breathe(context);
  }
}

/** All of them or none: it is tried again every round, and what was refused is not to gather there. */
async function stageTogether(
  context: DayContext,
  cycle: CycleRecord,
  files: readonly PlannedFile[],
): Promise<readonly FileRecord[]> {
  const { outbox, store } = context;
  const records: FileRecord[] = [];
  const names: string[] = [];
  try {
    for (const file of files) {
      const staged = await outbox.stage(nameOf(file), file.content());
      names.push(staged.stagedAs);
      const found = await readBack(context, file, await outbox.read(staged.stagedAs));
      records.push({ ...recordOf(file, cycle, staged, store.now()), ...found });
    }
  } catch (error) {
    for (const stagedAs of names) await outbox.discard(stagedAs);
    throw error;
  }
  return records;
}

function recordOf(file: PlannedFile, cycle: CycleRecord, staged: StagedFile, at: number): FileRecord {
  return {
    fileId: staged.fileId,
    direction: 'out',
    kind: file.kind,
    name: file.name,
    party: file.party,
    state: 'staged',
    cycleId: cycle.cycleId,
    stagedAs: staged.stagedAs,
    at,
    bytes: staged.bytes,
    rows: file.rows,
    totals: file.totals,
    refusedCode: null,
  };
}

/** Another process may have recorded some of them; then its staged file counts and ours goes. What nobody has recorded, because
 *  a start took its staged file for a dead process's, is staged anew by the next round.
 *  Errors  CYCLE_CHANGED */
async function recordAll({ store, outbox }: DayContext, records: readonly FileRecord[]): Promise<void> {
  const together = await store.commit(records.map((row) => ({ kind: 'file.insert', row })));
  if (together.ok) return;
  let swept = 0;
  for (const row of records) {
    const alone = await store.commit([{ kind: 'file.insert', row }]);
    if (alone.ok || row.stagedAs === null) continue;
    await outbox.discard(row.stagedAs);
    if (alone.refusal.reason === 'conflict') swept += 1;
  }
  if (swept > 0) throw new AmurError('CYCLE_CHANGED', { reason: 'swept', change: 'file.insert' });
}

export async function deliverAll(context: DayContext, cycle: CycleRecord): Promise<void> {
  const { store, outbox, progress } = context;
  const files = await store.files({ cycleId: cycle.cycleId, states: ['staged'] });
  const inOrder = files.toSorted((a, b) => Number(movesMoney(a)) - Number(movesMoney(b)));
  for (let from = 0; from < inOrder.length; from += FILES_TOGETHER) {
    const part = inOrder.slice(from, from + FILES_TOGETHER);
    for (const file of part) {
      if (file.stagedAs !== null) await outbox.publish(file.stagedAs, nameOf(file));
    }
    await outbox.sync();
    await commitNew(
      context,
      part.map(({ fileId }) => ({ kind: 'file.state', fileId, state: 'delivered' })),
    );
    progress({ job: 'deliver', subject: cycle.cycleId, done: from + part.length, of: inOrder.length });
    await breathe(context);
  }
}

function movesMoney({ kind }: FileRecord): boolean {
  return kind === 'payment_order_1c' || kind === 'pain001';
}

function nameOf({ party, name }: Pick<FileRecord, 'party' | 'name'>): string {
  return `${party}/${name}`;
}
