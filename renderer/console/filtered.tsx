/** A list that may be long: a field that narrows it, and so many rows of it at most. */
import { useState } from 'react';
import { countText } from './figures.ts';
import { useWords } from './parts.tsx';

const ROWS_MOST = 300;
const FEW = 12;

export interface Filtered<T> {
  readonly rows: readonly T[];
  /** Null where the list is short. */
  readonly field: React.ReactNode;
}

export function useFiltered<T>(all: readonly T[], textOf: (row: T) => string): Filtered<T> {
  const { common } = useWords();
  const [wanted, setWanted] = useState('');
  const words = wanted.trim().toLocaleLowerCase();
  const found = words === '' ? all : all.filter((row) => textOf(row).toLocaleLowerCase().includes(words));
  const rows = found.slice(0, ROWS_MOST);
  const field =
    all.length <= FEW ? null : (
      <span className="filter">
        {rows.length === all.length ? null : (
          <small className="faint">{common.shownOf(countText(rows.length), countText(all.length))}</small>
        )}
        <input
          className="field"
          type="search"
          placeholder={common.filter}
          aria-label={common.filter}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          data-testid="filter"
        />
      </span>
    );
  return { rows, field };
}
