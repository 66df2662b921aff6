/** The yuan today: what a customer pays at, where it comes from, and how it went. */
import type { RateToday } from '../../../gateway/console/contract/views.ts';
import { percentNumber } from '../../text/format.ts';
import { Card, Empty } from '../blocks.tsx';
import { boardRate, shortDate } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';
import { RateLine } from './rate-line.tsx';

/** Places after the mark that are shown of a rate with a mark-up in it. */
const PLACES = 4;

export function RateCard({ rate }: { rate: RateToday | null }) {
  const words = useWords();
  const { language } = useParts();
  if (rate === null) {
    return (
      <Card title={words.today.rate} className="rate-card">
        <Empty>{words.today.noRate}</Empty>
      </Card>
    );
  }
  const source = words.today.sources[rate.source] ?? rate.source;
  const shown = rate.priced ?? rate.rate;
  const below = [
    words.today.source(source, boardRate(rate.rate, language), shortDate(rate.sourceDate, language)),
    ...(rate.markupBp === null ? [] : [words.today.markup(percentNumber(rate.markupBp, language))]),
  ];
  const apart = rate.second;
  return (
    <Card title={words.today.rate} className="rate-card">
      <p className="big" data-testid="rate">
        <span className="number">{boardRate(cut(shown), language)}</span>
      </p>
      <p className="faint">{below.join(', ')}</p>
      <RateLine days={rate.days} label={words.today.thirtyDays} />
      <p className="faint">
        {[
          words.today.thirtyDays,
          ...(apart === null
            ? []
            : [words.today.apart(apart.source, percentNumber(apart.apartBp, language))]),
        ].join(' · ')}
      </p>
    </Card>
  );
}

/** To the nearest in its fourth place, for the eye alone. */
function cut(rate: RateToday['rate']): RateToday['rate'] {
  if (rate.scale <= PLACES) return rate;
  const unit = 10n ** BigInt(rate.scale - PLACES);
  return { ...rate, value: `${(BigInt(rate.value) + unit / 2n) / unit}`, scale: PLACES };
}
