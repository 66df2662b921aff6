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

type Paper = Parameters<typeof insertReceipt>[1];

/** Stores a paper with the act it belongs to, and prints it once that is durable. */
export function issuePaper(core: TillCore, paper: Paper, act = actOf(paper)): number {
  const receiptId = insertReceipt(core.journal, paper);
  printPaper(core, receiptId, paper.doc, act);
  return receiptId;
}

function actOf({ refundId, cardAttemptId, saleId }: Paper): string | null {
  return refundId ?? cardAttemptId ?? saleId;
}

/** Prints a stored paper, from inside a transition. */
export function printPaper(
  core: TillCore,
  receiptId: number,
  doc: ReceiptDoc,
  act = core.state.prints.get(receiptId)?.act ?? null,
): void {
  saveReceiptState(core.journal, receiptId, 'sent', null);
  showPrint(core, receiptId, { state: 'printing' }, act);
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

/** Prints again what did not print: the papers of the act on the screen, or else the last sale's receipt.
 *  Errors  RECEIPT_NOT_FOUND when nothing is waiting */
export function retryPrint(core: TillCore): void {
  const { screen, receiptId, unprinted, prints } = core.state;
  const shown = screen.name === 'refund_done' ? screen.receiptId : receiptId;
  const failed = papersWith(core, shown).filter((id) => prints.get(id)?.view.state === 'failed');
  if (failed.length > 0) {
    for (const id of failed) printPaper(core, id, paperOf(core, id).doc);
    return;
  }
  if (unprinted === null) throw new Refusal('RECEIPT_NOT_FOUND');
  const again = unprinted.receiptId;
  // Asked for twice before the printer answered: it comes out once.
  if (prints.get(again)?.view.state === 'printing') return;
  // The drawer belongs to the money on the screen; a paper of earlier is paper only.
  printPaper(core, again, withoutDrawer(paperOf(core, again).doc));
}

function paperOf(core: TillCore, receiptId: number): ReceiptRecord {
  const paper = receiptById(core.journal, receiptId);
  if (paper === null) throw new Refusal('RECEIPT_NOT_FOUND');
  return paper;
}

/** A paper and those of the same act, oldest first. */
function papersWith(core: TillCore, receiptId: number | null): readonly number[] {
  const { prints } = core.state;
  const act = receiptId === null ? null : (prints.get(receiptId)?.act ?? null);
  if (act === null) return receiptId === null ? [] : [receiptId];
  return [...prints.keys()].filter((id) => prints.get(id)?.act === act).sort((a, b) => a - b);
}

/** How it stands with a paper and those of the same act: printed once all are. A paper may wait for the register's word. */
export function printOf(core: TillCore, receiptId: number | null): PrintView {
  const { prints } = core.state;
  const views = papersWith(core, receiptId).map((id) => prints.get(id)?.view);
  const open =
    views.find((view) => view?.state === 'failed') ?? views.find((view) => view?.state !== 'printed');
  return open ?? views[0] ?? { state: 'printing' };
}

const PRINTS_KEPT = 32;

function showPrint(
  core: TillCore,
  receiptId: number,
  view: PrintView,
  act = core.state.prints.get(receiptId)?.act ?? null,
): void {
  const prints = new Map(core.state.prints);
  prints.delete(receiptId);
  prints.set(receiptId, { act, view });
  for (const old of prints.keys()) {
    if (prints.size <= PRINTS_KEPT) break;
    prints.delete(old);
  }
  core.set({ prints });
}
