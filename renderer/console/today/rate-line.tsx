/** Thirty days of one rate as a line. Every day has its place, whether it had a new rate or not. */
import type { RateToday } from '../../../gateway/console/contract/views.ts';

const WIDTH = 240;
const HEIGHT = 84;
const INSET = 4;

export function RateLine({ days, label }: { days: RateToday['days']; label: string }) {
  const points = days.map(({ date, rate }) => ({
    day: Date.parse(date),
    value: Number(rate.value) / 10 ** rate.scale,
  }));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (day: number) => INSET + ((day - first.day) / (last.day - first.day)) * (WIDTH - 2 * INSET);
  const y = (value: number) =>
    HEIGHT - INSET - ((value - least) / Math.max(most - least, 1e-9)) * (HEIGHT - 2 * INSET);
  const line = points.map(({ day, value }) => `${x(day).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <svg
      className="rate-line"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline points={line} vectorEffect="non-scaling-stroke" />
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
