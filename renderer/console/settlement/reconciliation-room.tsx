/** What does not agree: how old, how dear, what it means, and how two persons end it. */
import { useState } from 'react';
import type { ExceptionView, ReconciliationView } from '../../../gateway/console/contract/views.ts';
import { dateText } from '../../text/format.ts';
import { Age, Answer, Card, Chip, Empty, Heading, Sum } from '../blocks.tsx';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { partyName } from '../text/names.ts';
import { AccountChecks } from './account-checks.tsx';
import { AgeAndType } from './age-and-type.tsx';
import { ExceptionDialog } from './exception-dialog.tsx';
import { lineText, subjectText } from './places.ts';

const EVERY_MS = 10_000;

export function ReconciliationRoom() {
  const words = useWords();
  const asked = useAsked<ReconciliationView>('/api/reconciliation', EVERY_MS);
  const [side, setSide] = useState<'open' | 'ended'>('open');
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <Heading aside={words.reconciliation.about}>{words.reconciliation.heading}</Heading>
      <Answer asked={asked}>
        {(view) => {
          const exception = [...view.open, ...view.ended].find(({ exceptionId }) => exceptionId === chosen);
          return (
            <>
              <Card
                title={side === 'open' ? words.reconciliation.open : words.reconciliation.ended}
                aside={
                  <span className="switch">
                    {(['open', 'ended'] as const).map((one) => (
                      <button
                        key={one}
                        type="button"
                        aria-pressed={side === one}
                        onClick={() => setSide(one)}
                      >
                        {words.reconciliation[one]} · {view[one].length}
                      </button>
                    ))}
                  </span>
                }
              >
                <ExceptionsTable rows={view[side]} onChoose={setChosen} isOpen={side === 'open'} />
              </Card>
              <div className="recon-top">
                <AgeAndType open={view.open} />
                <AccountChecks checks={view.checks} />
              </div>
              {exception === undefined ? null : (
                <ExceptionDialog
                  exception={exception}
                  onClose={() => setChosen(null)}
                  onChanged={(next) => {
                    asked.set(next);
                    setChosen(null);
                  }}
                />
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}

function ExceptionsTable(props: {
  readonly rows: readonly ExceptionView[];
  readonly isOpen: boolean;
  readonly onChoose: (exceptionId: string) => void;
}) {
  const { rows, isOpen, onChoose } = props;
  const words = useWords();
  const { language } = useParts();
  if (rows.length === 0) {
    return <Empty>{isOpen ? words.reconciliation.nothingOpen : words.reconciliation.nothingEnded}</Empty>;
  }
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.reconciliation.type}</th>
            <th>{words.reconciliation.party}</th>
            <th>{words.reconciliation.subject}</th>
            <th className="num">{words.reconciliation.age}</th>
            <th className="num">{words.reconciliation.atRisk}</th>
            <th className="num">{words.reconciliation.state}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.exceptionId}>
              <td>
                <button
                  type="button"
                  className="link"
                  onClick={() => onChoose(row.exceptionId)}
                  data-testid={`exception-${row.type}`}
                >
                  {words.reconciliation.types[row.type] ?? row.type}
                </button>
              </td>
              <td>{partyName(row.partyName, language)}</td>
              <td className="break">
                {subjectText(row.subject)}
                {row.fileName === null ? null : (
                  <small className="under">
                    {row.fileName}
                    {row.line === null ? '' : `, ${lineText(row.line, words)}`}
                  </small>
                )}
              </td>
              <td className="num" title={dateText(row.businessDate, language)}>
                <Age days={row.days} />
              </td>
              <td className="num">
                <Sum value={row.atRisk} />
              </td>
              <td className="num">
                <ExceptionState row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ExceptionState({ row }: { row: ExceptionView }) {
  const words = useWords();
  if (row.state !== 'open') {
    return (
      <>
        <Chip tone="jade">{words.reconciliation.ends[row.state] ?? row.state}</Chip>
        <small className="under">
          {row.approvedBy === null
            ? words.reconciliation.bySystem
            : words.reconciliation.approvedBy(row.approvedBy)}
        </small>
      </>
    );
  }
  if (row.proposedBy === null) return <Chip tone="cinnabar">{words.reconciliation.isOpen}</Chip>;
  return (
    <>
      <Chip tone="amber">{words.reconciliation.waits}</Chip>
      <small className="under">{words.reconciliation.proposedBy(row.proposedBy)}</small>
    </>
  );
}
