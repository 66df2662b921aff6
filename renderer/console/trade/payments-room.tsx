/** Payments by what a person has in hand: a receipt, a number, a sum, a terminal and a day. */
import { useState } from 'react';
import type { PaymentsView } from '../../../gateway/console/contract/views.ts';
import { Amount, Answer, Card, Chip, Empty, Heading, Sum, type Tone } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';

const EMPTY = { words: '', tid: '', amount: '', from: '', to: '' };
type Fields = typeof EMPTY;

export function PaymentsRoom() {
  const words = useWords();
  const [fields, setFields] = useState<Fields>(EMPTY);
  const [asked, setAsked] = useState<Fields>(EMPTY);
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== '')).toString();
  const found = useAsked<PaymentsView>(`/api/payments${query === '' ? '' : `?${query}`}`, null);
  const field = (name: keyof Fields, label: string, type = 'text') => (
    <label className="stack">
      <span className="label">{label}</span>
      <input
        className="field"
        type={type}
        value={fields[name]}
        onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
        data-testid={`find-${name}`}
      />
    </label>
  );
  return (
    <>
      <Heading>{words.payments.heading}</Heading>
      <form
        className="finder card"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(fields);
        }}
      >
        {field('words', words.payments.search)}
        {field('tid', words.payments.tid)}
        {field('amount', words.payments.amount)}
        {field('from', words.payments.from, 'date')}
        {field('to', words.payments.to, 'date')}
        <button type="submit" className="key tone-river" data-testid="find">
          {words.payments.find}
        </button>
      </form>
      <Card title={words.payments.heading}>
        <Answer asked={found}>{(view) => <PaymentsTable view={view} />}</Answer>
      </Card>
    </>
  );
}

function PaymentsTable({ view }: { view: PaymentsView }) {
  const words = useWords();
  const { language } = useParts();
  if (view.rows.length === 0) return <Empty>{words.payments.nothing}</Empty>;
  return (
    <>
      <div className="scroll-x">
        <table className="grid">
          <thead>
            <tr>
              <th>{words.payments.time}</th>
              <th>{words.payments.merchant}</th>
              <th>{words.payments.receipt}</th>
              <th>{words.payments.tender}</th>
              <th className="num">{words.payments.price}</th>
              <th className="num">{words.payments.charged}</th>
              <th className="num">{words.payments.state}</th>
            </tr>
          </thead>
          <tbody>
            {view.rows.map((row) => (
              <tr key={row.id}>
                <td className="number">
                  <a href={addressOf('payments', row.id)} data-testid="payment-row">
                    {moscow(row.at, language)}
                  </a>
                </td>
                <td>
                  {row.merchant}
                  <small className="under">{row.tid}</small>
                </td>
                <td className="number">{row.receipt ?? row.rrn ?? words.common.none}</td>
                <td>{row.tender}</td>
                <td className="num">
                  <Amount value={row.amount} strong />
                </td>
                <td className="num">
                  {row.charged === null ? words.common.none : <Sum value={row.charged} />}
                </td>
                <td className="num">
                  <PaymentState state={row.state} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {view.more ? <p className="faint">{words.payments.more}</p> : null}
    </>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  approved: 'jade',
  unknown: 'amber',
  cancelling: 'amber',
  sent: 'amber',
  reversing: 'amber',
  awaiting_funds: 'amber',
  declined: 'cinnabar',
};

export function PaymentState({ state }: { state: string }) {
  const words = useWords();
  return <Chip tone={TONES[state] ?? 'plain'}>{words.payments.states[state] ?? state}</Chip>;
}
