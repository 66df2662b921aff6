/** How many of a line, or how heavy it is. */
import type { LineView } from '../../../electron/contract/view.ts';
import { quantityNumber } from '../../text/format.ts';
import { gramsFromTyped, wholeFromTyped } from '../../text/parse.ts';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { EntryDialog } from './entry-dialog.tsx';

const COUNT_MOST = 999;

export function QuantityDialog({ line, onClose }: { line: LineView; onClose: () => void }) {
  const words = useWords();
  const { language } = useView();
  const { run, busy, refusal } = useCommand();
  const weighed = line.unit === 'kg';
  const confirm = async (typed: string): Promise<void> => {
    const value = weighed ? gramsFromTyped(typed) : wholeFromTyped(typed, 1, COUNT_MOST);
    if (value === null) return;
    const done = await run(
      weighed
        ? { command: 'line_weight', lineId: line.lineId, grams: value }
        : { command: 'line_quantity', lineId: line.lineId, count: value },
    );
    if (done) onClose();
  };
  return (
    <EntryDialog
      title={weighed ? words.sale.weightTitle : words.sale.quantityTitle}
      about={line.names[language]}
      help={weighed ? words.sale.weightHint : words.sale.quantityHint}
      first={quantityNumber(line.quantityMilli, line.unit, language)}
      decimal={weighed}
      confirm={words.sale.set}
      valid={(typed) => (weighed ? gramsFromTyped(typed) : wholeFromTyped(typed, 1, COUNT_MOST)) !== null}
      busy={busy}
      refusal={refusal}
      onConfirm={(typed) => void confirm(typed)}
      onClose={onClose}
    />
  );
}
