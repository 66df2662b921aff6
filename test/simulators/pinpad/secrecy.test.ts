import { expect, test } from 'vitest';
import { sampleCards, track2Of } from '../../../simulators/pinpad/card-deck.ts';
import { authorise, counter, readCard, settled } from './pad-fixture.ts';

/** Every form a card's secrets may take on a line: text, BCD at either half of a byte, hexadecimal text. */
function formsOf(digits: string): readonly Buffer[] {
  const even = digits.length % 2 === 0 ? digits : `${digits}F`;
  const shifted = digits.length % 2 === 0 ? `0${digits}0` : `0${digits}`;
  return [
    Buffer.from(digits, 'latin1'),
    Buffer.from(even, 'hex'),
    Buffer.from(shifted.slice(0, shifted.length & ~1), 'hex').subarray(1, -1),
    Buffer.from([...digits].map(Number)),
  ];
}

test('no card number, track or PIN crosses the cable, whatever is done with any card of the drawer', async () => {
  const at = await counter();
  let transactions = 0;
  for (const card of sampleCards()) {
    for (const how of ['insert', 'tap', 'swipe'] as const) {
      transactions += 1;
      const id = `T${transactions}`;
      at.world.timers.after(4_000, () => at.device.cancel());
      const read = await readCard(at, card.name, { id, how });
      if (read.kind === 'done' && (await authorise(at, { id, pin: card.pin })).kind === 'done')
        await settled(
          at.world,
          at.pinPad.complete({ transactionId: id, responseCode: '05', issuerData: null }),
        ).catch(() => undefined);
      at.device.remove();
      await settled(at.world, at.pinPad.lastTransaction());
    }
  }
  const crossed = Buffer.concat(at.traffic);
  // The scan would find it: a number as tag 5A holds it, and one a half byte aside.
  const [numberText, numberBcd, numberAside] = formsOf('2200000100000011');
  expect(Buffer.from('9F2200000100000011').includes(numberText ?? '')).toBe(true);
  expect(Buffer.from('5A082200000100000011', 'hex').includes(numberBcd ?? '')).toBe(true);
  expect(Buffer.from('A2200000100000011B', 'hex').includes(numberAside ?? '')).toBe(true);
  expect(crossed.length).toBeGreaterThan(10_000);
  for (const card of sampleCards()) {
    const track = track2Of(card).replace('=', 'D');
    for (const form of [...formsOf(card.pan), ...formsOf(track)])
      expect(crossed.includes(form), `${card.name} as ${form.length} bytes`).toBe(false);
  }
  // Shorter PINs could stand there by chance, as a part of an amount; a key's name or a cipher text is no finding either.
  for (const card of sampleCards().filter(({ pin }) => pin.length === 6))
    for (const form of [Buffer.from(card.pin, 'latin1'), Buffer.from([...card.pin].map(Number))])
      expect(crossed.includes(form), `PIN of ${card.name}`).toBe(false);
});
