import { expect, test } from 'vitest';
import { DriverError } from '../../../drivers/contract/device.ts';
import {
  parsePrinterProfile,
  printerProfile,
  shippedPrinterProfiles,
} from '../../../drivers/printer/profile.ts';

test('every shipped profile has the columns its paper holds in font A', () => {
  for (const profile of shippedPrinterProfiles()) {
    expect(profile.columns).toBe(profile.widthDots / 12);
    expect(profile.paperWidthMm).toBe(profile.columns === 32 ? 58 : 80);
  }
});

test('a profile with an unknown or missing field is refused with the field named', () => {
  const good = printerProfile('epson-tm-t20');
  expect(parsePrinterProfile(good)).toEqual(good);
  expect(() => parsePrinterProfile({ ...good, colour: true })).toThrow(DriverError);
  expect(() => parsePrinterProfile({ ...good, columns: '48' })).toThrow(
    expect.objectContaining({ code: 'PROFILE_INVALID', facts: expect.objectContaining({ at: '/columns' }) }),
  );
});

test('an unknown model is refused by its name', () => {
  expect(() => printerProfile('no-such')).toThrow(expect.objectContaining({ facts: { model: 'no-such' } }));
});
