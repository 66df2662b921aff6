/** Takes in the files that have arrived: each once by its bytes, whole or not at all. */
import { RUB } from '../../kernel/currency.ts';
import { AmurError, failureName } from '../../kernel/errors.ts';
import { zero } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { ExceptionRecord, ExceptionType, FileRecord } from '../../settlement/contract.ts';
import { fileIdOf } from '../../settlement/files/source.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { commitAll, commitNew } from './commits.ts';
import { movedAgain } from './confirm.ts';
import { breathe, type DayContext } from './context.ts';
import { readFile, type SoundFile } from './read-file.ts';
import { checkSchema } from './schema.ts';

export type ImportOutcome =
  | { readonly name: string; readonly result: 'imported'; readonly file: FileRecord }
  | { readonly name: string; readonly result: 'known'; readonly file: FileRecord }
  | { readonly name: string; readonly result: 'refused'; readonly code: string; readonly facts: Refusal };

type Refusal = AmurError['facts'];

/** Every file of the inbox, by name; each is moved to the archive when its fate is recorded. */
export async function importFiles(context: DayContext): Promise<readonly ImportOutcome[]> {
  const outcomes: ImportOutcome[] = [];
  const names = await context.inbox.list();
  for (const [index, name] of names.entries()) {
    context.progress({ job: 'import', subject: name, done: index, of: names.length });
    const outcome = await importFile(context, name).catch((error: unknown) => {
      if (context.halt?.aborted === true) throw error;
      // One file that cannot be taken in now keeps no other from it; it is tried again in the next round.
      context.log.alarm('file_not_taken', { name, error: failureName(error) });
      return null;
    });
    if (outcome !== null) outcomes.push(outcome);
    await breathe(context);
  }
  return outcomes;
}

async function importFile(context: DayContext, inboxName: string): Promise<ImportOutcome | null> {
  const { store, inbox, log } = context;
  const bytes = await inbox.read(inboxName);
  if (bytes === null) return null;
  const fileId = fileIdOf([bytes]);
  const [party = '', ...rest] = inboxName.split('/');
  const name = rest.join('/');
  const known = await store.file(fileId);
  const outcome =
    known !== null && known.state !== 'importing'
      ? await refuseKnown(context, known, party, name)
      : await takeIn(context, { party, name, bytes, fileId, known });
  await inbox.archive(inboxName, fileId);
  log.info('file_taken', { name: name.slice(0, 80), kind: outcome.result });
  return outcome;
}

interface Arrived {
  readonly party: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fileId: string;
  readonly known: FileRecord | null;
}

async function takeIn(context: DayContext, arrived: Arrived): Promise<ImportOutcome> {
  const { party, name, bytes, known } = arrived;
  let sound: SoundFile;
  let checked: Pick<FileRecord, 'schemaChecked'>;
  try {
    sound = readFile(context.terms.acquirer, party, name, bytes);
    checked = isCamt(sound) ? { schemaChecked: await checkSchema(context, name, bytes) } : {};
  } catch (error) {
    // A schema that is no good says nothing about the file.
    if (!(error instanceof AmurError) || error.code === 'FILE_SCHEMA_UNUSABLE') throw error;
    return refuse(context, arrived, error);
  }
  const record = known ?? { ...recordOf(context, arrived, sound), ...checked };
  // Another process may be taking in the same bytes; then both write the same rows.
  if (known === null) await context.store.commit([{ kind: 'file.insert', row: record }]);
  await commitAll(context, asGroups(sound.changes()), (done) =>
    context.progress({ job: 'import', subject: name, done, of: sound.rows }),
  );
  await raiseMovedAgain(context, sound);
  await commitNew(context, [{ kind: 'file.state', fileId: record.fileId, state: 'imported' }]);
  return { name, result: 'imported', file: { ...record, state: 'imported' } };
}

function isCamt({ kind }: SoundFile): boolean {
  return kind === 'camt053' || kind === 'camt054';
}

async function raiseMovedAgain(context: DayContext, sound: SoundFile): Promise<void> {
  for (const change of sound.changes()) {
    if (change.kind !== 'statement_row.ensure') return;
    const row = await movedAgain(context, change.row);
    if (row !== null) await commitNew(context, [{ kind: 'exception.ensure', row }]);
  }
}

function* asGroups(changes: Iterable<DayChange>): Iterable<readonly DayChange[]> {
  for (const change of changes) yield [change];
}

function recordOf({ store }: DayContext, { party, name, bytes }: Arrived, sound: SoundFile): FileRecord {
  return {
    fileId: sound.fileId,
    direction: 'in',
    kind: sound.kind,
    name,
    party,
    state: 'importing',
    cycleId: null,
    stagedAs: null,
    at: store.now(),
    bytes: bytes.length,
    rows: sound.rows,
    totals: sound.totals,
    refusedCode: null,
  };
}

/** What was refused is remembered by its bytes, and somebody has to ask for the file again. */
async function refuse(context: DayContext, arrived: Arrived, error: AmurError): Promise<ImportOutcome> {
  const { store } = context;
  const { party, name, bytes, fileId } = arrived;
  const row: FileRecord = {
    ...{ fileId, direction: 'in', kind: 'unknown', name, party, state: 'refused', cycleId: null },
    ...{ stagedAs: null, at: store.now(), bytes: bytes.length, rows: 0, totals: [], refusedCode: error.code },
  };
  await commitNew(context, [
    { kind: 'file.insert', row },
    {
      kind: 'exception.ensure',
      row: exceptionOf(row, refusalType(error.code), error),
    },
  ]);
  return { name, result: 'refused', code: error.code, facts: error.facts };
}

/** The same bytes under another name, from another party, or again: nothing is taken twice, nor what was refused. */
async function refuseKnown(
  context: DayContext,
  file: FileRecord,
  party: string,
  name: string,
): Promise<ImportOutcome> {
  const isElsewhere = file.name !== name || file.party !== party;
  if (isElsewhere || (await isRefusalEnded(context, file))) {
    const again = { ...file, party, name, at: context.store.now() };
    const row = exceptionOf(again, 'duplicate_file', null);
    await commitNew(context, [{ kind: 'exception.ensure', row }]);
  }
  return { name, result: 'known', file };
}

/** While it is open, somebody is told already: and the file may be the one refused, its process killed before the archive. */
async function isRefusalEnded({ store }: DayContext, file: FileRecord): Promise<boolean> {
  if (file.state !== 'refused') return false;
  const told = await store.exception(exceptionIdOf(file, refusalType(file.refusedCode)));
  return told?.state !== 'open';
}

function refusalType(code: string | null): ExceptionType {
  return code === 'FILE_TRUNCATED' || code === 'FILE_TOTALS_WRONG' ? 'truncated_file' : 'refused_file';
}

function exceptionIdOf({ party, fileId, name }: FileRecord, type: ExceptionType): string {
  return `${party}/${type}/${fileId}${type === 'duplicate_file' ? `/${name}` : ''}`;
}

/** Nobody can say what is at risk in a file that was not taken in: its rows will be missing where they belong. */
function exceptionOf(file: FileRecord, type: ExceptionType, error: AmurError | null): ExceptionRecord {
  const known = file.state === 'refused' ? 'FILE_KNOWN_REFUSED' : 'FILE_KNOWN';
  const facts = error === null ? [] : Object.entries(error.facts).map(([name, value]) => [name, `${value}`]);
  return {
    exceptionId: exceptionIdOf(file, type),
    type,
    party: file.party,
    owner: 'operator',
    state: 'open',
    version: 1,
    atRisk: file.totals[0] ?? zero(RUB),
    subject: file.name,
    fileId: file.fileId,
    line: null,
    facts: Object.fromEntries([['code', error?.code ?? known], ...facts]),
    businessDate: localTime(file.at, MOSCOW_OFFSET_MINUTES).date,
    foundAt: file.at,
    resolvedAt: null,
    proposedBy: null,
    approvedBy: null,
    reason: null,
    transferId: null,
  };
}
