/** The quick keys: what is sold often first, then goods by group, weighed goods last. */
import type { Names } from '../contract/view.ts';
import type { Goods } from './goods.ts';

export interface QuickGroup {
  readonly groupId: string;
  readonly names: Names;
  readonly goods: readonly Goods[];
}

const FREQUENT_MAX = 48;
const GROUP_MAX = 96;

const names = (ru: string, zh: string, en: string): Names => ({ ru, zh, en });

const GROUPS: readonly (readonly [string, Names])[] = [
  ['souvenirs', names('Сувениры', '纪念品', 'Souvenirs')],
  ['sweets', names('Сладости', '糖果', 'Sweets')],
  ['drinks', names('Напитки', '饮料', 'Drinks')],
  ['grocery', names('Бакалея', '杂货', 'Grocery')],
  ['dairy', names('Молочное', '乳制品', 'Dairy')],
  ['bakery', names('Хлеб', '面包', 'Bakery')],
  ['produce', names('Овощи и фрукты', '果蔬', 'Produce')],
  ['home', names('Для дома', '家居', 'Home')],
  ['tea', names('Чай и кофе', '茶和咖啡', 'Tea and coffee')],
  ['beauty', names('Красота', '美妆', 'Beauty')],
  ['other', names('Прочее', '其他', 'Other')],
];

/** Groups without goods are left out; groups the table does not know come under their own word, after the known ones. */
export function quickGroups(all: readonly Goods[]): readonly QuickGroup[] {
  const known = new Set(GROUPS.map(([id]) => id));
  const others = [...new Set(all.map((g) => g.group).filter((id) => !known.has(id)))].sort();
  const rows = [...GROUPS, ...others.map((id) => [id, names(id, id, id)] as const)];
  const frequent = all.filter((g) => g.quick !== null).sort(byQuick);
  return [
    {
      groupId: 'frequent',
      names: names('Частые', '常用', 'Frequent'),
      goods: frequent.slice(0, FREQUENT_MAX),
    },
    ...rows.map(([groupId, title]) => ({
      groupId,
      names: title,
      goods: all
        .filter((g) => g.group === groupId)
        .sort(byQuick)
        .slice(0, GROUP_MAX),
    })),
    {
      groupId: 'weighed',
      names: names('Весовые', '散装称重', 'By weight'),
      goods: all
        .filter((g) => g.unit === 'kg')
        .sort(byQuick)
        .slice(0, GROUP_MAX),
    },
  ].filter((group) => group.goods.length > 0);
}

function byQuick(left: Goods, right: Goods): number {
  return (left.quick ?? Number.MAX_SAFE_INTEGER) - (right.quick ?? Number.MAX_SAFE_INTEGER);
}
