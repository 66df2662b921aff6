/** What does not agree, in a few lines. */
import type { ExceptionSummary } from '../../../gateway/console/contract/views.ts';
import { moneyText } from '../../text/format.ts';
import { Card, Empty, Sum } from '../blocks.tsx';
import { useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';

const SHOWN = 6;

export function ExceptionSummaryCard({ summary }: { summary: ExceptionSummary }) {
  const words = useWords();
  const { language } = useParts();
  const { types, atRisk, oldestDays } = summary;
  return (
    <Card
      title={<a href={addressOf('reconciliation')}>{words.today.exceptions}</a>}
      className="exceptions-card"
    >
      {types.length === 0 ? <Empty>{words.today.noExceptions}</Empty> : null}
      <table className="rows">
        <tbody>
          {types.slice(0, SHOWN).map(({ type, count, atRisk: sums }) => (
            <tr key={type}>
              <th>{words.reconciliation.types[type] ?? type}</th>
              <td className="num">{count}</td>
              <td className="num">
                {sums.map((sum) => (
                  <div key={sum.currency}>
                    <Sum value={sum} />
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {types.length === 0 ? null : (
        <p className="faint">
          {[
            ...(atRisk.length === 0
              ? []
              : [words.today.atRisk(atRisk.map((sum) => moneyText(sum, language)).join(' + '))]),
            oldestDays === null || oldestDays === 0 ? words.common.today : words.common.days(oldestDays),
          ].join(' · ')}
        </p>
      )}
    </Card>
  );
}
