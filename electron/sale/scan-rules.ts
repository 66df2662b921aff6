/** Which scans are legal on which screen. One table; what it does not accept it refuses aloud, with the code of a notice. */
import type { ScreenName } from '../contract/view.ts';
import type { ScanKind } from './scan-kinds.ts';

export type ScanAct = 'add_goods' | 'add_weighed' | 'pay' | 'find_receipt';

export type ScanVerdict =
  | { readonly accept: ScanAct }
  /** The notice's code; the screen words it. */
  | { readonly refuse: string };

type Kind = ScanKind['kind'];
type Row = Readonly<Record<Kind, ScanVerdict>>;

const accept = (act: ScanAct): ScanVerdict => ({ accept: act });
const refuse = (code: string): ScanVerdict => ({ refuse: code });

/** What a scan meets where a screen makes no exception: each kind says why it is of no use here. */
const NOWHERE: Row = {
  receipt: refuse('SCAN_RECEIPT_NOT_HERE'),
  weighed: refuse('SCAN_GOODS_NOT_HERE'),
  goods: refuse('SCAN_GOODS_NOT_HERE'),
  alipay: refuse('SCAN_PAYMENT_CODE_NOT_HERE'),
  other_wallet: refuse('WALLET_UNSUPPORTED'),
  personal_collection: refuse('PERSONAL_CODE_REFUSED'),
  marked: refuse('SCAN_MARKED_UNSUPPORTED'),
  marked_without_gs: refuse('SCAN_MARKED_WITHOUT_GS'),
  unknown: refuse('SCAN_UNRECOGNISED'),
};

/** Every scan is refused for the same reason. */
const all = (code: string): Row => {
  const no = refuse(code);
  return {
    receipt: no,
    weighed: no,
    goods: no,
    alipay: no,
    other_wallet: no,
    personal_collection: no,
    marked: no,
    marked_without_gs: no,
    unknown: no,
  };
};

const PAYMENT_OPEN: Row = { ...all('SCAN_PAYMENT_OPEN') };
const REFUND_SEARCH: Row = { ...NOWHERE, receipt: accept('find_receipt') };

export const SCAN_RULES: Readonly<Record<ScreenName, Row>> = {
  sign_in: all('SCAN_SIGN_IN_FIRST'),
  sale: {
    ...NOWHERE,
    goods: accept('add_goods'),
    weighed: accept('add_weighed'),
    alipay: refuse('SCAN_CHOOSE_WALLET_FIRST'),
  },
  cash: { ...NOWHERE, alipay: refuse('SCAN_CHOOSE_WALLET_FIRST') },
  wallet: { ...NOWHERE, alipay: accept('pay'), unknown: refuse('CODE_UNRECOGNISED') },
  wallet_sending: PAYMENT_OPEN,
  wallet_qr: PAYMENT_OPEN,
  wallet_unknown: PAYMENT_OPEN,
  card: PAYMENT_OPEN,
  card_offer: PAYMENT_OPEN,
  card_sending: PAYMENT_OPEN,
  card_unknown: PAYMENT_OPEN,
  card_signature: PAYMENT_OPEN,
  card_done: all('SCAN_FINISH_SALE_FIRST'),
  preauthorisations: NOWHERE,
  paid: all('SCAN_FINISH_SALE_FIRST'),
  not_paid: { ...NOWHERE, alipay: refuse('SCAN_CHOOSE_WALLET_FIRST') },
  set_aside: all('SCAN_FINISH_SALE_FIRST'),
  refund_find: REFUND_SEARCH,
  refund_choose: REFUND_SEARCH,
  refund_confirm: all('SCAN_REFUND_OPEN'),
  refund_progress: all('SCAN_REFUND_OPEN'),
  refund_done: REFUND_SEARCH,
  today: NOWHERE,
};

export function ruleFor(screen: ScreenName, kind: Kind): ScanVerdict {
  return SCAN_RULES[screen][kind];
}
