/** The four numbers of the day. */
import type { ReactNode } from 'react';
import type { TodayView } from '../../../gateway/console/contract/views.ts';
import { amountText, moneyText } from '../../text/format.ts';
import { Sum } from '../blocks.tsx';
import { countText, share, shortDate } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';
import type { ConsoleWords } from '../text/ru.ts';

const NONE = { amountMinor: '0', currency: 'RUB' };
/** Somebody stands at a counter and waits. */
const LONG_MS = 60_000;

export function Tiles({ today }: { today: TodayView }) {
  const words = useWords();
  const { language, session } = useParts();
  const { approved, declined, cancelled } = today.outcomes;
  const all = approved + declined + cancelled;
  const [main] = today.turnover;
  const [charged] = today.charged;
  const [due] = today.due;
  const { oldestAt, count } = today.unconfirmed;
  const oldestMs = oldestAt === null ? 0 : today.now - oldestAt;
  const isPartner = typeof session === 'object' && session.partner !== null;
  return (
    <div className="tiles">
      <Tile
        label={words.today.turnover}
        note={[
          words.today.payments(countText(main?.count ?? 0), main?.count ?? 0),
          ...(charged === undefined ? [] : [words.today.charged(moneyText(charged, language))]),
        ]}
      >
        <Sum value={main?.amount ?? NONE} testId="turnover" />
      </Tile>
      <Tile
        label={words.today.approved}
        note={[
          words.today.declined(share(declined, all, language)),
          words.today.cancelled(share(cancelled, all, language)),
        ]}
      >
        <span className="number">
          {all === 0 ? words.common.none : `${share(approved, all, language)} %`}
        </span>
      </Tile>
      <Tile
        label={words.today.unconfirmed}
        tone={oldestMs > LONG_MS ? 'amber' : 'plain'}
        note={[count === 0 ? words.today.allConfirmed : words.today.oldest(ageText(oldestMs, words))]}
      >
        <span className="number" data-testid="unconfirmed">
          {count}
        </span>
      </Tile>
      <Tile
        label={
          due === undefined || due.from !== due.to
            ? isPartner
              ? words.today.dueOwn
              : words.today.due
            : words.today.dueOf(shortDate(due.to, language))
        }
        href={addressOf('settlement')}
        note={
          due === undefined
            ? [words.today.nothingDue]
            : [
                words.today.banks(due.banks),
                ...(due.waiting === 0 ? [] : [words.today.waiting(due.waiting)]),
                ...(due.held.amountMinor === '0' ? [] : [words.today.held(amountText(due.held, language))]),
              ]
        }
      >
        <Sum value={due?.amount ?? NONE} testId="due" />
      </Tile>
    </div>
  );
}

function Tile(props: {
  readonly label: string;
  readonly note: readonly string[];
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'amber';
  readonly href?: string;
}) {
  const { label, note, children, tone = 'plain', href } = props;
  return (
    <section className={`card tile tile-${tone}`}>
      <h2>{href === undefined ? label : <a href={href}>{label}</a>}</h2>
      <p className="big">{children}</p>
      <p className="faint">{note.join(' · ')}</p>
    </section>
  );
}

function ageText(ms: number, words: ConsoleWords): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return words.today.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? words.today.minutes(minutes) : words.today.hoursAge(Math.round(minutes / 60));
}
