/** What one may do with the chosen line. Always in the same place, so that nothing moves under a finger. */
import type { LineView } from '../../../electron/contract/view.ts';
import { quantityNumber } from '../../text/format.ts';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';

const COUNT_MOST = 999;

export function LineActions({
  line,
  onQuantity,
  onGift,
}: {
  line: LineView | null;
  onQuantity: (() => void) | undefined;
  /** Absent where nobody is known to give to. */
  onGift: (() => void) | undefined;
}) {
  const words = useWords();
  const { language } = useView();
  const { run, busy } = useCommand();
  if (line === null) return <div className="line-actions" />;
  const count = Math.trunc(line.quantityMilli / 1000);
  const setCount = (next: number) => () => {
    void run({ command: 'line_quantity', lineId: line.lineId, count: next });
  };
  const weighed = line.unit === 'kg';
  const quantity = quantityNumber(line.quantityMilli, line.unit, language);
  return (
    <div className="line-actions" data-testid="line-actions">
      {weighed ? null : (
        <Key
          testId="line-less"
          label={words.sale.less}
          disabled={busy || count <= 1}
          onPress={setCount(count - 1)}
        >
          −
        </Key>
      )}
      <Key testId="line-quantity" hint="F2" onPress={() => onQuantity?.()}>
        {weighed ? words.sale.weight : words.sale.quantity} <strong className="number">{quantity}</strong>
      </Key>
      {weighed ? null : (
        <Key
          testId="line-plus"
          label={words.sale.plus}
          disabled={busy || count >= COUNT_MOST}
          onPress={setCount(count + 1)}
        >
          +
        </Key>
      )}
      <span className="bar-gap" />
      {onGift === undefined ? null : (
        <Key testId="gift" hint="F4" onPress={onGift}>
          {words.gift.give}
        </Key>
      )}
      <Key
        testId="line-remove"
        hint={words.key.delete}
        disabled={busy}
        onPress={() => {
          void run({ command: 'line_remove', lineId: line.lineId });
        }}
      >
        {words.sale.remove}
      </Key>
    </div>
  );
}
