/** Today: what came in, what has no answer yet, what is owed to whom, and what does not agree. */
import { useState } from 'react';
import type { TodayView } from '../../../gateway/console/contract/views.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../../gateway/kernel/time.ts';
import { Amount, Answer, Card, Empty, Heading } from '../blocks.tsx';
import { greatest, plotScale } from '../figures.ts';
import { useAsked, useParts, useWords } from '../parts.tsx';
import { CyclesTable } from '../settlement/cycles-table.tsx';
import { CalendarNotice } from './calendar-notice.tsx';
import { ExceptionSummaryCard } from './exception-summary.tsx';
import { HoursPlot } from './hours-plot.tsx';
import { RateCard } from './rate-card.tsx';
import { Tiles } from './tiles.tsx';

const EVERY_MS = 5_000;
const CYCLES_SHOWN = 6;

export function TodayRoom() {
  const asked = useAsked<TodayView>('/api/today', EVERY_MS);
  return <Answer asked={asked}>{(today) => <Today today={today} />}</Answer>;
}

function Today({ today }: { today: TodayView }) {
  const words = useWords();
  const [, month = 1, day = 1] = today.date.split('-').map(Number);
  const cutOffs = today.cutOffs.map(({ localTime: time, zone }) =>
    words.today.cutOff(time, words.today.zones[zone] ?? zone),
  );
  return (
    <>
      <Heading aside={[words.today.dayOpen, ...cutOffs].join(' · ')}>
        {words.today.heading(day, words.months[month - 1] ?? '')}
      </Heading>
      <CalendarNotice ending={today.calendarsEnding} />
      <Tiles today={today} />
      <div className={today.rate === null && today.exceptions === null ? 'today-grid alone' : 'today-grid'}>
        <TurnoverCard today={today} />
        <RateCard rate={today.rate} />
        <Card title={words.settlement.cycles} className="cycles-card">
          <CyclesTable rows={cyclesOfToday(today)} brief />
        </Card>
        {today.exceptions === null ? null : <ExceptionSummaryCard summary={today.exceptions} />}
      </div>
    </>
  );
}

/** Those of the last day that was cut, and older ones that are not over. */
function cyclesOfToday({ cycles }: TodayView): TodayView['cycles'] {
  const cut = cycles.filter(({ state }) => state !== 'OPEN');
  const last = cut
    .map(({ businessDate }) => businessDate)
    .sort()
    .at(-1);
  return cut
    .filter(({ businessDate, state }) => businessDate === last || state !== 'CLOSED')
    .slice(0, CYCLES_SHOWN);
}

function TurnoverCard({ today }: { today: TodayView }) {
  const words = useWords();
  const { language } = useParts();
  const [by, setBy] = useState<'hours' | 'partners'>('hours');
  const most = today.hours.reduce<Record<number, bigint>>((sums, { hour, amount }) => {
    sums[hour] = (sums[hour] ?? 0n) + BigInt(amount.amountMinor);
    return sums;
  }, {});
  const { unit } = plotScale(greatest(Object.values(most)), language);
  const sign = `${words.today[unit]} ₽`;
  const hourNow = Number(localTime(today.now, MOSCOW_OFFSET_MINUTES).time.slice(0, 2));
  return (
    <Card
      title={by === 'hours' ? words.today.hours(sign) : words.today.partners('₽')}
      className="turnover-card"
      aside={
        <span className="switch">
          {(['hours', 'partners'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={by === one}
              onClick={() => setBy(one)}
              data-testid={`by-${one}`}
            >
              {one === 'hours' ? words.today.byHours : words.today.byPartners}
            </button>
          ))}
        </span>
      }
    >
      {today.hours.length === 0 ? <Empty>{words.today.noTrade}</Empty> : null}
      {today.hours.length > 0 && by === 'hours' ? <HoursPlot parts={today.hours} hourNow={hourNow} /> : null}
      {today.hours.length > 0 && by === 'partners' ? <PartnerBars today={today} /> : null}
    </Card>
  );
}

function PartnerBars({ today }: { today: TodayView }) {
  const words = useWords();
  const most = today.partners.reduce((top, { amount }) => Math.max(top, Number(amount.amountMinor)), 1);
  return (
    <table className="bars">
      <tbody>
        {today.partners.map(({ partner, name, amount, count }) => (
          <tr key={partner}>
            <th>{name === '' ? words.common.none : name}</th>
            <td className="bar">
              <svg width="100%" height={18} aria-hidden="true">
                <rect
                  width={`${(Number(amount.amountMinor) / most) * 100}%`}
                  height={18}
                  rx={4}
                  className="tender-card_local"
                />
              </svg>
            </td>
            <td className="num">{words.today.payments(`${count}`, count)}</td>
            <td className="num">
              <Amount value={amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
