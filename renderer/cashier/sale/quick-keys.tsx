/** What is sold often, a press away: groups as tabs, goods as tiles. */
import { useEffect, useState } from 'react';
import type { GoodsView, QuickGroupView } from '../../../electron/contract/view.ts';
import { amountText } from '../../text/format.ts';
import { softened } from '../../text/soft-hyphens.ts';
import { useSend, useView, useWords } from '../../ui/terminal.tsx';

export function QuickKeys({ onAdd }: { onAdd: (goods: GoodsView) => void }) {
  const words = useWords();
  const { language } = useView();
  const groups = useQuickGroups();
  const [chosenId, setChosenId] = useState<string | null>(null);
  if (groups === null) return <p className="quick-none">{words.common.loading}</p>;
  const chosen = groups.find((group) => group.groupId === chosenId) ?? groups[0];
  if (chosen === undefined) return <p className="quick-none">{words.sale.noQuickKeys}</p>;
  return (
    <div className="quick" data-testid="quick-keys">
      <div className="quick-tabs" role="tablist" aria-label={words.sale.quickKeys}>
        {groups.map((group) => (
          <button
            key={group.groupId}
            type="button"
            role="tab"
            className="quick-tab"
            aria-selected={group === chosen}
            data-testid={`quick-tab-${group.groupId}`}
            onClick={(event) => {
              setChosenId(group.groupId);
              event.currentTarget.scrollIntoView({ inline: 'center', block: 'nearest' });
            }}
          >
            {group.names[language]}
          </button>
        ))}
      </div>
      <div className="quick-tiles" key={chosen.groupId}>
        {chosen.goods.map((goods) => (
          <button
            key={goods.goodsId}
            type="button"
            className="quick-tile"
            title={goods.names[language]}
            data-testid="quick-tile"
            data-goods-id={goods.goodsId}
            onClick={() => onAdd(goods)}
          >
            <span className="quick-name">{softened(goods.names[language])}</span>
            <span className="quick-price number">
              {amountText(goods.price, language)}
              {goods.unit === 'kg' ? <small> {words.sale.perKilogram}</small> : null}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}

function useQuickGroups(): readonly QuickGroupView[] | null {
  const send = useSend();
  const [groups, setGroups] = useState<readonly QuickGroupView[] | null>(null);
  useEffect(() => {
    let here = true;
    void send({ command: 'quick_keys' }).then((reply) => {
      if (here)
        setGroups(reply.ok ? ((reply.result as { groups?: readonly QuickGroupView[] }).groups ?? []) : []);
    });
    return () => {
      here = false;
    };
  }, [send]);
  return groups;
}
