/** A rate by hand, for the day the source is wrong or silent. */
import { useState } from 'react';
import type { RatesView } from '../../../gateway/console/contract/views.ts';
import { Card, Failed } from '../blocks.tsx';
import { useParts, useWords } from '../parts.tsx';

const HOURS = [4, 24, 72] as const;

export function ProposeRate({ onChanged }: { onChanged: (view: RatesView) => void }) {
  const words = useWords();
  const { requests } = useParts();
  const [base, setBase] = useState('CNY');
  const [rate, setRate] = useState('');
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState<number>(HOURS[0]);
  const [failed, setFailed] = useState<string | null>(null);

  async function propose(): Promise<void> {
    const reply = await requests.post<RatesView>('/api/rates/propose', { base, rate, reason, hours });
    setFailed(reply.ok ? null : reply.code);
    if (!reply.ok) return;
    setRate('');
    setReason('');
    onChanged(reply.value);
  }

  return (
    <Card title={words.rates.propose}>
      <p className="faint">{words.rates.proposeText}</p>
      <form
        className="propose"
        onSubmit={(event) => {
          event.preventDefault();
          void propose();
        }}
      >
        <label className="stack short">
          <span className="label">{words.rates.currency}</span>
          <input
            className="field"
            value={base}
            maxLength={3}
            onChange={(event) => setBase(event.target.value.toUpperCase())}
          />
        </label>
        <label className="stack short">
          <span className="label">{words.rates.value}</span>
          <input
            className="field"
            inputMode="decimal"
            value={rate}
            onChange={(event) => setRate(event.target.value)}
            data-testid="rate-value"
          />
        </label>
        <label className="stack short">
          <span className="label">{words.rates.until}</span>
          <select className="field" value={hours} onChange={(event) => setHours(Number(event.target.value))}>
            {HOURS.map((one) => (
              <option key={one} value={one}>
                {words.rates.hours(one)}
              </option>
            ))}
          </select>
        </label>
        <label className="stack wide">
          <span className="label">{words.rates.reason}</span>
          <input
            className="field"
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
            data-testid="rate-reason"
          />
        </label>
        <button
          type="submit"
          className="key tone-river"
          disabled={rate === '' || reason.trim() === ''}
          data-testid="rate-propose"
        >
          {words.common.send}
        </button>
      </form>
      {failed === null ? null : <Failed code={failed} />}
    </Card>
  );
}
