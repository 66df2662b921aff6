/** alipay.data.dataservice.bill.downloadurl.query: a ticket for yesterday's bill or last month's, good for 30 seconds.
 *  Source  Open Platform: T+1 after 10:00 Beijing time, a month's by the 4th, 30 months back */
import { type EpochMs, localTime } from '../../../gateway/kernel/time.ts';
import { beijingStart } from '../buyers.ts';
import type { Desk } from '../desk.ts';
import { businessFailure, type ReplyNode, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';

const TEN_HOURS_MS = 10 * 3_600_000;
const DAY_MS = 86_400_000;
const MONTHS_BACK = 30;

export function billUrl(desk: Desk, call: GatewayCall, now: EpochMs): ReplyNode {
  const billType = call.biz.text('bill_type', 20);
  const billDate = call.biz.text('bill_date', 10);
  if (call.biz.malformed || billDate === null || (billType !== 'trade' && billType !== 'signcustomer'))
    return businessFailure('ILLEGAL_ARGUMENT');
  const readyAt = billReadyAt(billDate);
  const today = localTime(now, 480).date;
  const current = billDate >= today.slice(0, billDate.length);
  if (readyAt === null || current || monthsBetween(billDate, today) > MONTHS_BACK)
    return businessFailure('ILLEGAL_ARGUMENT');
  if (now < readyAt) return businessFailure('isp.bill_not_exist');
  const token = Buffer.from(desk.runtime.random.bytes(24)).toString('hex');
  desk.books
    .sql('INSERT INTO bill_ticket VALUES (?, ?, ?, ?)')
    .run(token, billType, billDate, now + desk.terms.billUrlLifeMs);
  return success({ bill_download_url: `${desk.terms.publicUrl}/bill/${token}.csv.zip` });
}

/** When the bill of a day (`yyyy-MM-dd`) or a month (`yyyy-MM`) is there; null for what is no date. */
function billReadyAt(billDate: string): EpochMs | null {
  if (/^\d{4}-\d{2}$/.test(billDate)) {
    const next = nextMonth(billDate);
    return next === null ? null : beijingStart(`${next}-04`);
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(billDate)) return null;
  const start = beijingStart(billDate);
  return Number.isNaN(start) ? null : start + DAY_MS + TEN_HOURS_MS;
}

export function nextMonth(month: string): string | null {
  const [year, number] = month.split('-').map(Number);
  if (year === undefined || number === undefined || number < 1 || number > 12) return null;
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

function monthsBetween(earlier: string, later: string): number {
  const [fromYear = 0, fromMonth = 0] = earlier.split('-').map(Number);
  const [toYear = 0, toMonth = 0] = later.split('-').map(Number);
  return (toYear - fromYear) * 12 + toMonth - fromMonth;
}
