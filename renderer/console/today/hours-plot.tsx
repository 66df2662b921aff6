/** Turnover by the hour, stacked by what was paid with. Drawn to the width there is; the same numbers stand in a table for who
 *  does not see it. */
import { useLayoutEffect, useRef, useState } from 'react';
import type { HourPart, TenderKey } from '../../../gateway/console/contract/views.ts';
import { greatest, plotScale } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';

const TENDERS: readonly TenderKey[] = ['alipay', 'card_local', 'card_abroad'];
const HEIGHT = 208;
const FLOOR = 24;
const HEAD = 22;
const GAP = 2;
const FIRST_HOUR = 9;
const LAST_HOUR = 20;

export function HoursPlot({ parts, hourNow }: { parts: readonly HourPart[]; hourNow: number }) {
  const words = useWords();
  const { language } = useParts();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const hours = hoursOf(parts, hourNow);
  const sums = hours.map((hour) => ({ hour, stack: stackOf(parts, hour) }));
  const most = greatest([1n, ...sums.map(({ stack }) => stack.total)]);
  const scale = plotScale(most, language);
  const step = width / Math.max(1, hours.length);
  const bar = Math.max(4, Math.min(84, step - 10));
  const room = HEIGHT - FLOOR - HEAD;
  return (
    <div ref={box} className="plot">
      <svg width={width} height={HEIGHT} role="img" aria-label={words.today.hours(words.today[scale.unit])}>
        <line x1={0} x2={width} y1={HEIGHT - FLOOR + 0.5} y2={HEIGHT - FLOOR + 0.5} className="plot-floor" />
        {sums.map(({ hour, stack }, index) => {
          const left = index * step + (step - bar) / 2;
          const full = (Number(stack.total) / Number(most)) * room;
          let top = HEIGHT - FLOOR;
          return (
            <g key={hour}>
              {stack.parts.map(({ tender, minor }) => {
                const height = (Number(minor) / Number(most)) * room;
                top -= height;
                return height < 0.5 ? null : (
                  <rect
                    key={tender}
                    x={left}
                    y={top}
                    width={bar}
                    height={Math.max(1, height - GAP)}
                    rx={3}
                    className={`tender-${tender}`}
                  />
                );
              })}
              <text x={left + bar / 2} y={HEIGHT - 7} className="plot-hour">
                {hour}
              </text>
              {stack.total === 0n ? null : (
                <text x={left + bar / 2} y={HEIGHT - FLOOR - full - 7} className="plot-value">
                  {scale.text(stack.total)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ul className="legend">
        {TENDERS.map((tender) => (
          <li key={tender}>
            <svg width={10} height={10} aria-hidden="true">
              <rect width={10} height={10} rx={3} className={`tender-${tender}`} />
            </svg>
            {words.today.tenders[tender]}
          </li>
        ))}
      </ul>
      <table className="visually-hidden">
        <tbody>
          {sums.map(({ hour, stack }) => (
            <tr key={hour}>
              <th>{hour}:00</th>
              {stack.parts.map(({ tender, minor }) => (
                <td key={tender}>
                  {words.today.tenders[tender]} {scale.text(minor)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The hours shops are open, and whatever lies outside of them. */
function hoursOf(parts: readonly HourPart[], hourNow: number): readonly number[] {
  const all = parts.map(({ hour }) => hour);
  const first = Math.min(FIRST_HOUR, ...all);
  const last = Math.max(LAST_HOUR, hourNow, ...all);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function stackOf(parts: readonly HourPart[], hour: number) {
  const own = TENDERS.map((tender) => ({
    tender,
    minor: parts
      .filter((part) => part.hour === hour && part.tender === tender)
      .reduce((sum, { amount }) => sum + BigInt(amount.amountMinor), 0n),
  }));
  return { parts: own, total: own.reduce((sum, { minor }) => sum + minor, 0n) };
}
