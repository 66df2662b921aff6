/** Matters of cards that no machine ends: what a bank refused, or has not answered for long. */
import { useState } from 'react';
import type { MatterView } from '../../../gateway/console/contract/views.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Answer, Card, Chip, Empty, Failed, Heading, Sum } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useAsked, useMay, useParts, useWords } from '../parts.tsx';

const EVERY_MS = 15_000;
interface Matters {
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
            <Card title={words.cards.matter}>
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
                <button type="button" className="link" onClick={() => onChoose(`${row.kind} ${row.subject}`)}>
                  {words.cards.kinds[row.kind] ?? row.kind}
                </button>
              </td>
              <td>{row.bank}</td>
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
                  <Chip tone="amber">{words.reconciliation.waits}</Chip>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MatterDialog(props: {
  readonly matter: MatterView;
  readonly onClose: () => void;
  readonly onChanged: (matters: Matters) => void;
}) {
  const { matter, onClose, onChanged } = props;
  const words = useWords();
  const may = useMay();
  const { requests, session } = useParts();
  const [outcome, setOutcome] = useState(matter.possible[0] ?? '');
  const [agreement, setAgreement] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const { proposed, subject, possible } = matter;
  const isOwn = typeof session === 'object' && proposed?.proposedBy === session.name;

  async function act(path: string, body: unknown): Promise<void> {
    const reply = await requests.post<Matters>(`/api/matters/${path}`, body);
    if (reply.ok) onChanged(reply.value);
    else setFailed(reply.code);
  }

  return (
    <Dialog
      title={words.cards.kinds[matter.kind] ?? matter.kind}
      onClose={onClose}
      testId="matter-dialog"
      wide
    >
      <p className="big">
        <Sum value={matter.atRisk} />
      </p>
      {proposed === null ? null : (
        <blockquote>
          {words.cards.outcomes[proposed.outcome] ?? proposed.outcome}: {proposed.agreement}
          <small className="under">{words.reconciliation.proposedBy(proposed.proposedBy)}</small>
        </blockquote>
      )}
      {proposed === null && possible.length > 0 && may('matter.propose') ? (
        <>
          <label className="stack">
            <span className="label">{words.cards.outcome}</span>
            <select className="field" value={outcome} onChange={(event) => setOutcome(event.target.value)}>
              {possible.map((one) => (
                <option key={one} value={one}>
                  {words.cards.outcomes[one] ?? one}
                </option>
              ))}
            </select>
          </label>
          <label className="stack">
            <span className="label">{words.cards.agreement}</span>
            <input
              className="field"
              maxLength={300}
              value={agreement}
              onChange={(event) => setAgreement(event.target.value)}
            />
          </label>
        </>
      ) : null}
      {isOwn ? <p className="dialog-text">{words.common.ownProposal}</p> : null}
      {failed === null ? null : <Failed code={failed} />}
      <div className="dialog-keys">
        <button type="button" className="key" onClick={onClose}>
          {words.common.close}
        </button>
        {proposed === null && possible.length > 0 && may('matter.propose') ? (
          <button
            type="button"
            className="key tone-river"
            disabled={agreement.trim() === ''}
            onClick={() => void act('propose', { subject, outcome, agreement })}
          >
            {words.reconciliation.propose}
          </button>
        ) : null}
        {proposed !== null && may('matter.decide') ? (
          <>
            <button
              type="button"
              className="key"
              onClick={() =>
                void act('decide', { resolutionId: proposed.resolutionId, decision: 'rejected' })
              }
            >
              {words.common.refuse}
            </button>
            <button
              type="button"
              className="key tone-river"
              disabled={isOwn}
              onClick={() =>
                void act('decide', { resolutionId: proposed.resolutionId, decision: 'approved' })
              }
            >
              {words.common.approve}
            </button>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}
