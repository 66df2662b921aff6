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
import type { Screen, Unprinted } from './state.ts';

type Paper = Parameters<typeof insertReceipt>[1];

/** Stores a paper with the act it belongs to, and prints it once that is durable. */
export function issuePaper(core: TillCore, paper: Paper, act = actOf(paper)): number {
  const receiptId = insertReceipt(core.journal, paper);
  printPaper(core, receiptId, paper.doc, act);
  return receiptId;
}

export function actOf({ refundId, cardAttemptId, saleId }: Paper): string | null {
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

/** A copy leaves no trace of its own: the papers it copies stay as they were. Told once, when the last is out or not. */
export function printCopies(core: TillCore, docs: readonly ReceiptDoc[]): void {
  const ends: (ReceiptFault | null)[] = [];
  const ended = (end: ReceiptFault | null): void => {
    ends.push(end);
    if (ends.length < docs.length) return;
    const fault = ends.find((one) => one !== null) ?? null;
    if (fault === null) core.notice('info', 'COPY_PRINTED');
    else core.notice('warning', 'COPY_NOT_PRINTED', { fault });
  };
  core.effect(() => {
    for (const doc of docs) runPrint(core, doc, ended);
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
  if (fault === null) {
    isOut(core, receiptId);
    return;
  }
  const paper = receiptById(core.journal, receiptId);
  if (paper === null) return;
  const { unprinted, prints } = core.state;
  const act = prints.get(receiptId)?.act ?? null;
  const beside = unprinted !== null && act !== null && unprinted.act === act ? unprinted.papers : [];
  const others = beside.filter((one) => one.receiptId !== receiptId);
  core.set({ unprinted: unprintedOf(core, act, [...others, paper], fault) });
}

function isOut(core: TillCore, receiptId: number): void {
  const { unprinted } = core.state;
  if (unprinted === null) return;
  const papers = unprinted.papers.filter((paper) => paper.receiptId !== receiptId);
  core.set({ unprinted: papers.length === 0 ? null : { ...unprinted, papers } });
}

function viewOf(fault: ReceiptFault | null): PrintView {
  return fault === null ? { state: 'printed' } : { state: 'failed', fault };
}

/** Of papers of one act; all are of its sale, where it has one. */
export function unprintedOf(
  core: TillCore,
  act: string | null,
  papers: Unprinted['papers'],
  fault: ReceiptFault,
): Unprinted {
  const saleId = papers[0]?.saleId ?? null;
  const sale = saleId === null ? null : saleById(core.journal, saleId);
  return {
    act,
    papers: papers.map((paper) => ({ receiptId: paper.receiptId, kind: paper.kind, saleId: paper.saleId })),
    receiptNumber: sale?.head.receiptNumber ?? null,
    fault,
  };
}

/** Screens that show their own papers, and print again no others. */
const OWN_PAPERS: ReadonlySet<Screen['name']> = new Set([
  'paid',
  'card_payment',
  'card_done',
  'refund_done',
  'set_aside',
]);

/** Prints again what did not print: the papers of the act on the screen, or else of the act that failed last.
 *  Errors  RECEIPT_NOT_FOUND when nothing is waiting */
export function retryPrint(core: TillCore): void {
  const { screen, receiptId, unprinted, prints } = core.state;
  if (OWN_PAPERS.has(screen.name)) {
    const shown = screen.name === 'refund_done' ? screen.receiptId : receiptId;
    const failed = papersWith(core, shown).filter((id) => prints.get(id)?.view.state === 'failed');
    if (failed.length === 0) throw new Refusal('RECEIPT_NOT_FOUND');
    for (const id of failed) printPaper(core, id, paperOf(core, id).doc);
    return;
  }
  if (unprinted === null) throw new Refusal('RECEIPT_NOT_FOUND');
  // Asked for twice before the printer answered: they come out once.
  const waiting = unprinted.papers.filter((paper) => prints.get(paper.receiptId)?.view.state !== 'printing');
  for (const { receiptId: again } of waiting) {
    // The drawer belongs to the money on the screen; a paper of earlier is paper only.
    printPaper(core, again, withoutDrawer(paperOf(core, again).doc), unprinted.act);
  }
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
