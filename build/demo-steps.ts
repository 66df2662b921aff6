/** What a cashier does in every act of the scripted day, by the commands of the screen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BankClient } from './bank-client.ts';
import { CASHIER, SUPERVISOR } from './estate-config.ts';
import type { LineTap } from './line-tap.ts';
import type { PaperTray } from './paper-tray.ts';
import type { Partner } from './partners.ts';
import type { PinPadClient } from './pin-pad-client.ts';
import { ROOT } from './process.ts';
import type { TillClient } from './till-client.ts';
import type { WalletClient } from './wallet-client.ts';

export interface Counter {
  readonly till: TillClient;
  readonly wallet: WalletClient;
  readonly pinPad: PinPadClient;
  readonly banks: Readonly<Record<Partner['bank'], BankClient>>;
  /** Between till and gateway. */
  readonly line: LineTap;
  readonly paper: PaperTray;
  readonly say: (text: string) => void;
  /** Receipt numbers that a later act comes back to, by a name of its own. */
  readonly receipts: Map<string, string>;
}

export interface Act {
  readonly name: string;
  readonly play: (counter: Counter) => Promise<string>;
}

/** Barcode of the first goods in the sample catalogue whose Russian name begins so. */
export function barcodeOf(beginning: string): string {
  const rows = readFileSync(join(ROOT, 'electron/catalogue/sample/goods.csv'), 'utf8').split('\n');
  const [, barcode] =
    rows
      .map((row) => /^[^,]+,([0-9]{13}),"?(.*)$/.exec(row) ?? [])
      .find((row) => row[2]?.startsWith(beginning)) ?? [];
  if (barcode === undefined) throw new Error(`The sample catalogue has no "${beginning}".`);
  return barcode;
}

export async function ring(till: TillClient, ...beginnings: readonly string[]): Promise<void> {
  await till.screen('sale');
  for (const beginning of beginnings) await till.send({ command: 'scan', text: barcodeOf(beginning) });
  await till.until((view) => view.screen.name === 'sale' && view.screen.basket.yuan !== null);
}

/** The receipt number of the sale that ends on a final screen; goes on to the next sale. */
export async function next(till: TillClient): Promise<string> {
  const { screen } = till.view;
  const number = 'basket' in screen ? (screen.basket?.receiptNumber ?? '') : '';
  await till.until((view) => !('print' in view.screen) || view.screen.print?.state !== 'printing');
  await till.send({ command: 'next' });
  await till.screen('sale');
  return number;
}

/** Finds the sale and confirms that `amountMinor` of it goes back, all that is left where null; says how it would. */
export async function confirmRefund(
  { till }: Counter,
  receipt: string,
  amountMinor: string | null,
): Promise<{ readonly amount: string; readonly how: string }> {
  await till.send({ command: 'refund_begin' });
  await till.screen('refund_find');
  await till.send({ command: 'refund_find', receipt });
  const { sale } = await till.screen('refund_choose');
  const amount = amountMinor ?? sale.remaining.amountMinor;
  await till.send({ command: 'refund_amount', amountMinor: amount });
  const { how } = await till.screen('refund_confirm');
  await till.send({
    command: 'refund_confirm',
    staffId: SUPERVISOR.staffId,
    pin: SUPERVISOR.pin,
    reason: 'По просьбе покупателя',
  });
  return { amount, how };
}

/** Errors  when the refund did not end as approved */
export async function finishRefund({ till }: Counter): Promise<void> {
  const done = await till.screen('refund_done', 60_000);
  if (done.outcome !== 'approved')
    throw new Error(`The refund ended as ${done.outcome} (${done.reasonCode}).`);
  await till.until((view) => view.screen.name !== 'refund_done' || view.screen.print?.state !== 'printing');
  await till.send({ command: 'refund_leave' });
  await till.screen('sale');
}

export async function openTill({ till }: Counter): Promise<void> {
  await till.until((view) => view.devices.gateway === 'up');
  await till.send({ command: 'sign_in', staffId: CASHIER.staffId, pin: CASHIER.pin });
  await till.screen('sale');
}
