/** Of what a cycle's net is made: all payees together, and the partner bank's share; it adds up to the sum above it. */
import type { CycleView, NetLineView } from '../../../gateway/console/contract/views.ts';
import { Amount } from '../blocks.tsx';
import { moneyOfMinor } from '../figures.ts';
import { useWords } from '../parts.tsx';

type Field = Exclude<keyof NetLineView, 'kind' | 'id' | 'name' | 'salesCount' | 'refundsCount'>;

export function NetParts({ cycle, net }: { cycle: Pick<CycleView, 'lines' | 'currency'>; net: string }) {
  const words = useWords();
  const { parts } = words.settlement;
  const { lines, currency } = cycle;
  const sum = (field: Field) => lines.reduce((total, line) => total + BigInt(line[field]), 0n);
  const rows = [
    [parts.sales, sum('sales')],
    [parts.refunds, -sum('refunds')],
    [parts.chargebacks, -sum('chargebacks')],
    [parts.fees, -sum('fees')],
    [parts.donations, -sum('donations')],
    [parts.adjustments, sum('adjustments')],
    [parts.reserve, sum('reserve')],
    [parts.carried, sum('carriedIn') - sum('carriedOut')],
    // Of this cycle, and what was carried to it.
    [parts.share, BigInt(net) - sum('due')],
  ] as const;
  return (
    <table className="rows parts" aria-label={words.settlement.made} data-testid="net-parts">
      <tbody>
        {rows.map(([name, minor]) =>
          minor === 0n ? null : (
            <tr key={name}>
              <th>{name}</th>
              <td className="num">
                <Amount value={moneyOfMinor(minor.toString(), currency)} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
