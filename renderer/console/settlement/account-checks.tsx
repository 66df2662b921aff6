/** The check that nothing fell through: an account's balance is the sum of what stands unmatched on it. */
import type { AccountCheck } from '../../../gateway/console/contract/views.ts';
import { Card, Chip, Empty, Sum } from '../blocks.tsx';
import { moneyOfMinor } from '../figures.ts';
import { useWords } from '../parts.tsx';

export function AccountChecks({ checks }: { checks: readonly AccountCheck[] }) {
  const words = useWords();
  return (
    <Card title={words.reconciliation.checks}>
      {checks.length === 0 ? (
        <Empty>{words.reconciliation.noChecks}</Empty>
      ) : (
        <table className="rows">
          <tbody>
            {checks.map(({ book, party, currency, balance, unmatched, openItems }) => (
              <tr key={`${book} ${party} ${currency}`}>
                <th>
                  {party} · {words.reconciliation.books[book] ?? book}
                  <small className="under">{words.reconciliation.items(openItems)}</small>
                </th>
                <td className="num">
                  <Sum value={moneyOfMinor(balance, currency)} />
                </td>
                <td className="num">
                  {balance === unmatched ? (
                    <Chip tone="jade">{words.reconciliation.agrees}</Chip>
                  ) : (
                    <Chip tone="cinnabar">{words.reconciliation.disagrees}</Chip>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
