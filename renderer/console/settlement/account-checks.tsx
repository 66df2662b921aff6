/** The check that nothing fell through: what an account holds is what is expected on it and what is in doubt, to the last minor unit. */
import type { AccountCheck } from '../../../gateway/console/contract/views.ts';
import { Card, Chip, Empty, Sum } from '../blocks.tsx';
import { countText, moneyOfMinor } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';
import { partyName } from '../text/names.ts';

export function AccountChecks({ checks }: { checks: readonly AccountCheck[] }) {
  const words = useWords();
  const { language } = useParts();
  const position = checks.reduce((least, check) => Math.min(least, check.position), Number.MAX_SAFE_INTEGER);
  return (
    <Card
      title={words.reconciliation.checks}
      aside={checks.length === 0 ? null : <small className="faint">{words.reconciliation.balanceIs}</small>}
    >
      {checks.length === 0 ? (
        <Empty>{words.reconciliation.noChecks}</Empty>
      ) : (
        <div className="scroll-x">
          <table className="rows checks">
            <thead>
              <tr>
                <th>{words.reconciliation.account}</th>
                <th className="num">{words.reconciliation.balance}</th>
                <th className="num">{words.reconciliation.expected}</th>
                <th className="num">{words.reconciliation.inDoubt}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {checks.map((check) => (
                <tr key={`${check.book} ${check.party} ${check.currency}`} data-testid="account-check">
                  <th>
                    {partyName(check.party, language)}
                    <small className="under">{words.reconciliation.books[check.book] ?? check.book}</small>
                  </th>
                  <td className="num">
                    <Sum value={moneyOfMinor(check.balance, check.currency)} />
                  </td>
                  <td className="num">
                    <Part minor={check.expected} count={check.expectedCount} currency={check.currency} />
                  </td>
                  <td className="num">
                    <Part minor={check.inDoubt} count={check.inDoubtCount} currency={check.currency} />
                  </td>
                  <td className="num">
                    {check.agrees ? (
                      <Chip tone="jade">{words.reconciliation.agrees}</Chip>
                    ) : (
                      <Chip tone="cinnabar">{words.reconciliation.disagrees}</Chip>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="faint checks-upto">{words.reconciliation.upTo(countText(position))}</p>
        </div>
      )}
    </Card>
  );
}

function Part({ minor, count, currency }: { minor: string; count: number; currency: string }) {
  const words = useWords();
  if (count === 0) return <span className="faint">{words.common.none}</span>;
  return (
    <>
      <Sum value={moneyOfMinor(minor, currency)} />
      <small className="under">{words.reconciliation.items(count)}</small>
    </>
  );
}
