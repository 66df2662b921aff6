/** Printer models are data: one JSON file a model, checked when the program loads it. */
import Type from 'typebox';
import Value from 'typebox/value';
import { DriverError } from '../contract/device.ts';
import type { PrinterProfile } from '../contract/printer.ts';
import epsonTmT20 from './profiles/epson-tm-t20.json' with { type: 'json' };
import epsonTmT20NoHan from './profiles/epson-tm-t20-no-han.json' with { type: 'json' };
import xprinter58 from './profiles/xprinter-xp-58.json' with { type: 'json' };
import xprinter80Raster from './profiles/xprinter-xp-80-raster.json' with { type: 'json' };

const exact = { additionalProperties: false } as const;

const ProfileSchema = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 60 }),
    paperWidthMm: Type.Union([Type.Literal(58), Type.Literal(80)]),
    widthDots: Type.Integer({ minimum: 128, maximum: 1024 }),
    columns: Type.Integer({ minimum: 16, maximum: 96 }),
    cp866Page: Type.Integer({ minimum: 0, maximum: 255 }),
    hanRom: Type.Boolean(),
    qr: Type.Union([Type.Literal('native'), Type.Literal('raster')]),
    qrModuleDots: Type.Integer({ minimum: 2, maximum: 16 }),
    cutter: Type.Union([Type.Literal('partial'), Type.Literal('full'), Type.Literal('none')]),
    drawer: Type.Union([
      Type.Null(),
      Type.Object(
        {
          pin: Type.Union([Type.Literal(0), Type.Literal(1)]),
          pulseOnMs: Type.Integer(),
          pulseOffMs: Type.Integer(),
          realTimePulse: Type.Boolean(),
        },
        exact,
      ),
    ]),
    statusBack: Type.Boolean(),
  },
  exact,
);

/** A profile with what only ESC/POS tells apart. */
export interface EscposProfile extends PrinterProfile {
  /** `realTimePulse`: the model has `DLE DC4 1`, which opens the drawer of a printer stopped for want of paper. */
  readonly drawer: (NonNullable<PrinterProfile['drawer']> & { readonly realTimePulse: boolean }) | null;
}

/** Errors  DriverError PROFILE_INVALID naming the first field that is wrong. */
export function parsePrinterProfile(value: unknown): EscposProfile {
  if (Value.Check(ProfileSchema, value)) return value;
  const [first] = Value.Errors(ProfileSchema, value);
  throw new DriverError('PROFILE_INVALID', 'The printer profile is not of the agreed shape.', {
    at: first?.instancePath ?? '',
    rule: first?.message ?? '',
  });
}

const SHIPPED: readonly unknown[] = [epsonTmT20, epsonTmT20NoHan, xprinter58, xprinter80Raster];

export function shippedPrinterProfiles(): readonly EscposProfile[] {
  return SHIPPED.map(parsePrinterProfile);
}

/** Errors  DriverError PROFILE_INVALID when no shipped profile has this name. */
export function printerProfile(model: string): EscposProfile {
  const profile = shippedPrinterProfiles().find((one) => one.model === model);
  if (profile !== undefined) return profile;
  throw new DriverError('PROFILE_INVALID', 'No printer profile has this name.', { model });
}
