/** Terminal <-> gateway messages, version 1: JSON text frames over one TLS WebSocket.
 *
 *  request  { v, id, type, body }          terminal -> gateway; `id` is unique per link
 *  reply    { v, re, ok: true, body } | { v, re, ok: false, error }
 *  event    { v, event, body }             gateway -> terminal, at most once, never the only carrier of a fact
 *
 *  Both ends validate everything they read. Amounts are integer strings of minor units; instants are epoch milliseconds.
 */
import Type, { type Static, type TObject, type TSchema } from 'typebox';

export const WIRE_VERSION = 1;

/** Largest frame either side accepts, in bytes. */
export const FRAME_BYTES_MAX = 65_536;

const exact = { additionalProperties: false } as const;
const object = <P extends Record<string, TSchema>>(properties: P): TObject<P> =>
  Type.Object(properties, exact);

const Ulid = Type.String({ pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$' });
const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const AmountMinor = Type.String({ pattern: '^(0|[1-9][0-9]{0,17})$' });
const PositiveMinor = Type.String({ pattern: '^[1-9][0-9]{0,17}$' });
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
const Line = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
const BusinessDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });

export const MoneyWire = object({ amountMinor: AmountMinor, currency: Currency });
const PositiveMoneyWire = object({ amountMinor: PositiveMinor, currency: Currency });

export const RateWire = object({
  base: Currency,
  quote: Currency,
  value: Type.String({ pattern: '^[1-9][0-9]{0,29}$' }),
  scale: Type.Integer({ minimum: 0, maximum: 24 }),
});

/** A rate the gateway keeps for this terminal until `expiresAt`; a payment names it by `quoteId`. */
export const QuoteWire = object({
  quoteId: Ulid,
  /** RUB per CNY the buyer pays at: source x (1 - mark-up), exact. */
  rate: RateWire,
  /** RUB per CNY as the source published it. */
  sourceRate: RateWire,
  source: Line(40),
  /** The date the source says the rate is for, never the day it was fetched. */
  sourceDate: BusinessDate,
  markupBp: Type.Integer({ minimum: 0, maximum: 10_000 }),
  issuedAt: Instant,
  expiresAt: Instant,
});
export type QuoteWire = Static<typeof QuoteWire>;

/** Words for a payment attempt. `intent waiting unknown cancelling` are open; the rest are final.
 *  `returned_late`: money arrived for an attempt that had already ended without it, and goes back by itself. */
export const PAYMENT_STATES = [
  'intent',
  'waiting',
  'unknown',
  'cancelling',
  'approved',
  'declined',
  'cancelled',
  'returned_late',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export const PAYMENT_STEPS = [
  'sent',
  'qr_shown',
  'buyer_confirming',
  'checking',
  'cancelling',
  'approved',
  'declined',
  'cancelled',
  'money_found',
  'money_returned',
] as const;

const PaymentStep = object({
  step: Type.Enum(PAYMENT_STEPS),
  at: Instant,
});

export const PaymentWire = object({
  attemptId: Ulid,
  saleId: Ulid,
  tenderId: Ulid,
  state: Type.Enum(PAYMENT_STATES),
  wallet: Type.Literal('alipay'),
  method: Type.Union([Type.Literal('scanned'), Type.Literal('shown')]),
  /** The price the shop asked. */
  amount: MoneyWire,
  /** What was ordered of the wallet: CNY where the acquirer converts, RUB where the wallet does. */
  order: MoneyWire,
  /** What the buyer's account is charged, once known. */
  payer: Type.Union([MoneyWire, Type.Null()]),
  rate: Type.Union([RateWire, Type.Null()]),
  /** Last four digits of the scanned code, or null. */
  codeTail: Type.Union([Type.String({ pattern: '^[0-9]{4}$' }), Type.Null()]),
  qr: Type.Union([object({ content: Line(1024), expiresAt: Instant }), Type.Null()]),
  /** The wallet's own number of the trade. */
  providerRef: Type.Union([Line(64), Type.Null()]),
  /** Masked by the wallet. */
  buyer: Type.Union([Line(100), Type.Null()]),
  /** The provider's result code behind a decline. */
  declineCode: Type.Union([Line(64), Type.Null()]),
  steps: Type.Array(PaymentStep, { maxItems: 64 }),
  /** Inquiries made, their bound, when the next one comes and when the payment will be cancelled; null when final. */
  inquiry: Type.Union([
    object({
      made: Type.Integer({ minimum: 0 }),
      most: Type.Integer({ minimum: 0 }),
      nextAt: Type.Union([Instant, Type.Null()]),
      cancelAt: Type.Union([Instant, Type.Null()]),
    }),
    Type.Null(),
  ]),
  /** Sum of refunds in the price currency, accepted or still open. */
  refunded: MoneyWire,
  /** Money going back without anybody asking at the till, and whether it has arrived. */
  autoReturn: Type.Union([object({ amount: MoneyWire, done: Type.Boolean() }), Type.Null()]),
  businessDate: BusinessDate,
  createdAt: Instant,
  updatedAt: Instant,
  version: Type.Integer({ minimum: 1 }),
});
export type PaymentWire = Static<typeof PaymentWire>;

/** `intent unknown awaiting_funds` are open; `approved declined` final. */
export const REFUND_STATES = ['intent', 'unknown', 'awaiting_funds', 'approved', 'declined'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

export const RefundWire = object({
  refundId: Ulid,
  attemptId: Ulid,
  saleId: Ulid,
  state: Type.Enum(REFUND_STATES),
  amount: MoneyWire,
  /** In the currency of the order sent to the wallet. */
  order: MoneyWire,
  cause: Type.Union([Type.Literal('till'), Type.Literal('auto_return')]),
  declineCode: Type.Union([Line(64), Type.Null()]),
  createdAt: Instant,
  updatedAt: Instant,
  version: Type.Integer({ minimum: 1 }),
});
export type RefundWire = Static<typeof RefundWire>;

export const SALE_DISPOSITIONS = ['cancelled', 'set_aside', 'paid_otherwise'] as const;
export type SaleDisposition = (typeof SALE_DISPOSITIONS)[number];

const DayTotals = object({
  businessDate: BusinessDate,
  payments: Type.Integer({ minimum: 0 }),
  paid: MoneyWire,
  paidOrder: Type.Array(MoneyWire, { maxItems: 4 }),
  refunds: Type.Integer({ minimum: 0 }),
  refunded: MoneyWire,
  refundedOrder: Type.Array(MoneyWire, { maxItems: 4 }),
  open: Type.Integer({ minimum: 0 }),
});

/** A charity that customers may give to at this till; its name in the three languages of screens and papers. */
export const CharityWire = object({
  charity: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
  name: Line(60),
  nameZh: Line(60),
  nameEn: Line(60),
});
export type CharityWire = Static<typeof CharityWire>;

/** The part of a sale's sum that is a charity's. */
export const GiftWire = object({ charity: CharityWire.properties.charity, amount: PositiveMoneyWire });
export type GiftWire = Static<typeof GiftWire>;

const SaleGift = {
  saleId: Ulid,
  /** One more with every change at the till, so that a late copy of an earlier word changes nothing. */
  revision: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  /** Null: taken away again. */
  gift: Type.Union([GiftWire, Type.Null()]),
};

export const CARD_OPERATIONS = ['sale', 'preauthorisation', 'refund', 'balance'] as const;

/** What the till may offer before a card signs: its price in the card's own currency, by a quote that a sale then names. */
const CardOffer = object({
  /** Of the payment system, as the gateway's table of prefixes has it; null for a prefix that is in no row. */
  scheme: Type.Union([Line(20), Type.Null()]),
  /** Whether a partner bank takes this prefix: without one the sale would be declined. */
  routed: Type.Boolean(),
  /** Null where the card is charged in the price's currency, or its issuer converts. */
  offer: Type.Union([object({ quote: QuoteWire, amount: MoneyWire }), Type.Null()]),
});
export type CardOfferWire = Static<typeof CardOffer>;

/** One row per request type: what goes in, what comes back. */
export const REQUESTS = {
  /** A fresh quote. Errors RATE_UNAVAILABLE */
  'quote.get': { body: object({}), reply: QuoteWire },
  /** To whom customers may give. A gateway that lists nobody takes no gifts. */
  'charity.list': {
    body: object({}),
    reply: object({ charities: Type.Array(CharityWire, { maxItems: 50 }) }),
  },
  /** Tells the gift in a sale before anybody is asked to pay it, by wallet or card; the same again is the same.
   *  Errors  CHARITY_UNKNOWN | AMOUNT_OUT_OF_RANGE | CURRENCY_MISMATCH | SALE_CLOSED | SALE_CONFLICT once the sale has had an
   *          attempt, for an earlier revision, and for another gift under the same one */
  'sale.gift': { body: object(SaleGift), reply: object(SaleGift) },
  /** Starts one attempt, or answers the attempt that this id already is (same content) or PAYMENT_CONFLICT.
   *  Replies when the wallet has answered, or earlier with the state as it stands; an open state is followed by events. */
  'payment.start': {
    body: object({
      attemptId: Ulid,
      saleId: Ulid,
      tenderId: Ulid,
      /** Total of the sale; the tender's `amount` may be less. */
      saleTotal: PositiveMoneyWire,
      amount: PositiveMoneyWire,
      /** The gift as `sale.gift` told it, within `amount`: named by the tender that completes the sale, by no other. */
      gift: Type.Optional(GiftWire),
      quoteId: Ulid,
      method: Type.Union([
        object({ kind: Type.Literal('scanned'), code: Type.String({ pattern: '^[0-9]{6,32}$' }) }),
        object({ kind: Type.Literal('shown') }),
      ]),
      subject: Line(128),
      /** The till's own number of the sale, for people: shift-sequence. */
      receiptNumber: Line(20),
      operator: Line(28),
    }),
    reply: PaymentWire,
  },
  'payment.get': { body: object({ attemptId: Ulid }), reply: PaymentWire },
  /** Asks the wallet now instead of at the next planned time. */
  'payment.check': { body: object({ attemptId: Ulid }), reply: PaymentWire },
  /** Gives the attempt up. Unknown to the gateway: recorded as cancelled, so that a late start finds it so. */
  'payment.cancel': {
    body: object({ attemptId: Ulid, saleId: Ulid, tenderId: Ulid, amount: PositiveMoneyWire }),
    reply: PaymentWire,
  },
  /** The sale ended at the till without this money: live attempts are cancelled, money found for it goes back. */
  'sale.close': {
    body: object({
      saleId: Ulid,
      disposition: Type.Enum(SALE_DISPOSITIONS),
      operator: Line(28),
      reason: Line(128),
      closedAt: Instant,
    }),
    reply: object({
      saleId: Ulid,
      disposition: Type.Enum(SALE_DISPOSITIONS),
      payments: Type.Array(PaymentWire, { maxItems: 64 }),
    }),
  },
  'refund.start': {
    body: object({
      refundId: Ulid,
      attemptId: Ulid,
      saleId: Ulid,
      amount: PositiveMoneyWire,
      reason: Line(128),
      operator: Line(28),
    }),
    reply: RefundWire,
  },
  'refund.get': { body: object({ refundId: Ulid }), reply: RefundWire },
  /** This terminal's totals of a business date, as the gateway has them. */
  'day.totals': { body: object({ businessDate: BusinessDate }), reply: DayTotals },
  /** Whether conversion at the till may be offered to a card, by the leading digits of its number, and at what price.
   *  Errors  CARDS_NOT_OFFERED | RATE_UNAVAILABLE | AMOUNT_OUT_OF_RANGE for a price of less than one fen */
  'card.offer': {
    body: object({
      bin: Type.String({ pattern: '^[0-9]{6,8}$' }),
      amount: PositiveMoneyWire,
      operation: Type.Enum(CARD_OPERATIONS),
    }),
    reply: CardOffer,
  },
} as const;

export type RequestType = keyof typeof REQUESTS;
export type RequestBody<T extends RequestType> = Static<(typeof REQUESTS)[T]['body']>;
export type ReplyBody<T extends RequestType> = Static<(typeof REQUESTS)[T]['reply']>;

export const EVENTS = {
  'payment.changed': PaymentWire,
  'refund.changed': RefundWire,
} as const;
export type EventType = keyof typeof EVENTS;
export type EventBody<T extends EventType> = Static<(typeof EVENTS)[T]>;

const ErrorWire = object({
  code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,63}$' }),
  message: Type.String({ maxLength: 400 }),
  facts: Type.Record(
    Type.String({ maxLength: 40 }),
    Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()]),
  ),
});
export type ErrorWire = Static<typeof ErrorWire>;

export const RequestEnvelope = object({
  v: Type.Integer(),
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$' }),
  type: Type.String({ maxLength: 40 }),
  body: Type.Unknown(),
});
export type RequestEnvelope = Static<typeof RequestEnvelope>;

export const ReplyEnvelope = Type.Union([
  object({
    v: Type.Literal(WIRE_VERSION),
    re: Type.Union([Type.String(), Type.Null()]),
    ok: Type.Literal(true),
    body: Type.Unknown(),
  }),
  object({
    v: Type.Literal(WIRE_VERSION),
    re: Type.Union([Type.String(), Type.Null()]),
    ok: Type.Literal(false),
    error: ErrorWire,
  }),
]);
export type ReplyEnvelope = Static<typeof ReplyEnvelope>;

export const EventEnvelope = object({
  v: Type.Literal(WIRE_VERSION),
  event: Type.String({ maxLength: 40 }),
  body: Type.Unknown(),
});

/** Handshake, before any request: gateway sends the challenge, terminal proves, gateway welcomes or refuses and closes. */
export const ChallengeFrame = object({
  v: Type.Literal(WIRE_VERSION),
  challenge: object({ nonce: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }), gateway: Line(64) }),
});
export const ProofFrame = object({
  v: Type.Integer(),
  proof: object({
    tid: Type.String({ pattern: '^[0-9]{8}$' }),
    /** Ed25519 over nonce, tid, gateway identity and the TLS exporter; base64url. */
    signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
    software: Line(40),
  }),
});
export const MerchantWire = object({
  mid: Type.String({ pattern: '^[0-9]{15}$' }),
  name: Line(100),
  nameZh: Line(100),
  inn: Type.String({ pattern: '^[0-9]{10}([0-9]{2})?$' }),
  address: Line(200),
});
export type MerchantWire = Static<typeof MerchantWire>;
export const WelcomeFrame = object({
  v: Type.Literal(WIRE_VERSION),
  welcome: object({
    tid: Type.String({ pattern: '^[0-9]{8}$' }),
    merchant: MerchantWire,
    serverTime: Instant,
  }),
});

/** POST /enrol, before a terminal has a link. */
export const EnrolRequest = object({
  v: Type.Literal(WIRE_VERSION),
  activationCode: Type.String({ pattern: '^[0-9A-Z-]{16,40}$' }),
  /** Raw Ed25519 public key, base64url. */
  publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  software: Line(40),
});
export const EnrolReply = object({
  v: Type.Literal(WIRE_VERSION),
  tid: Type.String({ pattern: '^[0-9]{8}$' }),
  merchant: MerchantWire,
  gateway: Line(64),
});
