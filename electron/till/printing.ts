/** Papers on their way to the printer. A print that fails never undoes what it was to prove; it can be printed again. */
import type { PrintResult, ReceiptDoc } from '../../drivers/contract/printer.ts';
import type { PrintView } from '../contract/view.ts';
import {
  insertReceipt,
  type ReceiptFault,
  type ReceiptRecord,
  receiptById,
  saveReceiptState,
} from '../journal/receipts.ts';
import { saleById } from '../journal/sales.ts';
import type { TillCore } from './core.ts';
import { Refusal } from './refusal.ts';

/** Stores a paper with the act it belongs to, and prints it once that is durable. */
export function issuePaper(core: TillCore, paper: Parameters<typeof insertReceipt>[1]): number {
  const receiptId = insertReceipt(core.journal, paper);
  printPaper(core, receiptId, paper.doc);
  return receiptId;
}

/** Prints a stored paper, from inside a transition. */
export function printPaper(core: TillCore, receiptId: number, doc: ReceiptDoc): void {
  saveReceiptState(core.journal, receiptId, 'sent', null);
  showPrint(core, receiptId, { state: 'printing' });
  core.effect(() => {
    const shown = (fault: ReceiptFault | null): void => showPrint(core, receiptId, viewOf(fault));
    runPrint(core, doc, (fault) => printed(core, receiptId, fault), shown);
  });
}

/** A copy leaves no trace of its own: the paper it copies stays as it was. */
export function printCopy(core: TillCore, doc: ReceiptDoc): void {
  core.effect(() => {
    runPrint(core, doc, (fault) => {
      if (fault === null) core.notice('info', 'COPY_PRINTED');
      else core.notice('warning', 'COPY_NOT_PRINTED', { fault });
    });
  });
}

export function withoutDrawer(doc: ReceiptDoc): ReceiptDoc {
  return { ...doc, openDrawer: false };
}

type PrintEnd = (fault: ReceiptFault | null) => void;

/** `unjournaled` shows what came of it when that could not be written down. */
function runPrint(core: TillCore, doc: ReceiptDoc, ended: PrintEnd, unjournaled?: PrintEnd): void {
  const { printer } = core.parts.devices;
  const finish = (fault: ReceiptFault | null): void =>
    core.happen(
      () => ended(fault),
      () => unjournaled?.(fault),
    );
  if (printer === null) {
    finish('offline');
    return;
  }
  printer.print(doc).then(
    (result) => finish(faultOf(result)),
    // The driver refuses before any byte leaves when the paper cannot be set in this printer's type.
    () => finish('unprintable'),
  );
}

export function faultOf(result: PrintResult): ReceiptFault | null {
  return result.kind === 'printed' ? null : result.fault;
}

function printed(core: TillCore, receiptId: number, fault: ReceiptFault | null): void {
  saveReceiptState(core.journal, receiptId, fault === null ? 'printed' : 'failed', fault);
  showPrint(core, receiptId, viewOf(fault));
  const paper = receiptById(core.journal, receiptId);
  if (paper === null) return;
  const { unprinted } = core.state;
  if (fault === null) {
    if (unprinted?.receiptId === receiptId) core.set({ unprinted: null });
  } else if (paper.kind === 'sale') {
    core.set({ unprinted: unprintedOf(core, paper, fault) });
  } else {
    core.notice('warning', 'SLIP_NOT_PRINTED', { fault });
  }
}

function viewOf(fault: ReceiptFault | null): PrintView {
  return fault === null ? { state: 'printed' } : { state: 'failed', fault };
}

/** Of a sale's receipt, which always has its sale. */
export function unprintedOf(core: TillCore, paper: ReceiptRecord, fault: ReceiptFault) {
  const { receiptId } = paper;
  const saleId = paper.saleId ?? '';
  const receiptNumber = saleById(core.journal, saleId)?.head.receiptNumber ?? '';
  return { receiptId, saleId, receiptNumber, fault };
}

/** Prints again what did not print: the paper on the screen, or else the last sale's.
 *  Errors  RECEIPT_NOT_FOUND when nothing is waiting */
export function retryPrint(core: TillCore): void {
  const { screen, receiptId, unprinted } = core.state;
  const shown = screen.name === 'refund_done' ? screen.receiptId : receiptId;
  const failed = shown !== null && core.state.prints.get(shown)?.state === 'failed' ? shown : null;
  const again = failed ?? unprinted?.receiptId ?? null;
  // Asked for twice before the printer answered: it comes out once.
  if (again !== null && core.state.prints.get(again)?.state === 'printing') return;
  const paper = again === null ? null : receiptById(core.journal, again);
  if (paper === null) throw new Refusal('RECEIPT_NOT_FOUND');
  // The drawer belongs to the money on the screen; a paper of earlier is paper only.
  printPaper(core, paper.receiptId, failed === null ? withoutDrawer(paper.doc) : paper.doc);
}

const PRINTS_KEPT = 32;

function showPrint(core: TillCore, receiptId: number, view: PrintView): void {
  const prints = new Map(core.state.prints);
  prints.delete(receiptId);
  prints.set(receiptId, view);
  for (const old of prints.keys()) {
    if (prints.size <= PRINTS_KEPT) break;
    prints.delete(old);
  }
  core.set({ prints });
}
