/** A calendar that ends soon: without its next year no value date can be given, and nothing is cut. */
import type { CalendarEnding } from '../../../gateway/console/contract/views.ts';
import { dateText } from '../../text/format.ts';
import { useParts, useWords } from '../parts.tsx';

export function CalendarNotice({ ending }: { ending: readonly CalendarEnding[] }) {
  const { today: words } = useWords();
  const { language } = useParts();
  if (ending.length === 0) return null;
  return (
    <ul className="calendar-notice" data-testid="calendars-ending">
      {ending.map(({ calendar, lastDate, daysLeft }) => (
        <li key={calendar}>
          {words.calendarEnds(words.calendars[calendar] ?? calendar, dateText(lastDate, language), daysLeft)}
        </li>
      ))}
    </ul>
  );
}
