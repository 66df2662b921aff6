/** The weight of goods about to be added. */
import type { GoodsView } from '../../../electron/contract/view.ts';
import { gramsFromTyped } from '../../text/parse.ts';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { EntryDialog } from './entry-dialog.tsx';

export function WeightDialog({ goods, onClose }: { goods: GoodsView; onClose: () => void }) {
  const words = useWords();
  const { language } = useView();
  const { run, busy, refusal } = useCommand();
  const confirm = async (typed: string): Promise<void> => {
    const grams = gramsFromTyped(typed);
    if (grams === null) return;
    if (await run({ command: 'line_add', goodsId: goods.goodsId, grams })) onClose();
  };
  return (
    <EntryDialog
      title={words.sale.weightTitle}
      about={goods.names[language]}
      help={words.sale.weightHint}
      first=""
      decimal
      confirm={words.sale.add}
      valid={(typed) => gramsFromTyped(typed) !== null}
      busy={busy}
      refusal={refusal}
      onConfirm={(typed) => void confirm(typed)}
      onClose={onClose}
    />
  );
}
