/** Which devices a counter has, as its configuration says it. */
import Type, { type Static } from 'typebox';

const exact = { additionalProperties: false } as const;
const BaudRate = Type.Integer({ minimum: 300, maximum: 4_000_000 });
const Path = Type.String({ minLength: 1, maxLength: 1024 });

/** The model of a shipped profile. */
const Profile = Type.String({ minLength: 1, maxLength: 60 });

const PrinterSchema = Type.Union([
  Type.Object(
    {
      transport: Type.Literal('tcp'),
      host: Type.String({ minLength: 1, maxLength: 255 }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      profile: Profile,
    },
    exact,
  ),
  Type.Object({ transport: Type.Literal('serial'), path: Path, baudRate: BaudRate, profile: Profile }, exact),
]);
export type PrinterConfig = Static<typeof PrinterSchema>;

const PinPadSchema = Type.Union([
  Type.Object(
    {
      transport: Type.Literal('tcp'),
      host: Type.String({ minLength: 1, maxLength: 255 }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    },
    exact,
  ),
  Type.Object({ transport: Type.Literal('serial'), path: Path, baudRate: BaudRate }, exact),
]);
export type PinPadConfig = Static<typeof PinPadSchema>;

const ScannerSchema = Type.Object({ path: Path, baudRate: BaudRate }, exact);

/** Null or left out: the counter has none. Without a PIN pad it takes no cards. */
export const DevicesSchema = Type.Object(
  {
    printer: Type.Optional(Type.Union([PrinterSchema, Type.Null()])),
    scanner: Type.Optional(Type.Union([ScannerSchema, Type.Null()])),
    pinPad: Type.Optional(Type.Union([PinPadSchema, Type.Null()])),
    fiscal: Type.Optional(Type.Object({ driver: Type.Literal('none') }, exact)),
  },
  exact,
);

export type DeviceConfig = Static<typeof DevicesSchema>;
