/** A file of the wallet's, and the cells that several of them share. */
import { decimal } from '../desk.ts';
import type { Trade } from '../trades.ts';
import type { BookLine } from './book-lines.ts';

export interface WalletFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function orderScene(trade: Trade): string {
  return trade.kind === 'pay' ? 'paymentQrCode' : 'transactionQrCode';
}

export function signedPrice(line: BookLine): string {
  const minor = line.kind === 'payment' ? line.pricedMinor : -line.pricedMinor;
  return decimal(minor, line.trade.transCurrency);
}

/** Settlement currency for one unit of the price's. */
export function rateOfPrice(trade: Trade): string {
  return trade.settleTransRate;
}
