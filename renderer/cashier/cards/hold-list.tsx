/** The holds, newest first, and what the chosen one means for the receipt. */
import { useEffect, useRef } from 'react';
import type { PreauthorisationView } from '../../../electron/contract/card-view.ts';
import type { BasketView } from '../../../electron/contract/view.ts';
import { panTail, panText } from '../../text/card-format.ts';
import { dateTimeText, moneyText } from '../../text/format.ts';
import { useView, useWords } from '../../ui/terminal.tsx';

export type Hold = PreauthorisationView;

/** Whether the hold covers the receipt; both are in the shop's currency. */
export function enough(hold: Hold, basket: BasketView): boolean {
  return BigInt(hold.amount.amountMinor) >= BigInt(basket.total.amountMinor);
}

/** The card and the code by which a person tells one hold from another. */
export function holdName({ maskedPan, authCode }: Hold): string {
  return [panTail(maskedPan), authCode].filter((part) => part !== null).join(' · ');
}

/** What the keys act on, said beside them. */
export function ChosenHold({ hold }: { hold: Hold }) {
  return (
    <p className="field-help number" data-testid="hold-chosen">
      {holdName(hold)}
    </p>
  );
}

export interface HoldListProps {
  readonly rows: readonly Hold[];
  readonly chosenId: string | null;
  readonly onChoose: (attemptId: string) => void;
}

export function HoldList({ rows, chosenId, onChoose }: HoldListProps) {
  const words = useWords();
  const { columns } = words.card.preauth;
  if (rows.length === 0) {
    return (
      <div className="holds-empty">
        <strong>{words.card.preauth.empty}</strong>
        <p>{words.card.preauth.emptyText}</p>
      </div>
    );
  }
  return (
    <div className="holds-table">
      <div className="hold-row head" aria-hidden="true">
        <span>{columns.time}</span>
        <span>{columns.card}</span>
        <span>{columns.code}</span>
        <span>{columns.state}</span>
        <span className="right">{columns.held}</span>
      </div>
      <div className="hold-rows">
        {rows.map((row) => (
          <HoldRow key={row.attemptId} row={row} chosen={row.attemptId === chosenId} onChoose={onChoose} />
        ))}
      </div>
    </div>
  );
}

function HoldRow({
  row,
  chosen,
  onChoose,
}: {
  row: Hold;
  chosen: boolean;
  onChoose: (attemptId: string) => void;
}) {
  const words = useWords();
  const { language, till } = useView();
  const line = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) line.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <button
      ref={line}
      type="button"
      className="hold-row"
      aria-pressed={chosen}
      disabled={row.state !== 'open'}
      data-testid="hold-row"
      data-state={row.state}
      onClick={() => onChoose(row.attemptId)}
    >
      <span className="number">{dateTimeText(row.at, till.utcOffsetMinutes, language)}</span>
      <span className="number">{panText(row.maskedPan)}</span>
      <span className="number">{row.authCode ?? ''}</span>
      <span>
        <i className={`state ${row.state}`}>{words.card.preauth.state[row.state]}</i>
      </span>
      <span className="right">
        <strong className="number">{moneyText(row.amount, language)}</strong>
        {row.charged.currency === row.amount.currency ? null : (
          <small className="number">{moneyText(row.charged, language)}</small>
        )}
      </span>
    </button>
  );
}

export function HoldSums({ basket, chosen }: { basket: BasketView; chosen: Hold | null }) {
  const words = useWords();
  const { language } = useView();
  const said = words.card.preauth;
  if (basket.lines.length === 0) return <p className="field-help">{said.noGoods}</p>;
  if (chosen === null) return <p className="field-help">{said.pick}</p>;
  if (!enough(chosen, basket)) {
    return (
      <p className="refund-over" role="alert">
        {said.tooSmall(moneyText(chosen.amount, language))}
      </p>
    );
  }
  return (
    <p className="field-help">
      {words.card.fact.held(moneyText(chosen.amount, language))}. {said.rest}
    </p>
  );
}
