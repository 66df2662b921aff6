/** Reads a file that was written, from the disk and as its receiver would, before it is recorded. */
import { AmurError } from '../../kernel/errors.ts';
import { equal, type Money } from '../../kernel/money.ts';
import { readPaymentOrders1c } from '../../settlement/files/read-orders-1c.ts';
import { readPain001 } from '../../settlement/files/read-pain001.ts';
import { readPartnerDetail } from '../../settlement/files/read-partner-detail.ts';
import { readWhole } from '../../settlement/files/reading.ts';
import { sourceOf } from '../../settlement/files/source.ts';
import type { DayContext } from './context.ts';
import type { PlannedFile } from './documents.ts';
import { checkSchema } from './schema.ts';

/** What the reading showed beside that the file is what was to be written. */
export interface ReadBack {
  /** Absent of a file that no schema is about. */
  readonly schemaChecked?: boolean;
}

/** Errors  OUTBOX_FILE_CHANGED when it says something else than it was written to say; FILE_* of the readers and of the
 *  schema */
export async function readBack(
  context: Pick<DayContext, 'schemas'>,
  file: PlannedFile,
  bytes: Uint8Array,
): Promise<ReadBack> {
  requireSame(file, bytes);
  return file.kind === 'pain001' ? { schemaChecked: await checkSchema(context, file.name, bytes) } : {};
}

function requireSame(file: PlannedFile, bytes: Uint8Array): void {
  const found = foundIn(file, bytes);
  if (found === null) return;
  const [total] = file.totals;
  const [sum] = found.totals;
  const same =
    found.rows === file.rows &&
    (total === undefined || total.amountMinor === 0n || (sum !== undefined && equal(sum, total)));
  if (!same) throw new AmurError('OUTBOX_FILE_CHANGED', { file: file.name, rows: found.rows });
}

/** Null where nobody reads it by program: a page for people. */
function foundIn(
  file: PlannedFile,
  bytes: Uint8Array,
): { readonly rows: number; readonly totals: readonly Money[] } | null {
  const source = sourceOf(file.name, bytes);
  switch (file.kind) {
    case 'payment_order_1c':
      return readWhole(readPaymentOrders1c(source), [bytes]).summary;
    case 'pain001':
      return readPain001(source, bytes).summary;
    case 'partner_detail':
    case 'claim':
      return readWhole(readPartnerDetail(source), [bytes]).summary;
    case 'merchant_statement':
      return null;
  }
}
