/** Taking a rate out of force: one says why, another agrees. */
import { useState } from 'react';
import type { ManualRateView, RatesView } from '../../../gateway/console/contract/views.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failed } from '../blocks.tsx';
import { useMay, useParts, useWords } from '../parts.tsx';

const HELD = ['approved', 'in_force'];

export function RateWithdrawal(props: {
  readonly row: ManualRateView;
  readonly decide: (manualId: string, decision: string) => Promise<void>;
  readonly onChanged: (view: RatesView) => void;
}) {
  const { row, decide, onChanged } = props;
  const { manualId, state, withdrawal } = row;
  const words = useWords();
  const may = useMay();
  const { session } = useParts();
  const [asking, setAsking] = useState(false);
  if (!HELD.includes(state)) return null;
  if (withdrawal === null) {
    return may('rate.propose') ? (
      <>
        <button type="button" className="link" onClick={() => setAsking(true)} data-testid="rate-withdraw">
          {words.rates.withdraw}
        </button>
        {asking ? (
          <WithdrawalDialog manualId={manualId} onClose={() => setAsking(false)} onChanged={onChanged} />
        ) : null}
      </>
    ) : null;
  }
  const isOwn = typeof session === 'object' && withdrawal.proposedBy === session.name;
  return (
    <>
      <small className="under break">
        {words.rates.withdrawalBy(withdrawal.proposedBy, withdrawal.reason)}
      </small>
      {may('rate.decide') && isOwn ? <small className="faint">{words.common.ownProposal}</small> : null}
      {may('rate.decide') && !isOwn ? (
        <>
          <button
            type="button"
            className="link"
            onClick={() => void decide(manualId, 'approve_withdrawal')}
            data-testid="withdrawal-approve"
          >
            {words.rates.withdraw}
          </button>{' '}
          <button
            type="button"
            className="link"
            onClick={() => void decide(manualId, 'refuse_withdrawal')}
            data-testid="withdrawal-refuse"
          >
            {words.rates.keep}
          </button>
        </>
      ) : null}
    </>
  );
}

function WithdrawalDialog(props: {
  readonly manualId: string;
  readonly onClose: () => void;
  readonly onChanged: (view: RatesView) => void;
}) {
  const { manualId, onClose, onChanged } = props;
  const words = useWords();
  const { requests } = useParts();
  const [reason, setReason] = useState('');
  const [failed, setFailed] = useState<string | null>(null);

  async function propose(): Promise<void> {
    const reply = await requests.post<RatesView>('/api/rates/withdraw', { manualId, reason });
    if (!reply.ok) {
      setFailed(reply.code);
      return;
    }
    onClose();
    onChanged(reply.value);
  }

  return (
    <Dialog title={words.rates.withdrawTitle} onClose={onClose} testId="withdrawal-dialog">
      <p className="dialog-text">{words.rates.withdrawText}</p>
      <label className="stack">
        <span className="label">{words.rates.reason}</span>
        <textarea
          className="field"
          rows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          data-testid="withdrawal-reason"
        />
      </label>
      {failed === null ? null : <Failed code={failed} />}
      <div className="dialog-keys">
        <button type="button" className="key" onClick={onClose}>
          {words.common.close}
        </button>
        <button
          type="button"
          className="key tone-river"
          disabled={reason.trim() === ''}
          onClick={() => void propose()}
          data-testid="withdrawal-propose"
        >
          {words.common.send}
        </button>
      </div>
    </Dialog>
  );
}
