/** Filling the basket. */
import type { Goods } from '../catalogue/goods.ts';
import { quickGroups } from '../catalogue/quick-groups.ts';
import type { GoodsView, QuickGroupView } from '../contract/view.ts';
import { addGoods } from '../sale/basket.ts';
import type { TillCore } from './core.ts';
import { Refusal } from './refusal.ts';
import { beginSale, changeBasket, closeUnpaid } from './sales.ts';
import { goodsView } from './views/basket.ts';

/** Errors  GOODS_NOT_FOUND | WEIGHT_REQUIRED | BASKET_FULL */
export function addLine(core: TillCore, goodsId: string, grams: number | null): void {
  const goods = core.parts.catalogue.byId(goodsId);
  if (goods === null) throw new Refusal('GOODS_NOT_FOUND', { goodsId });
  addToBasket(core, goods, grams);
}

export function addToBasket(core: TillCore, goods: Goods, grams: number | null): void {
  if (goods.unit === 'kg' && (grams === null || grams === 0)) {
    throw new Refusal('WEIGHT_REQUIRED', { goodsId: goods.goodsId });
  }
  const quantityMilli = goods.unit === 'kg' ? (grams ?? 0) : 1000;
  changeBasket(core, addGoods(core.state.basket, goods, quantityMilli));
}

export function clearSale(core: TillCore): void {
  closeUnpaid(core, 'cancelled', 'cleared by the cashier');
  beginSale(core);
}

export function search(core: TillCore, text: string): { readonly goods: readonly GoodsView[] } {
  return { goods: core.parts.catalogue.search(text).map(goodsView) };
}

export function quickKeys(core: TillCore): { readonly groups: readonly QuickGroupView[] } {
  return {
    groups: quickGroups(core.parts.catalogue.all()).map((group) => ({
      ...group,
      goods: group.goods.map(goodsView),
    })),
  };
}
