/** Days on which a country works and its money moves, as data. A calendar that changes gets a new version; a date outside
 *  its years is refused, never guessed. What is not from a document is marked UNVERIFIED in its source.
 *
 *  Beside Saturdays and Sundays `closed` are days off, `open` are days at a weekend (or within `closed`) that work all the
 *  same, `short` are working days that end early. Ranges are `first..last`. */
import type { Calendar } from './calendar.ts';

const RU_WORK: Calendar = {
  name: 'ru.work',
  title: 'Russia: working days of a five-day week',
  version: '2025-09-24',
  firstYear: 2025,
  lastYear: 2026,
  closed: [
    ...['2025-01-01..2025-01-08', '2025-05-01..2025-05-02', '2025-05-08..2025-05-09'],
    ...['2025-06-12..2025-06-13', '2025-11-03..2025-11-04', '2025-12-31'],
    ...['2026-01-01..2026-01-09', '2026-02-23', '2026-03-09', '2026-05-01', '2026-05-11'],
    ...['2026-06-12', '2026-11-04', '2026-12-31'],
  ],
  open: ['2025-11-01'],
  short: [
    ...['2025-03-07', '2025-04-30', '2025-06-11', '2025-11-01'],
    ...['2026-04-30', '2026-05-08', '2026-06-11', '2026-11-03'],
  ],
  source:
    'Government of Russia, decrees 1335 of 2024-10-04 and 1466 of 2025-09-24; Labour Code, articles 95 and 112',
};

export const SHIPPED_CALENDARS: readonly Calendar[] = [
  RU_WORK,
  {
    ...RU_WORK,
    name: 'ru.payments',
    title: 'Payment system of the Bank of Russia: days with a regular session',
    version: '2025-12-09',
    // A rule with exceptions: closed on days off unless the Bank of Russia announces a session.
    open: ['2025-11-01', '2025-12-31', '2026-01-03', '2026-01-05..2026-01-06', '2026-01-08..2026-01-09'],
    short: [],
    source:
      'Bank of Russia, notice on 2025-12-31 and 2026-01-03, 05, 06, 08, 09; Sundays and other holidays with an announced ' +
      'session in 2025 and 2026 UNVERIFIED and left closed, so that no money is promised for them',
  },
  {
    name: 'cn.banks',
    title: 'China: working days with make-up days at weekends',
    version: '2025-11-04',
    firstYear: 2025,
    lastYear: 2026,
    closed: [
      ...['2025-01-01', '2025-01-28..2025-02-04', '2025-04-04..2025-04-06', '2025-05-01..2025-05-05'],
      ...['2025-05-31..2025-06-02', '2025-10-01..2025-10-08'],
      ...[
        '2026-01-01..2026-01-03',
        '2026-02-15..2026-02-23',
        '2026-04-04..2026-04-06',
        '2026-05-01..2026-05-05',
      ],
      ...['2026-06-19..2026-06-21', '2026-09-25..2026-09-27', '2026-10-01..2026-10-07'],
    ],
    open: [
      ...['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
      ...['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
    ],
    short: [],
    source:
      'State Council, notices of 2024-11-12 and 2025-11-04; that banks settle on each make-up day UNVERIFIED',
  },
  {
    name: 'cn.markets',
    title: 'China: trading days of the exchanges, closed at weekends and on make-up days',
    version: '2025-12-17',
    firstYear: 2025,
    lastYear: 2026,
    closed: [
      ...['2025-01-01', '2025-01-28..2025-02-04', '2025-04-04', '2025-05-01..2025-05-05'],
      ...['2025-06-02', '2025-10-01..2025-10-08'],
      ...['2026-01-01..2026-01-02', '2026-02-16..2026-02-23', '2026-04-06', '2026-05-01..2026-05-05'],
      ...['2026-06-19', '2026-09-25', '2026-10-01..2026-10-07'],
    ],
    open: [],
    short: [],
    source:
      'CFFEX, notice of 2025-12-17 for 2026; 2025 from the State Council’s notice and the same rule, UNVERIFIED',
  },
];
