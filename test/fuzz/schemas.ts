/** What a well-formed message is, written by hand as JSON Schema from the wire's comments and compiled by another
 *  validator than the gateway's. Nothing here is taken from the schemas that the product checks with. */
import { Ajv, type ValidateFunction } from 'ajv';

type Schema = Readonly<Record<string, unknown>>;

const object = (properties: Record<string, Schema>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const text = (pattern: string): Schema => ({ type: 'string', pattern });
const line = (most: number): Schema => ({
  type: 'string',
  minLength: 1,
  maxLength: most,
  pattern: '^[^\\x00-\\x1f\\x7f]*$',
});
const whole = (least: number, most: number): Schema => ({ type: 'integer', minimum: least, maximum: most });

const ULID = text('^[0-7][0-9ABCDEFGHJKMNPQRSTVWXYZ]{25}$');
const POSITIVE = object({ amountMinor: text('^[1-9]\\d{0,17}$'), currency: text('^[A-Z]{3}$') });
const INSTANT = whole(0, 8.64e15);

const GIFT = object({ charity: text('^[a-z0-9-]{1,32}$'), amount: POSITIVE });

const BODIES: Readonly<Record<string, Schema>> = {
  'quote.get': object({}),
  'charity.list': object({}),
  'sale.gift': object({
    saleId: ULID,
    revision: whole(1, 1_000_000),
    gift: { anyOf: [GIFT, { type: 'null' }] },
  }),
  'payment.start': object(
    {
      attemptId: ULID,
      saleId: ULID,
      tenderId: ULID,
      saleTotal: POSITIVE,
      amount: POSITIVE,
      gift: GIFT,
      quoteId: ULID,
      method: {
        anyOf: [
          object({ kind: { enum: ['scanned'] }, code: text('^\\d{6,32}$') }),
          object({ kind: { enum: ['shown'] } }),
        ],
      },
      subject: line(128),
      receiptNumber: line(20),
      operator: line(28),
    },
    ['gift'],
  ),
  'payment.get': object({ attemptId: ULID }),
  'payment.check': object({ attemptId: ULID }),
  'payment.cancel': object({ attemptId: ULID, saleId: ULID, tenderId: ULID, amount: POSITIVE }),
  'sale.close': object({
    saleId: ULID,
    disposition: { enum: ['cancelled', 'set_aside', 'paid_otherwise'] },
    operator: line(28),
    reason: line(128),
    closedAt: INSTANT,
  }),
  'refund.start': object({
    refundId: ULID,
    attemptId: ULID,
    saleId: ULID,
    amount: POSITIVE,
    reason: line(128),
    operator: line(28),
  }),
  'refund.get': object({ refundId: ULID }),
  'day.totals': object({ businessDate: text('^\\d{4}-\\d{2}-\\d{2}$') }),
};

const ENVELOPE = object({
  v: { type: 'integer' },
  id: text('^[A-Za-z0-9_-]{1,40}$'),
  type: { type: 'string', maxLength: 40 },
  body: {},
});
const ENROL = object({
  v: { const: 1 },
  activationCode: text('^[0-9A-Z-]{16,40}$'),
  publicKey: text('^[A-Za-z0-9_-]{43}$'),
  software: line(40),
});
const REPLY: Schema = {
  anyOf: [
    object({
      v: { const: 1 },
      re: { type: ['string', 'null'] },
      ok: { const: true },
      body: { type: 'object' },
    }),
    object({
      v: { const: 1 },
      re: { type: ['string', 'null'] },
      ok: { const: false },
      error: object({
        code: text('^[A-Z][A-Z0-9_]+$'),
        message: { type: 'string', maxLength: 400 },
        facts: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      }),
    }),
  ],
};

const ID = text('^[A-Za-z0-9_-]{1,40}$');
const PIN = text('^\\d{4,8}$');
const KOPECKS = text('^[1-9]\\d{0,11}$');
const LANGUAGE: Schema = { enum: ['ru', 'zh', 'en'] };
const GRAMS = whole(1, 99_999);
const COUNT = whole(1, 999);
const BY_PERSON = { staffId: ID, pin: PIN, reason: line(120) };
const PLAIN =
  'sign_out quick_keys sale_clear gift_remove refund_whole cash_begin wallet_begin wallet_show_qr wallet_check wallet_cancel '
    .concat(
      'tender_back next sale_repeat refund_begin refund_leave today_open today_leave print_retry notice_dismiss',
    )
    .split(' ');
const COMMANDS: Readonly<Record<string, Record<string, Schema>>> = {
  ...Object.fromEntries(PLAIN.map((name) => [name, {}])),
  sign_in: { staffId: ID, pin: PIN },
  language: { language: LANGUAGE },
  customer_language: { language: LANGUAGE },
  scan: { text: { type: 'string', minLength: 1, maxLength: 512 } },
  search: { text: { type: 'string', maxLength: 64 } },
  gift_add: { charity: ID, amountMinor: KOPECKS, roundsUp: { type: 'boolean' } },
  line_add: { goodsId: ID, grams: GRAMS },
  line_quantity: { lineId: ID, count: COUNT },
  line_weight: { lineId: ID, grams: GRAMS },
  line_remove: { lineId: ID },
  line_select: { lineId: ID },
  cash_pay: { tenderedMinor: KOPECKS },
  set_aside: BY_PERSON,
  refund_find: { receipt: line(120) },
  refund_lines: {
    lines: { type: 'array', minItems: 1, maxItems: 500, items: object({ lineId: ID, count: COUNT }) },
  },
  refund_amount: { amountMinor: KOPECKS },
  refund_confirm: BY_PERSON,
  today_sale: { saleId: ID },
  reprint: { saleId: ID },
  drawer_open: BY_PERSON,
};

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const compiled = (schemas: Readonly<Record<string, Schema>>): ReadonlyMap<string, ValidateFunction> =>
  new Map(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));

export const isEnvelope = ajv.compile(ENVELOPE);
export const isEnrolRequest = ajv.compile(ENROL);
export const isReply = ajv.compile(REPLY);
export const requestBodies = compiled(BODIES);
export const screenCommands = compiled(
  Object.fromEntries(
    Object.entries(COMMANDS).map(([name, fields]) => {
      const optional = name === 'line_add' ? ['grams'] : [];
      return [name, object({ command: { const: name }, ...fields }, optional)];
    }),
  ),
);
