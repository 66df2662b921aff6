/** What is being paid: roubles large, yuan and wallet beside. */
import type { MoneyJson } from '../../../gateway/kernel/money.ts';
import { moneyText } from '../../text/format.ts';
import { Money } from '../../ui/money.tsx';
import { useView } from '../../ui/terminal.tsx';

export interface PaymentSumProps {
  readonly amount: MoneyJson;
  readonly yuan: MoneyJson | null;
  readonly tail: string | null;
}

export function PaymentSum({ amount, yuan, tail }: PaymentSumProps) {
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
    </p>
  );
}
