/** Whether what payment orders are to say fits them, for each partner and currency: told at the start, not when money is due. */
import { AmurError } from './kernel/errors.ts';
import { remittanceText } from './settlement/files/pain001.ts';
import { withReference } from './settlement/files/payment-reference.ts';

interface Ordering {
  readonly partner: string;
  readonly currencies: readonly string[];
  readonly orderFormat: 'payment_order_1c' | 'pain001';
}

const SAMPLE_DATE = '30.12.2026';
const SAMPLE_DAY = '20261230';

/** In sentences for the person who wrote the file. */
export function purposeFaults(purpose: string, partners: readonly Ordering[]): readonly string[] {
  return partners.flatMap(({ partner, currencies, orderFormat }) =>
    currencies.flatMap((currency) => {
      const order = {
        purpose: purpose.replaceAll('{date}', SAMPLE_DATE),
        endToEndId: `${partner}-${currency}-${SAMPLE_DAY}`,
      };
      const is1c = currency === 'RUB' && orderFormat === 'payment_order_1c';
      const reason = is1c
        ? refusedBy(() => withReference(order.purpose, order.endToEndId, ''))
        : refusedBy(() => remittanceText(order, ''));
      return reason === null ? [] : [`purpose for partner ${partner} in ${currency}: ${reason}`];
    }),
  );
}

function refusedBy(write: () => unknown): string | null {
  try {
    write();
    return null;
  } catch (error) {
    if (!(error instanceof AmurError)) throw error;
    return `${error.facts.reason}`.replace(/\.$/, '');
  }
}
