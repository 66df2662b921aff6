/** One exception: what it means, and the two steps that end it. */
import { useState } from 'react';
import type { ExceptionView, ReconciliationView } from '../../../gateway/console/contract/views.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failed, Sum } from '../blocks.tsx';
import { useMay, useParts, useWords } from '../parts.tsx';
import { partyName } from '../text/names.ts';
import { exceptionFacts } from './exception-facts.ts';

export function ExceptionDialog(props: {
  readonly exception: ExceptionView;
  readonly onClose: () => void;
  readonly onChanged: (view: ReconciliationView) => void;
}) {
  const { exception, onClose, onChanged } = props;
  const words = useWords();
  const may = useMay();
  const { requests, session, language } = useParts();
  const [reason, setReason] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const { exceptionId, type, proposedBy, state } = exception;
  const isOwn = typeof session === 'object' && proposedBy === session.name;
  const isOpen = state === 'open';
  const mayPropose = isOpen && proposedBy === null && may('exception.propose');
  const mayApprove = isOpen && proposedBy !== null && may('exception.approve');

  async function act(path: string, body: unknown): Promise<void> {
    const reply = await requests.post<ReconciliationView>(`/api/exceptions/${path}`, body);
    if (reply.ok) onChanged(reply.value);
    else setFailed(reply.code);
  }

  return (
    <Dialog title={words.reconciliation.types[type] ?? type} onClose={onClose} testId="exception-dialog" wide>
      <p className="big">
        <Sum value={exception.atRisk} />
      </p>
      <p className="dialog-text">{words.reconciliation.meanings[type] ?? ''}</p>
      <dl className="facts">
        <dt>{words.reconciliation.party}</dt>
        <dd>{partyName(exception.partyName, language)}</dd>
        <dt>{words.reconciliation.subject}</dt>
        <dd className="break">{exception.subject}</dd>
        <dt>{words.reasons.ownerTitle}</dt>
        <dd>{words.reasons.owners[exception.owner] ?? exception.owner}</dd>
        {exceptionFacts(exception, language).map(([name, value]) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd className="break">{typeof value === 'string' ? value : <Sum value={value} />}</dd>
          </div>
        ))}
      </dl>
      {isOpen && words.reasons.next[type] !== undefined ? (
        <p className="next-step">
          <strong>{words.reasons.nextTitle}</strong>
          {words.reasons.next[type]}
        </p>
      ) : null}
      {proposedBy === null ? null : (
        <blockquote>
          {exception.reason}
          <small className="under">{words.reconciliation.proposedBy(proposedBy)}</small>
        </blockquote>
      )}
      {mayPropose ? (
        <label className="stack">
          <span className="label">{words.reconciliation.reason}</span>
          <textarea
            className="field"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            data-testid="reason"
          />
          <span className="field-help">{words.reconciliation.proposeText}</span>
        </label>
      ) : null}
      {mayApprove && isOwn ? <p className="dialog-text">{words.common.ownProposal}</p> : null}
      {failed === null ? null : <Failed code={failed} />}
      <div className="dialog-keys">
        <button type="button" className="key" onClick={onClose}>
          {words.common.close}
        </button>
        {mayPropose ? (
          <button
            type="button"
            className="key tone-river"
            disabled={reason.trim() === ''}
            onClick={() => void act('propose', { exceptionId, reason })}
            data-testid="propose"
          >
            {words.reconciliation.propose}
          </button>
        ) : null}
        {mayApprove ? (
          <button
            type="button"
            className="key tone-river"
            disabled={isOwn}
            onClick={() => void act('approve', { exceptionId })}
            data-testid="approve-resolution"
          >
            {words.common.approve}
          </button>
        ) : null}
      </div>
    </Dialog>
  );
}
