/** The day so far: totals against the gateway's, every sale, and any one of them in detail. */
import { type ReactNode, useState } from 'react';
import type { TodayRowView, TodayTotalsView } from '../../../electron/contract/view.ts';
import { panTail } from '../../text/card-format.ts';
import { amountText, dateText, timeText } from '../../text/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import type { ScreenOf } from '../screen-of.ts';
import { BatchBlock } from './batch-block.tsx';
import { SaleDetail } from './sale-detail.tsx';

export function TodayScreen({ screen }: { screen: ScreenOf<'today'> }) {
  const words = useWords();
  const { language } = useView();
  const [openId, setOpenId] = useState<string | null>(null);
  const open = screen.rows.find((row) => row.saleId === openId);
  const { run, refusal } = useCommand();
  const leave = (): void => void run({ command: 'today_leave' });
  useKeys({ Escape: openId === null ? leave : () => setOpenId(null) });
  return (
    <div className="today">
      <section className="today-main">
        <div className="today-head">
          <h1>
            {words.today.title(dateText(screen.businessDate, language))} ·{' '}
            <span data-testid="today-sales">
              {words.today.sales}: {screen.totals.sales}
            </span>
          </h1>
          <Key testId="today-leave" hint={words.key.escape} onPress={leave}>
            {words.today.back}
          </Key>
        </div>
        <InlineError code={refusal} />
        <Totals totals={screen.totals} />
        <BatchBlock totals={screen.totals} />
        {screen.rows.length === 0 ? (
          <p className="page-empty">{words.today.empty}</p>
        ) : (
          <Rows rows={screen.rows} openId={openId} onOpen={setOpenId} />
        )}
      </section>
      {open === undefined ? null : (
        // A sale that changed is another one to ask for.
        <SaleDetail
          key={`${open.saleId} ${open.state} ${open.refunded.amountMinor}`}
          saleId={open.saleId}
          onClose={() => setOpenId(null)}
        />
      )}
    </div>
  );
}

function Totals({ totals }: { totals: TodayTotalsView }) {
  const words = useWords();
  const { language } = useView();
  const { gateway } = totals;
  const state = gateway === null ? 'wait' : gateway.agrees ? 'well' : 'ill';
  return (
    <div className="today-totals" data-testid="today-totals">
      <Total label={words.today.wallet}>
        <Money value={totals.wallet} language={language} testId="total-wallet" />
      </Total>
      <Total label={words.today.card}>
        <Money value={totals.card} language={language} testId="total-card" />
      </Total>
      <Total label={words.today.cash}>
        <Money value={totals.cash} language={language} testId="total-cash" />
      </Total>
      <Total label={`${words.today.refunds}: ${totals.refunds}`}>
        <Money value={totals.refunded} language={language} testId="total-refunded" />
      </Total>
      <div className={`today-total gateway ${state}`} data-testid="gateway-check" data-state={state}>
        <span className="label">{words.today.gateway}</span>
        {gateway === null ? null : (
          <strong>
            <Money value={gateway.wallet} language={language} />
            <small>
              − <Money value={gateway.refunded} language={language} />
            </small>
          </strong>
        )}
        <span className="today-check">
          <Icon name={state === 'well' ? 'done' : state === 'ill' ? 'stop' : 'wait'} />
          {state === 'well'
            ? words.today.agrees
            : state === 'ill'
              ? words.today.differs
              : words.today.notAsked}
        </span>
      </div>
    </div>
  );
}

function Total({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="today-total">
      <span className="label">{label}</span>
      <strong>{children}</strong>
    </div>
  );
}

interface RowsProps {
  readonly rows: readonly TodayRowView[];
  readonly openId: string | null;
  readonly onOpen: (saleId: string) => void;
}

function Rows({ rows, openId, onOpen }: RowsProps) {
  const words = useWords();
  const { language, till } = useView();
  const { columns } = words.today;
  return (
    <div className="today-table">
      <div className="today-row head" aria-hidden="true">
        <span>{columns.time}</span>
        <span>{columns.receipt}</span>
        <span>{columns.means}</span>
        <span>{columns.state}</span>
        <span className="right">{columns.yuan}</span>
        <span className="right">{columns.total}</span>
      </div>
      <div className="today-rows">
        {rows.map((row) => (
          <button
            key={row.saleId}
            type="button"
            className="today-row"
            aria-current={row.saleId === openId}
            data-testid="today-row"
            data-sale-id={row.saleId}
            onClick={() => onOpen(row.saleId)}
          >
            <span className="number">{timeText(row.at, till.utcOffsetMinutes, false)}</span>
            <span className="number">{row.receiptNumber}</span>
            <span>
              {words.today.means[row.means ?? 'none']}
              {row.maskedPan === null ? null : (
                <small className="today-pan number">{panTail(row.maskedPan)}</small>
              )}
            </span>
            <span>
              <i className={`state ${row.state}`}>{words.today.state[row.state]}</i>
            </span>
            <span className="right number">{row.yuan === null ? '' : amountText(row.yuan, language)}</span>
            <span className="right number">
              <strong>{amountText(row.total, language)}</strong>
              {row.refunded.amountMinor === '0' ? null : (
                <small className="today-refunded">− {amountText(row.refunded, language)}</small>
              )}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
