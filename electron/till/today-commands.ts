/** The day's list, copies of papers, and opening the drawer without a sale. */
import type { SaleDetailView } from '../contract/view.ts';
import { papersOfSale } from '../journal/receipts.ts';
import { saleById, tenderOf } from '../journal/sales.ts';
import { copyOf } from '../receipt/slips.ts';
import { askGateway } from './ask.ts';
import { cashierOf, type TillCore } from './core.ts';
import { faultOf, printCopies } from './printing.ts';
import { Refusal } from './refusal.ts';
import { type PinProof, record, requireSupervisor } from './staff-commands.ts';
import { saleDetailView } from './views/today.ts';

export function openToday(core: TillCore): void {
  core.set({ screen: { name: 'today', businessDate: core.businessDate(), gateway: null } });
  askTotals(core);
}

/** Asks for the gateway's figures of the day on the screen: when the list opens, when the link comes back, and when the
 *  gateway settles something meanwhile. Part of a transition. */
export function askTotals(core: TillCore): void {
  const { screen: shown } = core.state;
  if (shown.name !== 'today' || core.parts.link.state !== 'up') return;
  const { businessDate } = shown;
  core.effect(() =>
    askGateway(
      core,
      'day.totals',
      { businessDate },
      {
        answered: (gateway) => {
          const { screen } = core.state;
          if (screen.name === 'today' && screen.businessDate === businessDate) {
            core.set({ screen: { ...screen, gateway } });
          }
        },
        // Without the gateway's figures the list still stands; the view says that they are missing.
        failed: () => undefined,
      },
    ),
  );
}

/** Errors  RECEIPT_NOT_FOUND */
export function todaySale(core: TillCore, saleId: string): { readonly sale: SaleDetailView } {
  const sale = saleById(core.journal, saleId);
  if (sale === null) throw new Refusal('RECEIPT_NOT_FOUND');
  return { sale: saleDetailView(core, sale) };
}

/** Every paper the customer and the shop have of the sale, once more.
 *  Errors  RECEIPT_NOT_FOUND */
export function reprint(core: TillCore, saleId: string): void {
  const cardAttemptId = tenderOf(core.journal, saleId)?.cardAttemptId ?? null;
  const papers = papersOfSale(core.journal, saleId, cardAttemptId);
  if (papers.length === 0) throw new Refusal('RECEIPT_NOT_FOUND');
  record(core, { act: 'reprint', staffId: cashierOf(core).staffId, subject: saleId, reason: null });
  printCopies(
    core,
    papers.map(({ doc }) => copyOf(doc)),
  );
}

/** Errors  requireSupervisor's */
export function openDrawer(core: TillCore, command: PinProof & { readonly reason: string }): void {
  const { staffId } = requireSupervisor(core, command);
  record(core, { act: 'drawer_open', staffId, subject: null, reason: command.reason });
  core.effect(() => {
    const { printer } = core.parts.devices;
    if (printer === null) {
      core.happen(() => core.notice('warning', 'DRAWER_NOT_OPENED', { fault: 'offline' }));
      return;
    }
    const told = (fault: string | null): void => {
      if (fault !== null) core.happen(() => core.notice('warning', 'DRAWER_NOT_OPENED', { fault }));
    };
    printer.openDrawer().then(
      (result) => told(faultOf(result)),
      () => told('no_answer'),
    );
  });
}
