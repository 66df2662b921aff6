/** What is being paid: roubles large, yuan and wallet beside. */
import type { MoneyJson } from '../../../gateway/kernel/money.ts';
import { moneyText } from '../../text/format.ts';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';

export interface PaymentSumProps {
  readonly amount: MoneyJson;
  readonly yuan: MoneyJson | null;
  readonly tail: string | null;
  /** Within the amount. */
  readonly gift?: MoneyJson | undefined;
}

export function PaymentSum({ amount, yuan, tail, gift }: PaymentSumProps) {
  const words = useWords();
  const { language } = useView();
  const beside = [
    yuan === null ? null : moneyText(yuan, language),
    tail === null ? 'Alipay' : `Alipay ···· ${tail}`,
  ];
  return (
    <p className="payment-sum">
      <strong>
        <Money value={amount} language={language} testId="payment-amount" />
      </strong>
      <span className="number">{beside.filter((text) => text !== null).join(' · ')}</span>
      {gift === undefined ? null : (
        <span className="number" data-testid="payment-gift">
          {words.gift.within(moneyText(gift, language))}
        </span>
      )}
    </p>
  );
}
