/** The sale: goods on the left over the total, everything one presses on the right. */
import { useState } from 'react';
import type { BasketView, GoodsView } from '../../../electron/contract/view.ts';
import { useView } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { GiftDialog } from './gift-dialog.tsx';
import { GiftLine } from './gift-line.tsx';
import { LineActions } from './line-actions.tsx';
import { Lines } from './lines.tsx';
import { MoreDialog } from './more-dialog.tsx';
import { PayKeys } from './pay-keys.tsx';
import { QuantityDialog } from './quantity-dialog.tsx';
import { QuickKeys } from './quick-keys.tsx';
import { Search, useSearch } from './search.tsx';
import { TotalPanel } from './total-panel.tsx';
import { WeightDialog } from './weight-dialog.tsx';

type Open =
  | { readonly dialog: 'none' }
  | { readonly dialog: 'more' | 'gift' }
  | { readonly dialog: 'line'; readonly lineId: string }
  | { readonly dialog: 'weigh'; readonly goods: GoodsView };

export function SaleScreen({ basket }: { basket: BasketView }) {
  const { language } = useView();
  const [open, setOpen] = useState<Open>({ dialog: 'none' });
  const { run } = useCommand();
  const close = (): void => setOpen({ dialog: 'none' });
  const add = (goods: GoodsView): void => {
    if (goods.unit === 'kg') setOpen({ dialog: 'weigh', goods });
    else void run({ command: 'line_add', goodsId: goods.goodsId });
  };
  const search = useSearch(add);
  const selected = basket.lines.find((line) => line.lineId === basket.selectedLineId) ?? null;
  const openLine = selected === null ? undefined : () => setOpen({ dialog: 'line', lineId: selected.lineId });
  const openGift = basket.giftOffer === null ? undefined : () => setOpen({ dialog: 'gift' });
  useLineKeys(basket, openLine, openGift);
  const edited =
    open.dialog === 'line' ? basket.lines.find((line) => line.lineId === open.lineId) : undefined;

  return (
    <div className="sale">
      <section className="sale-goods">
        <Lines basket={basket} language={language} />
        {basket.gift === null ? null : <GiftLine gift={basket.gift} />}
        <LineActions line={selected} onQuantity={openLine} onGift={openGift} />
        <TotalPanel basket={basket} />
      </section>
      <aside className="sale-side">
        <Search search={search} />
        {search.active ? null : <QuickKeys onAdd={add} />}
        <PayKeys basket={basket} onMore={() => setOpen({ dialog: 'more' })} />
      </aside>
      {open.dialog === 'more' ? <MoreDialog basket={basket} onClose={close} /> : null}
      {open.dialog === 'gift' && basket.giftOffer !== null ? (
        <GiftDialog basket={basket} offer={basket.giftOffer} onClose={close} />
      ) : null}
      {open.dialog === 'weigh' ? <WeightDialog goods={open.goods} onClose={close} /> : null}
      {edited === undefined ? null : <QuantityDialog line={edited} onClose={close} />}
    </div>
  );
}

/** Arrows choose a line, Delete removes it, F2 asks how many, F4 for a gift. */
function useLineKeys(
  basket: BasketView,
  openLine: (() => void) | undefined,
  openGift: (() => void) | undefined,
): void {
  const { run } = useCommand();
  const at = basket.lines.findIndex((line) => line.lineId === basket.selectedLineId);
  const select = (index: number): void => {
    const line = basket.lines[index];
    if (line !== undefined) void run({ command: 'line_select', lineId: line.lineId });
  };
  const previous = (): void => select(Math.max(0, at - 1));
  const next = (): void => select(Math.min(basket.lines.length - 1, at + 1));
  const remove = (): void => {
    const line = basket.lines[at];
    if (line !== undefined) void run({ command: 'line_remove', lineId: line.lineId });
  };
  useKeys({
    F2: openLine,
    F4: openGift,
    ArrowUp: previous,
    ArrowDown: next,
    Delete: remove,
  });
}
