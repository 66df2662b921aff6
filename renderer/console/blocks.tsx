/** Parts that all rooms are made of: cards, words for states, amounts, and what to show while there is nothing to show. */
import type { ReactNode } from 'react';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import { amountText, moneyText } from '../text/format.ts';
import { useParts, useWords } from './parts.tsx';

export type Tone = 'plain' | 'river' | 'jade' | 'amber' | 'cinnabar';

export function Chip({ tone, children, testId }: { tone: Tone; children: ReactNode; testId?: string }) {
  return (
    <span className={`chip chip-${tone}`} data-testid={testId}>
      {children}
    </span>
  );
}

export function Card({
  title,
  children,
  className = '',
  aside,
}: {
  title: ReactNode;
  children: ReactNode;
  className?: string;
  aside?: ReactNode;
}) {
  return (
    <section className={`card ${className}`}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Without its currency, for columns that name it once. */
export function Amount({ value, strong = false }: { value: MoneyJson; strong?: boolean }) {
  const { language } = useParts();
  const text = <span className="number">{amountText(value, language)}</span>;
  return strong ? <strong>{text}</strong> : text;
}

export function Sum({ value, testId }: { value: MoneyJson; testId?: string }) {
  const { language } = useParts();
  return (
    <span className="number" data-testid={testId} data-minor={value.amountMinor}>
      {moneyText(value, language)}
    </span>
  );
}

export function Sums({ values }: { values: readonly MoneyJson[] }) {
  const words = useWords();
  if (values.length === 0) return <>{words.common.none}</>;
  return (
    <>
      {values.map((value, index) => (
        <span key={value.currency}>
          {index === 0 ? '' : ' · '}
          <Sum value={value} />
        </span>
      ))}
    </>
  );
}

export function Failed({ code }: { code: string }) {
  const { codes, common } = useWords();
  const sentence = codes.byCode[code];
  return (
    <p className="inline-error" role="alert" data-testid="failed" data-code={code}>
      <span>
        {sentence ?? codes.general}
        {sentence === undefined ? <small> {common.code(code)}</small> : null}
      </span>
    </p>
  );
}

export function Loading() {
  const words = useWords();
  return (
    <p className="empty" role="status">
      {words.common.loading}
    </p>
  );
}

/** Days since; today is a word. */
export function Age({ days }: { days: number }) {
  const { common } = useWords();
  return <>{days === 0 ? common.today : common.days(days)}</>;
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** What there is, or why there is nothing. */
export function Answer<T>({
  asked,
  children,
}: {
  asked: { readonly value: T | null; readonly failed: string | null };
  children: (value: T) => ReactNode;
}) {
  if (asked.value !== null) return <>{children(asked.value)}</>;
  return asked.failed === null ? <Loading /> : <Failed code={asked.failed} />;
}

export function Heading({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <header className="heading">
      <h1>{children}</h1>
      {aside === undefined ? null : <p>{aside}</p>}
    </header>
  );
}
