/** The one number of the screen, and what it is in yuan. */
import type { BasketView } from '../../../electron/contract/view.ts';
import { amountText, minutesLeft, moneyText, rateNumber } from '../../text/format.ts';
import { Money } from '../../ui/money.tsx';
import { useHostNow, useView, useWords } from '../../ui/terminal.tsx';

export function TotalPanel({ basket }: { basket: BasketView }) {
  const words = useWords();
  const { language } = useView();
  const rub = basket.vatIncluded;
  const count = basket.lines.length;
  const positions = basket.gift === null ? words.sale.positions(count) : words.gift.withPositions(count);
  return (
    <footer className="total" data-testid="total-panel">
      <div className="total-words">
        <span className="total-count">
          {words.common.total} · {positions}
        </span>
        <YuanLine basket={basket} />
      </div>
      <div className="total-sums">
        <strong className="total-sum">
          <Money value={basket.total} language={language} testId="total" />
        </strong>
        <span className="total-vat number">{words.sale.vatIncluded(amountText(rub, language))}</span>
      </div>
    </footer>
  );
}

function YuanLine({ basket }: { basket: BasketView }) {
  const words = useWords();
  const { language } = useView();
  const now = useHostNow(500);
  const { rate, yuan } = basket;
  if (rate === null || yuan === null) {
    return (
      <span className="total-yuan" data-testid="yuan-none">
        {words.sale.noRate}
      </span>
    );
  }
  const leftMs = rate.expiresAt - now;
  return (
    <span className="total-yuan" data-testid="yuan">
      ≈ <strong className="number">{moneyText(yuan, language)}</strong>{' '}
      <span className="number">{words.sale.rate(rateNumber(rate.rate, language))},</span>{' '}
      <span className="number">
        {leftMs > 0 ? words.sale.rateLeft(minutesLeft(leftMs)) : words.sale.rateRenewing}
      </span>
    </span>
  );
}
