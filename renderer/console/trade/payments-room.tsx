/** Payments by what a person has in hand: a receipt, a number, a sum, a terminal and a day. */
import { useState } from 'react';
import type { PaymentsView } from '../../../gateway/console/contract/views.ts';
import { dateText } from '../../text/format.ts';
import { Amount, Answer, Card, Chip, Empty, Heading, Sum, type Tone } from '../blocks.tsx';
import { countText, moscow } from '../figures.ts';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { tenderName } from '../text/names.ts';

/** Days that nobody has chosen are the server's, which knows what day it is. */
type Fields = Readonly<Record<'words' | 'tid' | 'amount', string>> &
  Readonly<Record<'from' | 'to', string | null>>;
const EMPTY: Fields = { words: '', tid: '', amount: '', from: null, to: null };

export function PaymentsRoom() {
  const words = useWords();
  const [fields, setFields] = useState<Fields>(EMPTY);
  const [asked, setAsked] = useState<Fields>(EMPTY);
  const given = Object.entries(asked).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, value]],
  );
  const query = new URLSearchParams(given).toString();
  const found = useAsked<PaymentsView>(`/api/payments${query === '' ? '' : `?${query}`}`, null);
  const days: Partial<Record<keyof Fields, string>> = {
    from: found.value?.from ?? '',
    to: found.value?.to ?? '',
  };
  const field = (name: keyof Fields, label: string, type = 'text') => (
    <label className="stack">
      <span className="label">{label}</span>
      <input
        className="field"
        type={type}
        value={fields[name] ?? days[name] ?? ''}
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
      <Answer asked={found}>{(view) => <Found view={view} />}</Answer>
    </>
  );
}

function Found({ view }: { view: PaymentsView }) {
  const words = useWords();
  const { language } = useParts();
  const { rows, more, from, to } = view;
  const count = `${countText(rows.length)}${more ? '+' : ''}`;
  return (
    <Card title={words.payments.found(count, rows.length, dateText(from, language), dateText(to, language))}>
      <PaymentsTable view={view} />
    </Card>
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
                <td>{tenderName(row.tender, language)}</td>
                <td className="num">
                  <Amount value={row.amount} strong />
                </td>
                <td className="num">
                  {row.charged === null ? words.common.none : <Sum value={row.charged} />}
                  {row.refunded === null ? null : (
                    <small className="under">
                      {words.payments.refunds} <Sum value={row.refunded} />
                    </small>
                  )}
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

export function RefundState({ state }: { state: string }) {
  const words = useWords();
  return <Chip tone={TONES[state] ?? 'plain'}>{words.payments.refundStates[state] ?? state}</Chip>;
}
