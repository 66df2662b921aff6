/** A terminal's configuration, checked whole before anything opens. Relative paths are taken from the file's folder. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { Secret } from '../gateway/kernel/secret.ts';
import { MOSCOW_OFFSET_MINUTES } from '../gateway/kernel/time.ts';
import type { CardPolicy } from './card/card-policy.ts';
import type { DeviceConfig } from './devices/device-config.ts';
import { DevicesSchema } from './devices/device-config.ts';
import type { ShopDetails } from './receipt/shop.ts';
import type { StaffRecord } from './shift/staff.ts';
import type { TillPolicy } from './till/till.ts';

const exact = { additionalProperties: false } as const;
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Path = Type.String({ minLength: 1, maxLength: 1024 });
const Ms = Type.Integer({ minimum: 1, maximum: 86_400_000 });
const Hex = Type.String({ pattern: '^([0-9a-f]{2})+$' });

const StaffSchema = Type.Object(
  {
    staffId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$' }),
    name: Type.String({ minLength: 1, maxLength: 60 }),
    supervisor: Type.Boolean(),
    mayRefund: Type.Optional(Type.Boolean()),
    pin: Type.Object(
      {
        salt: Hex,
        hash: Hex,
        cost: Type.Integer({ minimum: 2, maximum: 1_048_576 }),
        blockSize: Type.Integer({ minimum: 1, maximum: 32 }),
        parallel: Type.Integer({ minimum: 1, maximum: 16 }),
      },
      exact,
    ),
  },
  exact,
);

/** What differs from the usual for a card transaction. */
const CardPolicySchema = Type.Object(
  {
    replyTimeoutMs: Type.Optional(Ms),
    offerTimeoutMs: Type.Optional(Ms),
    repeatFirstMs: Type.Optional(Ms),
    repeatLongestMs: Type.Optional(Ms),
    unknownAfterMs: Type.Optional(Ms),
    setAsideAfterMs: Type.Optional(Ms),
    pinEntriesMost: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    echoEveryMs: Type.Optional(Ms),
    plainLimitSchemes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 20 }), { maxItems: 10, uniqueItems: true }),
    ),
    newKeyAtPercent: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
    newKeyRetryMs: Type.Optional(Ms),
  },
  exact,
);

const ConfigSchema = Type.Object(
  {
    /** Journal, catalogue and the terminal's key; nobody else's. */
    dataDir: Path,
    till: Type.Object({ name: Type.String({ minLength: 1, maxLength: 40 }) }, exact),
    shop: Type.Object(
      {
        nameRu: Type.String({ minLength: 1, maxLength: 80 }),
        nameZh: Type.String({ minLength: 1, maxLength: 80 }),
        inn: Type.String({ pattern: '^([0-9]{10}|[0-9]{12})$' }),
        address: Type.String({ minLength: 1, maxLength: 160 }),
        supportPhone: Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Null()]),
      },
      exact,
    ),
    gateway: Type.Object(
      {
        /** `https://host:port`; enrolment and link stand under it. */
        url: Type.String({ pattern: '^https://[^/]+/?$' }),
        caFile: Path,
        spkiPin: Type.String({ minLength: 1, maxLength: 128 }),
        /** Used once, by a terminal that is not enrolled yet. */
        activationCode: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      },
      exact,
    ),
    serve: Type.Optional(
      Type.Object(
        {
          host: Type.Union([Type.Literal('127.0.0.1'), Type.Literal('::1')]),
          port: Port,
          /** The built screens; the program's own by default. */
          rendererDir: Type.Optional(Path),
        },
        exact,
      ),
    ),
    devices: DevicesSchema,
    catalogueCsv: Path,
    staff: Type.Array(StaffSchema, { minItems: 1, maxItems: 200 }),
    policy: Type.Optional(
      Type.Object(
        {
          replyTimeoutMs: Type.Optional(Ms),
          unknownAfterMs: Type.Optional(Ms),
          askEveryMs: Type.Optional(Ms),
          resendWithinMs: Type.Optional(Ms),
          setAsideAfterMs: Type.Optional(Ms),
          utcOffsetMinutes: Type.Optional(Type.Integer({ minimum: -720, maximum: 840 })),
          card: Type.Optional(CardPolicySchema),
        },
        exact,
      ),
    ),
  },
  exact,
);

/** The file as a person or the set-up writes it. */
export type TerminalConfigFile = Static<typeof ConfigSchema>;

export interface ServeConfig {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  readonly rendererDir: string | null;
}

export interface TerminalConfig {
  readonly dataDir: string;
  readonly till: { readonly name: string };
  readonly shop: ShopDetails;
  readonly gateway: {
    readonly url: string;
    readonly caFile: string;
    readonly spkiPin: string;
    readonly activationCode: Secret<string> | null;
  };
  readonly serve: ServeConfig;
  readonly devices: DeviceConfig;
  readonly catalogueCsv: string;
  readonly staff: readonly StaffRecord[];
  readonly policy: TillPolicy;
}

export const DEFAULT_POLICY: TillPolicy = {
  replyTimeoutMs: 8_000,
  unknownAfterMs: 3_000,
  askEveryMs: 3_000,
  resendWithinMs: 60_000,
  setAsideAfterMs: 90_000,
  utcOffsetMinutes: MOSCOW_OFFSET_MINUTES,
};

const DEFAULT_SERVE_PORT = 8445;

/** The configuration cannot be used; the message names the field and is meant for a person. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Errors  ConfigError */
export function readTerminalConfig(path: string): TerminalConfig {
  return parseTerminalConfig(readJson(path), dirname(resolve(path)));
}

/** Errors  ConfigError */
export function parseTerminalConfig(value: unknown, folder: string): TerminalConfig {
  if (!Value.Check(ConfigSchema, value)) {
    const [first] = Value.Errors(ConfigSchema, value);
    throw new ConfigError(
      `The terminal's configuration is wrong at "${first?.instancePath ?? ''}": ${first?.message ?? 'unknown'}.`,
    );
  }
  const at = (name: string): string => resolve(folder, name);
  const { gateway, serve } = value;
  return {
    ...value,
    dataDir: at(value.dataDir),
    catalogueCsv: at(value.catalogueCsv),
    gateway: {
      url: gateway.url.replace(/\/$/, ''),
      caFile: at(gateway.caFile),
      spkiPin: gateway.spkiPin,
      activationCode: gateway.activationCode === undefined ? null : new Secret(gateway.activationCode),
    },
    serve: {
      host: serve?.host ?? '127.0.0.1',
      port: serve?.port ?? DEFAULT_SERVE_PORT,
      rendererDir: serve?.rendererDir === undefined ? null : at(serve.rendererDir),
    },
    policy: definedPolicy(value.policy ?? {}),
  };
}

function definedPolicy({ card, ...overrides }: NonNullable<TerminalConfigFile['policy']>): TillPolicy {
  return {
    replyTimeoutMs: overrides.replyTimeoutMs ?? DEFAULT_POLICY.replyTimeoutMs,
    unknownAfterMs: overrides.unknownAfterMs ?? DEFAULT_POLICY.unknownAfterMs,
    askEveryMs: overrides.askEveryMs ?? DEFAULT_POLICY.askEveryMs,
    resendWithinMs: overrides.resendWithinMs ?? DEFAULT_POLICY.resendWithinMs,
    setAsideAfterMs: overrides.setAsideAfterMs ?? DEFAULT_POLICY.setAsideAfterMs,
    utcOffsetMinutes: overrides.utcOffsetMinutes ?? DEFAULT_POLICY.utcOffsetMinutes,
    ...(card === undefined ? {} : { card: defined(card) }),
  };
}

/** Without the fields that are named and have no value. */
function defined(fields: Static<typeof CardPolicySchema>): Partial<CardPolicy> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new ConfigError(`The configuration file ${path} cannot be read as JSON.`, { cause });
  }
}
