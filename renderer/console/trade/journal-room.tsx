/** Who did what, the latest first. Nothing is ever taken out of it. */
import { useState } from 'react';
import type { JournalRow } from '../../../gateway/console/contract/views.ts';
import { Answer, Card, Empty, Heading } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { personOf } from '../settlement/cycle-room.tsx';
import { journalFacts } from './journal-facts.ts';

export function JournalRoom() {
  const words = useWords();
  const [before, setBefore] = useState<number | null>(null);
  const path = before === null ? '/api/journal' : `/api/journal?before=${before}`;
  const asked = useAsked<{ readonly rows: readonly JournalRow[] }>(path, null);
  return (
    <>
      <Heading>{words.journal.heading}</Heading>
      <Card title={words.journal.latest}>
        <Answer asked={asked}>
          {({ rows }) => (
            <>
              <JournalTable rows={rows} />
              <p className="pager">
                {before === null ? null : (
                  <button type="button" className="link" onClick={() => setBefore(null)}>
                    {words.common.back}
                  </button>
                )}
                {rows.length < 200 ? null : (
                  <button
                    type="button"
                    className="link"
                    onClick={() => setBefore(rows.at(-1)?.number ?? null)}
                  >
                    {words.journal.older}
                  </button>
                )}
              </p>
            </>
          )}
        </Answer>
      </Card>
    </>
  );
}

function JournalTable({ rows }: { rows: readonly JournalRow[] }) {
  const words = useWords();
  const { language } = useParts();
  if (rows.length === 0) return <Empty>{words.journal.nothing}</Empty>;
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.journal.at}</th>
            <th>{words.journal.actor}</th>
            <th>{words.journal.action}</th>
            <th>{words.journal.subject}</th>
            <th>{words.journal.facts}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number}>
              <td className="number">{moscow(row.at, language)}</td>
              <td>{personOf(row.actor, words.settlement.timer)}</td>
              <td>{words.journal.actions[row.action] ?? row.action}</td>
              <td className="break">{row.subject}</td>
              <td className="break faint">{journalFacts(row, language).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
