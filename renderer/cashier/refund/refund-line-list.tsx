/** The lines of a sold receipt, each with how many of it go back. */
import { quantityNumber } from '../../text/format.ts';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { type Chosen, piecesLeft, type RefundLine } from './refund-lines.ts';

export interface RefundLineListProps {
  readonly lines: readonly RefundLine[];
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

export function RefundLineList({ lines, chosen, onChoose }: RefundLineListProps) {
  return (
    <ol className="refund-lines" data-testid="refund-lines">
      {lines.map((line) => (
        <RefundRow
          key={line.lineId}
          line={line}
          count={chosen[line.lineId] ?? 0}
          onCount={(count) => onChoose({ ...chosen, [line.lineId]: count })}
        />
      ))}
    </ol>
  );
}

function RefundRow({
  line,
  count,
  onCount,
}: {
  line: RefundLine;
  count: number;
  onCount: (count: number) => void;
}) {
  const words = useWords();
  const { language } = useView();
  const left = piecesLeft(line);
  const unit = line.unit === 'kg' ? ` ${words.common.kilogram}` : '';
  const returned =
    line.refundedMilli === 0
      ? null
      : words.refund.returned(`${quantityNumber(line.refundedMilli, line.unit, language)}${unit}`);
  return (
    <li
      className={count > 0 ? 'refund-line chosen' : 'refund-line'}
      data-testid="refund-line"
      data-line-id={line.lineId}
    >
      <span className="line-names">
        <span className="line-name">{line.names[language]}</span>
        <span className="line-beneath">
          {quantityNumber(line.quantityMilli, line.unit, language)}
          {unit} · <Money value={line.sum} language={language} />
          {returned === null ? null : <strong> · {returned}</strong>}
          {line.unit === 'kg' ? ` · ${words.refund.weighedWhole}` : null}
        </span>
      </span>
      <Key
        testId="refund-less"
        label={words.sale.less}
        disabled={count === 0}
        onPress={() => onCount(count - 1)}
      >
        −
      </Key>
      <strong className="refund-count number" data-testid="refund-count">
        {count} / {left}
      </strong>
      <Key
        testId="refund-plus"
        label={words.sale.plus}
        disabled={count >= left}
        onPress={() => onCount(count + 1)}
      >
        +
      </Key>
    </li>
  );
}
