/** A scan, from a device or the keyboard wedge: what it is, whether it is legal here, and what then. */
import type { ScreenName } from '../contract/view.ts';
import { kindOfScan, type ScanKind } from '../sale/scan-kinds.ts';
import { ruleFor, type ScanAct } from '../sale/scan-rules.ts';
import { addToBasket } from './basket-commands.ts';
import type { TillCore } from './core.ts';
import { beginPayment } from './payments.ts';
import { findReceipt } from './refund-commands.ts';
import { Refusal } from './refusal.ts';

export interface ScanOutcome {
  readonly accepted: boolean;
  readonly code: string | null;
}

/** Never throws for what was scanned: an illegal scan is a visible notice. Errors  JOURNAL_FAILED */
export function takeScan(core: TillCore, text: string, screen: ScreenName): ScanOutcome {
  const scan = kindOfScan(text);
  const verdict = ruleFor(screen, scan.kind);
  if ('refuse' in verdict) {
    core.notice('refused', verdict.refuse, factsOf(scan));
    return { accepted: false, code: verdict.refuse };
  }
  try {
    if (core.state.notice?.tone === 'refused') core.set({ notice: null });
    act(core, verdict.accept, scan, text);
    return { accepted: true, code: null };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'JOURNAL_FAILED') throw error;
    core.notice('refused', error.code, error.facts);
    return { accepted: false, code: error.code };
  }
}

function act(core: TillCore, how: ScanAct, scan: ScanKind, text: string): unknown {
  switch (how) {
    case 'add_goods':
      return addScanned(core, scan.kind === 'goods' ? scan.barcode : text);
    case 'add_weighed':
      return addWeighed(core, scan, text);
    case 'pay':
      return beginPayment(core, scan.kind === 'alipay' ? scan.code : text);
    case 'find_receipt':
      return findReceipt(core, text);
  }
}

function addScanned(core: TillCore, barcode: string): void {
  const goods = core.parts.catalogue.byBarcode(barcode);
  if (goods === null) throw new Refusal('GOODS_NOT_FOUND', { barcode });
  addToBasket(core, goods, null);
}

function addWeighed(core: TillCore, scan: ScanKind, text: string): void {
  if (scan.kind !== 'weighed') return;
  const goods = core.parts.catalogue.byId(scan.plu);
  if (goods === null || goods.unit !== 'kg') {
    // An article of pieces may carry an in-store code of this shape as its barcode.
    addScanned(core, text.trim());
    return;
  }
  addToBasket(core, goods, scan.grams);
}

/** What may be shown of a scan: never a payment code. */
function factsOf(scan: ScanKind): Readonly<Record<string, string>> {
  if (scan.kind === 'other_wallet' || scan.kind === 'personal_collection') return { wallet: scan.wallet };
  return { kind: scan.kind };
}
