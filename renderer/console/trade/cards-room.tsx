/** Matters of cards that no machine ends: what a bank refused, or has not answered for long. */
import { useState } from 'react';
import type { MatterView } from '../../../gateway/console/contract/views.ts';
import { Answer, Card, Chip, Empty, Heading, Sum } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { MatterDialog } from './matter-dialog.tsx';

const EVERY_MS = 15_000;
export interface Matters {
  readonly rows: readonly MatterView[];
}

export function CardsRoom() {
  const words = useWords();
  const asked = useAsked<Matters>('/api/matters', EVERY_MS);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <Heading aside={words.cards.about}>{words.cards.heading}</Heading>
      <Answer asked={asked}>
        {({ rows }) => {
          const matter = rows.find((row) => `${row.kind} ${row.subject}` === chosen);
          return (
            <Card title={words.cards.count(rows.length)}>
              {rows.length === 0 ? <Empty>{words.cards.nothing}</Empty> : null}
              {rows.length === 0 ? null : <MattersTable rows={rows} onChoose={setChosen} />}
              {matter === undefined ? null : (
                <MatterDialog
                  matter={matter}
                  onClose={() => setChosen(null)}
                  onChanged={(next) => {
                    asked.set(next);
                    setChosen(null);
                  }}
                />
              )}
            </Card>
          );
        }}
      </Answer>
    </>
  );
}

function MattersTable({ rows, onChoose }: { rows: readonly MatterView[]; onChoose: (key: string) => void }) {
  const words = useWords();
  const { language } = useParts();
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.cards.matter}</th>
            <th>{words.cards.bank}</th>
            <th>{words.cards.subject}</th>
            <th className="num">{words.cards.since}</th>
            <th className="num">{words.cards.code}</th>
            <th className="num">{words.cards.atRisk}</th>
            <th className="num">{words.settlement.state}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.kind} ${row.subject}`}>
              <td>
                <button
                  type="button"
                  className="link"
                  onClick={() => onChoose(`${row.kind} ${row.subject}`)}
                  data-testid={`matter-${row.kind}`}
                >
                  {words.cards.kinds[row.kind] ?? row.kind}
                </button>
              </td>
              <td>{row.bank ?? words.common.none}</td>
              <td className="break">
                {row.card?.rrn ?? row.subject}
                {row.card === null ? null : (
                  <small className="under">
                    {row.card.tid} {row.card.masked ?? ''}
                  </small>
                )}
              </td>
              <td className="num">{moscow(row.since, language)}</td>
              <td className="num">{row.responseCode ?? words.common.none}</td>
              <td className="num">
                <Sum value={row.atRisk} />
              </td>
              <td className="num">
                {row.proposed === null ? (
                  <Chip tone="cinnabar">{words.reconciliation.isOpen}</Chip>
                ) : (
                  <>
                    <Chip tone="amber">{words.reconciliation.waits}</Chip>
                    <small className="under">
                      {words.reconciliation.proposedBy(row.proposed.proposedBy)}
                    </small>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
