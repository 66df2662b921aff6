/** A dispute as a line of a card bank's clearing file: the bank's simulator has no disputes, so its file is given one here,
 *  with totals that agree. */
export interface Chargeback {
  readonly rrn: string;
  readonly stan: string;
  readonly tid: string;
  /** Moscow, `2026-10-30 12:00:00`. */
  readonly at: string;
  readonly minor: bigint;
}

export function withChargeback(bytes: Uint8Array, dispute: Chargeback): Uint8Array {
  const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\r\n');
  const [, rows = '0', amount = '0.00', fee = '0.00', settlement = '0.00'] = lines.pop()?.split(',') ?? [];
  const { rrn, stan, tid, at, minor } = dispute;
  const text = decimal(minor);
  lines.push([rrn, stan, tid, at, 'chargeback', text, '0.00', `-${text}`, `CB-${rrn}`].join(','));
  const less = (sum: string) => decimal(minorOf(sum) - minor);
  lines.push(['TOTAL', Number(rows) + 1, less(amount), fee, less(settlement)].join(','), '');
  return new TextEncoder().encode(lines.join('\r\n'));
}

function minorOf(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

function decimal(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0');
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
