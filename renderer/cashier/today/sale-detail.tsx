/** One sale of the day: its goods, its payments step by step, its refunds, and a copy of its receipt. */
import { useEffect, useState } from 'react';
import type { SaleDetailView } from '../../../electron/contract/view.ts';
import { amountText, moneyText, quantityNumber, timeText } from '../../text/format.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useSend, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { CardRecord } from '../cards/card-record.tsx';
import { Steps } from '../tender/steps.tsx';

export function SaleDetail({ saleId, onClose }: { saleId: string; onClose: () => void }) {
  const words = useWords();
  const { language, till } = useView();
  const { detail, error } = useSaleDetail(saleId);
  const { run, busy, refusal } = useCommand();
  return (
    <aside className="today-detail" data-testid="sale-detail">
      {detail === null ? (
        <InlineError code={error} />
      ) : (
        <>
          <header>
            <h2>
              <span className="number">{detail.row.receiptNumber}</span>
              <i className={`state ${detail.row.state}`}>{words.today.state[detail.row.state]}</i>
            </h2>
            <p className="today-detail-sum number">{moneyText(detail.row.total, language)}</p>
          </header>
          <div className="today-detail-body">
            <h3>{words.today.goods}</h3>
            <ul>
              {detail.lines.map((line) => (
                <li key={line.lineId} className="detail-line">
                  <span>{line.names[language]}</span>
                  <span className="number">
                    {quantityNumber(line.quantityMilli, line.unit, language)} ×{' '}
                    {amountText(line.unitPrice, language)}
                  </span>
                  <strong className="number">{amountText(line.sum, language)}</strong>
                </li>
              ))}
              {detail.gift === null ? null : (
                <li className="detail-line" data-testid="detail-gift">
                  <span>{words.gift.to(detail.gift.names[language])}</span>
                  <strong className="number">{amountText(detail.gift.amount, language)}</strong>
                </li>
              )}
            </ul>
            {detail.payments.length === 0 ? null : <h3>{words.today.payments}</h3>}
            {detail.payments.map((payment) => (
              <div key={payment.attemptId} className="detail-payment">
                <p className="number">
                  {moneyText(payment.amount, language)}
                  {payment.yuan === null ? '' : ` · ${moneyText(payment.yuan, language)}`} ·{' '}
                  {payment.supportNumber}
                </p>
                <Steps payment={payment} />
              </div>
            ))}
            {detail.cards.length === 0 ? null : <h3>{words.card.attempts}</h3>}
            {detail.cards.map((card) => (
              <CardRecord key={card.attemptId} card={card} />
            ))}
            {detail.refunds.length === 0 ? null : <h3>{words.today.refunds}</h3>}
            {detail.refunds.map((refund) => (
              <p key={refund.refundId} className="detail-line">
                <span className="number">{timeText(refund.at, till.utcOffsetMinutes, false)}</span>
                <span>{words.today.refundState[refundState(refund.state)]}</span>
                <strong className="number">− {amountText(refund.amount, language)}</strong>
              </p>
            ))}
          </div>
        </>
      )}
      <InlineError code={refusal} />
      <div className="dialog-keys">
        <Key testId="detail-close" hint={words.key.escape} onPress={onClose}>
          {words.common.close}
        </Key>
        <Key
          testId="reprint"
          tone="river"
          disabled={busy}
          onPress={() => void run({ command: 'reprint', saleId })}
        >
          {words.today.reprint}
        </Key>
      </div>
    </aside>
  );
}

interface Asked {
  readonly detail: SaleDetailView | null;
  readonly error: string | null;
}

function useSaleDetail(saleId: string): Asked {
  const send = useSend();
  const [asked, setAsked] = useState<Asked>({ detail: null, error: null });
  useEffect(() => {
    let here = true;
    void send({ command: 'today_sale', saleId }).then((reply) => {
      if (!here) return;
      if (reply.ok) setAsked({ detail: (reply.result as { sale: SaleDetailView }).sale, error: null });
      else setAsked((before) => ({ ...before, error: reply.error.code }));
    });
    return () => {
      here = false;
    };
  }, [send, saleId]);
  return asked;
}

function refundState(state: string): 'approved' | 'declined' | 'open' {
  return state === 'approved' || state === 'declined' ? state : 'open';
}
