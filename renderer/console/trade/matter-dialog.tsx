/** One matter of cards: what is known of it, and the two steps that end it. */
import { useState } from 'react';
import type { BatchSideView, MatterView } from '../../../gateway/console/contract/views.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failed, Sum } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useMay, useParts, useWords } from '../parts.tsx';
import type { ConsoleWords } from '../text/ru.ts';
import type { Matters } from './cards-room.tsx';

export function MatterDialog(props: {
  readonly matter: MatterView;
  readonly onClose: () => void;
  readonly onChanged: (matters: Matters) => void;
}) {
  const { matter, onClose, onChanged } = props;
  const words = useWords();
  const may = useMay();
  const { requests, session, language } = useParts();
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
      <dl className="facts">
        {matterFacts(matter, words, moscow(matter.since, language)).map(([name, value]) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd className="break">{value}</dd>
          </div>
        ))}
      </dl>
      {matter.batch === null ? null : <BatchSides batch={matter.batch} />}
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
            <select
              className="field"
              value={outcome}
              onChange={(event) => setOutcome(event.target.value)}
              data-testid="outcome"
            >
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
              data-testid="agreement"
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
            data-testid="matter-propose"
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
              data-testid="matter-refuse"
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
              data-testid="matter-approve"
            >
              {words.common.approve}
            </button>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}

function matterFacts(
  { bank, subject, card, responseCode, tries }: MatterView,
  words: ConsoleWords,
  since: string,
): readonly (readonly [string, string])[] {
  const facts: readonly (readonly [string, string | null])[] = [
    [words.cards.since, since],
    [words.cards.bank, bank],
    [words.payments.facts.terminal, card?.tid ?? null],
    [words.payments.facts.card, card?.masked ?? null],
    ['RRN', card?.rrn ?? null],
    [words.cards.subject, subject],
    [words.cards.code, responseCode],
    [words.cards.tries, tries === 0 ? null : `${tries}`],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

function BatchSides({ batch }: { batch: NonNullable<MatterView['batch']> }) {
  const words = useWords();
  const side = (name: string, of: BatchSideView) => (
    <tr>
      <th>{name}</th>
      <td className="num">{of.sales}</td>
      <td className="num">
        <Sum value={of.salesSum} />
      </td>
      <td className="num">{of.refunds}</td>
      <td className="num">
        <Sum value={of.refundsSum} />
      </td>
    </tr>
  );
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{words.cards.batch(batch.number)}</th>
          <th className="num" colSpan={2}>
            {words.cards.sales}
          </th>
          <th className="num" colSpan={2}>
            {words.cards.refunds}
          </th>
        </tr>
      </thead>
      <tbody>
        {side(words.cards.till, batch.till)}
        {side(words.cards.gateway, batch.gateway)}
      </tbody>
    </table>
  );
}
