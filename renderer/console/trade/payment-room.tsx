/** One payment whole: what happened when, what came back, and what it did to the books. */
import type { PaymentView } from '../../../gateway/console/contract/views.ts';
import { MOSCOW_OFFSET_MINUTES } from '../../../gateway/kernel/time.ts';
import { dateText, rateNumber, timeText } from '../../text/format.ts';
import { Answer, Card, Empty, Sum } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { stepName, tenderName } from '../text/names.ts';
import { PaymentState, RefundState } from './payments-room.tsx';
import { Postings } from './postings.tsx';

const EVERY_MS = 5_000;

export function PaymentRoom({ id }: { id: string }) {
  const asked = useAsked<PaymentView>(`/api/payments/${encodeURIComponent(id)}`, EVERY_MS);
  return <Answer asked={asked}>{(payment) => <Payment payment={payment} />}</Answer>;
}

function Payment({ payment }: { payment: PaymentView }) {
  const words = useWords();
  const { language } = useParts();
  return (
    <>
      <header className="heading">
        <h1>
          <a className="back" href={addressOf('payments')}>
            {words.payments.heading}
          </a>
          {payment.receipt ?? payment.rrn ?? payment.id}
        </h1>
        <p>{payment.id}</p>
      </header>
      <div className="cycle-top">
        <Card title={payment.merchant} aside={<PaymentState state={payment.state} />}>
          <p className="big">
            <Sum value={payment.amount} testId="payment-amount" />
          </p>
          {payment.charged === null ? null : (
            <p className="faint">
              {words.payments.charged} <Sum value={payment.charged} />
            </p>
          )}
          <Facts payment={payment} />
        </Card>
        <Card title={words.payments.timeline}>
          <ol className="steps" data-testid="timeline">
            {payment.steps.map(({ step, at }) => (
              <li key={`${step} ${at}`} className="reached">
                <span>{stepName(step, language)}</span>
                <span className="faint">{timeText(at, MOSCOW_OFFSET_MINUTES, true)}</span>
              </li>
            ))}
          </ol>
          {payment.refunds.length === 0 ? null : (
            <>
              <h3>{words.payments.refunds}</h3>
              <table className="rows">
                <tbody>
                  {payment.refunds.map((refund) => (
                    <tr key={refund.id}>
                      <th>
                        {moscow(refund.at, language)}
                        <small className="under">{refund.reason}</small>
                      </th>
                      <td className="num">
                        <Sum value={refund.amount} />
                      </td>
                      <td className="num">
                        <RefundState state={refund.state} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          )}
        </Card>
      </div>
      <Card title={words.payments.postings}>
        {payment.postings.length === 0 ? (
          <Empty>{words.payments.noPostings}</Empty>
        ) : (
          <Postings postings={payment.postings} />
        )}
      </Card>
    </>
  );
}

function Facts({ payment }: { payment: PaymentView }) {
  const words = useWords();
  const { language } = useParts();
  const names = words.payments.facts;
  const facts: readonly (readonly [string, string | null])[] = [
    [names.terminal, payment.tid],
    [names.operator, payment.operator],
    [names.businessDate, dateText(payment.businessDate, language)],
    [
      names.card,
      payment.card === null ? null : `${tenderName(payment.card.scheme, language)} ${payment.card.masked}`,
    ],
    [names.bank, payment.bank],
    [payment.kind === 'card' ? names.auth : names.provider, payment.providerRef],
    [names.rate, payment.rate === null ? null : rateNumber(payment.rate, language)],
    [names.code, payment.code],
    [names.sale, payment.saleId],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd className="break">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
