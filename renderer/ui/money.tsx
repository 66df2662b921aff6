/** Amounts as people read them, in the screen's language. */
import type { Language } from '../../electron/contract/commands.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { moneyText } from '../text/format.ts';

export function Money({
  value,
  language,
  testId,
}: {
  value: MoneyJson;
  language: Language;
  testId?: string;
}) {
  return (
    <span className="number" data-testid={testId} data-minor={value.amountMinor}>
      {moneyText(value, language)}
    </span>
  );
}
