/** Goods by name in any language, by code or barcode: type, arrow to one, Enter adds it. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { GoodsView } from '../../../electron/contract/view.ts';
import { amountText } from '../../text/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { useClock, useSend, useView, useWords } from '../../ui/terminal.tsx';
import { useKeys } from '../../ui/use-keys.ts';

/** Longer than a scanner's whole burst, so that a scan into this field never becomes a search. */
const PAUSE_MS = 150;
const TEXT_MOST = 64;

export interface SearchState {
  readonly text: string;
  readonly active: boolean;
  /** Null until the text has been looked up. */
  readonly found: readonly GoodsView[] | null;
  readonly marked: number;
  type(text: string): void;
  mark(index: number): void;
  take(goods: GoodsView): void;
  lookUpNow(): Promise<readonly GoodsView[]>;
}

export function useSearch(onTake: (goods: GoodsView) => void): SearchState {
  const send = useSend();
  const clock = useClock();
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly GoodsView[] | null>(null);
  const [marked, setMarked] = useState(0);
  const latest = useRef('');

  const lookUp = async (wanted: string): Promise<readonly GoodsView[]> => {
    const reply = await send({ command: 'search', text: wanted });
    const goods = reply.ok ? goodsOf(reply.result) : [];
    if (latest.current === wanted) {
      setFound(goods);
      setMarked(0);
    }
    return goods;
  };
  const lookUpLatest = useRef(lookUp);
  lookUpLatest.current = lookUp;

  useEffect(() => {
    if (text.trim() === '') return;
    return clock.after(PAUSE_MS, () => void lookUpLatest.current(text.trim()));
  }, [text, clock]);

  const type = (typed: string): void => {
    latest.current = typed.trim();
    setText(typed.slice(0, TEXT_MOST));
    setFound(null);
  };
  return {
    text,
    active: text.trim() !== '',
    found,
    marked,
    type,
    mark: setMarked,
    take: (goods) => {
      type('');
      onTake(goods);
    },
    lookUpNow: () => lookUp(text.trim()),
  };
}

export function Search({ search }: { search: SearchState }) {
  const words = useWords();
  const field = useRef<HTMLInputElement>(null);
  useKeys({ 'Ctrl+KeyK': () => field.current?.focus() });
  const { found, marked } = search;

  const press = async (event: KeyboardEvent): Promise<void> => {
    // The keys with which a Chinese word is chosen belong to the input method.
    if (event.nativeEvent.isComposing) return;
    const last = (found?.length ?? 0) - 1;
    if (event.key === 'ArrowDown') search.mark(Math.min(last, marked + 1));
    else if (event.key === 'ArrowUp') search.mark(Math.max(0, marked - 1));
    else if (event.key === 'Escape') {
      search.type('');
      field.current?.blur();
    } else if (event.key === 'Enter' && search.active) {
      const goods = found === null ? only(await search.lookUpNow()) : found[marked];
      if (goods !== undefined) search.take(goods);
      return;
    } else return;
    event.preventDefault();
  };
  return (
    <div className={search.active ? 'search active' : 'search'}>
      <label className="search-field">
        <Icon name="search" />
        <span className="visually-hidden">{words.sale.search}</span>
        <input
          ref={field}
          data-testid="search"
          placeholder={words.sale.search}
          value={search.text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => search.type(event.target.value)}
          onKeyDown={(event) => void press(event)}
        />
        <kbd className="hint">{search.active ? words.key.escape : 'Ctrl K'}</kbd>
      </label>
      {search.active ? <Found search={search} /> : null}
    </div>
  );
}

function Found({ search }: { search: SearchState }) {
  const words = useWords();
  const { language } = useView();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[search.marked]?.scrollIntoView({ block: 'nearest' });
  }, [search.marked]);
  if (search.found === null) return <p className="found-none">{words.common.loading}</p>;
  if (search.found.length === 0) {
    return (
      <div className="found-none" data-testid="found-none" aria-live="polite">
        <strong>{words.sale.searchEmpty}</strong>
        <p>{words.sale.searchEmptyText}</p>
      </div>
    );
  }
  return (
    <>
      <div className="found" ref={list}>
        {search.found.map((goods, index) => (
          <button
            key={goods.goodsId}
            type="button"
            className="found-row"
            tabIndex={-1}
            aria-current={index === search.marked}
            data-testid="found"
            data-goods-id={goods.goodsId}
            onClick={() => search.take(goods)}
          >
            <span className="found-names">
              <span>{goods.names[language]}</span>
              <small>{language === 'zh' ? goods.names.ru : goods.names.zh}</small>
            </span>
            <span className="found-price number">
              {amountText(goods.price, language)}
              {goods.unit === 'kg' ? <small>{words.sale.perKilogram}</small> : null}
            </span>
          </button>
        ))}
      </div>
      <p className="found-keys">{words.sale.searchKeys}</p>
    </>
  );
}

function only(goods: readonly GoodsView[]): GoodsView | undefined {
  return goods.length === 1 ? goods[0] : undefined;
}

function goodsOf(result: unknown): readonly GoodsView[] {
  return (result as { readonly goods?: readonly GoodsView[] }).goods ?? [];
}
