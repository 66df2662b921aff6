/** The goods rung up so far. A thousand rows stay quick: a row renders only when it changed, and rows lie in blocks that
 *  the browser styles and lays out only while in sight. */
import { memo, useLayoutEffect, useRef } from 'react';
import type { Language } from '../../../electron/contract/commands.ts';
import type { BasketView, LineView } from '../../../electron/contract/view.ts';
import { amountText, quantityNumber } from '../../text/format.ts';
import { WORDS } from '../../text/languages.ts';
import { useSend, useWords } from '../../ui/terminal.tsx';

const BLOCK_LINES = 25;

export function Lines({ basket, language }: { basket: BasketView; language: Language }) {
  const words = useWords();
  const send = useSend();
  const list = useRef<HTMLDivElement>(null);
  const { lines, selectedLineId } = basket;
  const select = useRef((lineId: string): void => {
    void send({ command: 'line_select', lineId });
  });

  // Before the paint, so that the line just scanned is never seen off-screen.
  useLayoutEffect(() => {
    const found = lines.findIndex((line) => line.lineId === selectedLineId);
    const index = found === -1 ? lines.length - 1 : found;
    const block = list.current?.children[Math.trunc(index / BLOCK_LINES)];
    block?.children[index % BLOCK_LINES]?.scrollIntoView({ block: 'nearest' });
  }, [lines, selectedLineId]);

  return (
    <>
      <div className="lines-head" aria-hidden="true">
        <span>{words.sale.columns.number}</span>
        <span>{words.sale.columns.goods}</span>
        <span className="right">{words.sale.columns.quantity}</span>
        <span className="right">{words.sale.columns.sum}</span>
      </div>
      {lines.length === 0 ? (
        <div className="lines-empty" data-testid="basket-empty">
          <ScanPicture />
          <h1>{words.sale.empty}</h1>
          <p>{words.sale.emptyText}</p>
        </div>
      ) : (
        <div className="lines" ref={list} data-testid="lines">
          {blocksOf(lines).map((block) => (
            <ol key={block.first} className="line-block" start={block.first}>
              {block.lines.map((line, index) => (
                <LineRow
                  key={line.lineId}
                  line={line}
                  number={block.first + index}
                  selected={line.lineId === selectedLineId}
                  language={language}
                  onSelect={select.current}
                />
              ))}
            </ol>
          ))}
        </div>
      )}
    </>
  );
}

interface LineBlock {
  /** The number of its first line, counted from one. */
  readonly first: number;
  readonly lines: readonly LineView[];
}

function blocksOf(lines: readonly LineView[]): readonly LineBlock[] {
  return Array.from({ length: Math.ceil(lines.length / BLOCK_LINES) }, (_, at) => ({
    first: at * BLOCK_LINES + 1,
    lines: lines.slice(at * BLOCK_LINES, (at + 1) * BLOCK_LINES),
  }));
}

interface LineRowProps {
  readonly line: LineView;
  readonly number: number;
  readonly selected: boolean;
  readonly language: Language;
  readonly onSelect: (lineId: string) => void;
}

const LineRow = memo(function LineRow({ line, number, selected, language, onSelect }: LineRowProps) {
  const words = WORDS[language];
  const main = language === 'zh' ? line.names.zh : line.names[language];
  const beneath = language === 'zh' ? line.names.ru : line.names.zh;
  const unit = line.unit === 'kg' ? ` ${words.common.kilogram}` : '';
  return (
    <li className={selected ? 'line selected' : 'line'} data-testid="line" data-line-id={line.lineId}>
      <button
        type="button"
        className="line-key"
        tabIndex={-1}
        aria-current={selected}
        onClick={() => onSelect(line.lineId)}
      >
        <span className="line-number">{number}</span>
        <span className="line-names">
          <span className="line-name">{main}</span>
          <span className="line-beneath">
            {beneath} · {words.sale.vat[line.vat]}
            {selected ? ` · ${line.barcode}` : null}
          </span>
        </span>
        <span className="line-count number">
          {quantityNumber(line.quantityMilli, line.unit, language)}
          {unit} × {amountText(line.unitPrice, language)}
        </span>
        <span className="line-sum number">{amountText(line.sum, language)}</span>
      </button>
    </li>
  );
}, sameRow);

/** Views come whole, so every line is a new object; what it says is compared instead. */
function sameRow(before: LineRowProps, after: LineRowProps): boolean {
  return (
    before.number === after.number &&
    before.selected === after.selected &&
    before.language === after.language &&
    before.line.lineId === after.line.lineId &&
    before.line.quantityMilli === after.line.quantityMilli &&
    before.line.sum.amountMinor === after.line.sum.amountMinor &&
    before.line.unitPrice.amountMinor === after.line.unitPrice.amountMinor
  );
}

function ScanPicture() {
  return (
    <svg className="scan-picture" viewBox="0 0 120 72" aria-hidden="true">
      <g fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round">
        <path d="M4 18V8a4 4 0 0 1 4-4h12M100 4h12a4 4 0 0 1 4 4v10M116 54v10a4 4 0 0 1-4 4h-12M20 68H8a4 4 0 0 1-4-4V54" />
      </g>
      <g fill="currentColor">
        {[20, 27, 36, 41, 50, 57, 62, 71, 80, 85, 94].map((x, i) => (
          <rect key={x} x={x} y="18" width={i % 3 === 0 ? 5 : 3} height="36" />
        ))}
      </g>
    </svg>
  );
}
