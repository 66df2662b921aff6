/** What each payee of a cycle gets, and of what it is made. */
import type { NetLineView } from '../../../gateway/console/contract/views.ts';
import { Amount, Empty } from '../blocks.tsx';
import { moneyOfMinor } from '../figures.ts';
import { useWords } from '../parts.tsx';

export function PayeeLines({ lines, currency }: { lines: readonly NetLineView[]; currency: string }) {
  const words = useWords();
  if (lines.length === 0) return <Empty>{words.common.none}</Empty>;
  const cell = (minor: string) =>
    minor === '0' ? <span className="faint">0</span> : <Amount value={moneyOfMinor(minor, currency)} />;
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.settlement.payee}</th>
            <th className="num">{words.settlement.payments}</th>
            <th className="num">{words.settlement.sales}</th>
            <th className="num">{words.settlement.refunds}</th>
            <th className="num">{words.settlement.fee}</th>
            <th className="num">{words.settlement.adjustments}</th>
            <th className="num">{words.settlement.reserve}</th>
            <th className="num">{words.settlement.due}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.kind} ${line.id}`}>
              <td>
                {line.name}
                <small className="under">{line.id}</small>
              </td>
              <td className="num">{line.salesCount + line.refundsCount}</td>
              <td className="num">{cell(line.sales)}</td>
              <td className="num">{cell(line.refunds)}</td>
              <td className="num">{cell(line.fees)}</td>
              <td className="num">{cell(othersOf(line))}</td>
              <td className="num">{cell(line.reserve)}</td>
              <td className="num">
                <Amount value={moneyOfMinor(line.due, currency)} strong />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So that a line's columns add up: carried in and out, chargebacks, gifts, corrections. */
function othersOf(line: NetLineView): string {
  const { carriedIn, carriedOut, chargebacks, donations, adjustments } = line;
  const sum =
    BigInt(carriedIn) - BigInt(carriedOut) - BigInt(chargebacks) - BigInt(donations) + BigInt(adjustments);
  return sum.toString();
}
