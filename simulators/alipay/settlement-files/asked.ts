/** What /control/files and /control/plant ask for. */
import { HttpRefusal, optionalText, textField } from '../../http-exchange.ts';
import type { AlipayWallet } from '../wallet.ts';
import { DEFECTS, type Defect } from './defects.ts';
import type { WalletFile } from './wallet-file.ts';

type Body = Readonly<Record<string, unknown>>;

/** `{ "kind": "transactions", "day": "2026-11-20" }` or `{ "kind": "settlement", "from", "to", "settleDay" }`.
 *  Errors  HttpRefusal 400 */
export function filesOf(wallet: AlipayWallet, body: Body): readonly WalletFile[] {
  const kind = textField(body, 'kind');
  if (kind === 'transactions') return [wallet.transactionFile(dayField(body, 'day'))];
  if (kind !== 'settlement') throw new HttpRefusal(400, 'kind must be transactions or settlement.');
  const [from, to, settleDay] = [dayField(body, 'from'), dayField(body, 'to'), dayField(body, 'settleDay')];
  if (from > to || Date.parse(to) - Date.parse(from) > 31 * 86_400_000)
    throw new HttpRefusal(400, 'from and to must be in order and at most 31 days apart.');
  return wallet.settlementFiles({ from, to, settleDay });
}

/** `{ "kind": "missing", "day": "2026-11-20", "file"?: "transactions", "ours"?: "<out_trade_no>" }`. Errors  HttpRefusal 400 */
export function readDefect(body: Body): Defect {
  const kind = DEFECTS.find((name) => name === body.kind);
  if (kind === undefined) throw new HttpRefusal(400, `kind must be one of ${DEFECTS.join(', ')}.`);
  const asked = optionalText(body, 'file');
  const file = (['transactions', 'settlement', 'bill'] as const).find((name) => name === asked) ?? null;
  if (asked !== null && file === null)
    throw new HttpRefusal(400, 'file must be transactions, settlement or bill.');
  return { kind, day: dayField(body, 'day'), file, ours: optionalText(body, 'ours') };
}

export function asBase64({ name, bytes }: WalletFile) {
  return { name, base64: Buffer.from(bytes).toString('base64') };
}

function dayField(body: Body, name: string): string {
  const text = textField(body, name);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(`${text}T00:00:00Z`)))
    throw new HttpRefusal(400, `${name} must be a day like 2026-11-20.`);
  return text;
}
