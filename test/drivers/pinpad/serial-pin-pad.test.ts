import { describe, expect, test } from 'vitest';
import { encodeFrame, type Frame, frameReader } from '../../../drivers/pinpad/frame.ts';
import { openPinPad } from '../../../drivers/pinpad/serial-pin-pad.ts';
import { tlv, tlvs } from '../../../simulators/pinpad/ber.ts';
import { type DoubleTransport, doubleTransport } from '../double-transport.ts';
import { type VirtualRuntime, virtualRuntime } from '../virtual-runtime.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const IDENTITY = tlv(
  'FF21',
  tlvs(tlv('DF30', ascii('S1')), tlv('DF31', ascii('M')), tlv('DF32', ascii('1')), tlv('DF33', '02')),
);
const IDLE = tlv('FF25', tlv('DF50', '01'));
const OPENED = tlvs(tlv('DF10', '00'), IDENTITY, IDLE);

/** A device that answers `open` and hands every other command to `answer`; null is silence. */
function device(transport: DoubleTransport, answer: (frame: Frame) => Buffer | 'ack' | null): Frame[] {
  const seen: Frame[] = [];
  const reader = frameReader();
  transport.device = (bytes) => {
    for (const frame of reader.push(bytes)) {
      seen.push(frame);
      const reply = frame.code === 1 ? OPENED : answer(frame);
      if (reply === null) continue;
      const type = reply === 'ack' ? 'ack' : 'reply';
      const payload = reply === 'ack' ? new Uint8Array(0) : reply;
      queueMicrotask(() => transport.receive(encodeFrame({ ...frame, type, payload })));
    }
  };
  return seen;
}

async function opened(answer: (frame: Frame) => Buffer | 'ack' | null) {
  const transport = doubleTransport();
  const runtime: VirtualRuntime = virtualRuntime();
  const seen = device(transport, answer);
  const pinPad = openPinPad({ transport, runtime });
  await runtime.advance(1);
  expect(pinPad.state).toBe('ready');
  return { transport, runtime, seen, pinPad };
}

const READ = {
  transactionId: 'T1',
  operation: 'sale',
  amount: { amountMinor: '100', currency: 'RUB' },
  language: 'ru',
} as const;

describe('the driver of a PIN pad', () => {
  test('opens a session by itself and knows the device', async () => {
    const { pinPad } = await opened(() => OPENED);
    expect(pinPad.identity).toEqual({ serial: 'S1', model: 'M', firmware: '1', keyScheme: 'aes' });
  });

  test('repeats an unanswered command with the same bytes, then calls the step lost and the device faulted', async () => {
    const { pinPad, runtime, seen } = await opened(() => null);
    const reading = pinPad.read(READ);
    await runtime.advance(2_100);
    const commands = seen.filter(({ code }) => code === 0x10);
    expect(commands).toHaveLength(4);
    expect(new Set(commands.map(({ sequence }) => sequence)).size).toBe(1);
    expect(await reading).toEqual({ kind: 'ended', why: 'device_lost' });
    expect(pinPad.state).toBe('faulted');
    await runtime.advance(600);
    expect(pinPad.state).toBe('ready');
    expect(new Set(seen.map(({ session }) => session)).size).toBe(2);
  });

  test('waits for the customer as long as the device says it is at work', async () => {
    const { pinPad, runtime } = await opened((frame) => (frame.code === 0x10 ? 'ack' : OPENED));
    let over = false;
    void pinPad.read(READ).then(() => {
      over = true;
    });
    await runtime.advance(120_000);
    expect([over, pinPad.state]).toEqual([false, 'ready']);
    await runtime.advance(70_000);
    expect(over).toBe(true);
  });

  test('rejects what moves no card when no answer comes', async () => {
    const { pinPad, runtime } = await opened(() => null);
    const asked = expect(pinPad.nextMacKsn()).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    await runtime.advance(3_000);
    await asked;
  });

  test('refuses a reply that bears a card number, and keeps nothing of it', async () => {
    const bad = tlvs(tlv('DF10', '00'), tlv('FF22', tlv('5A', '2200000100000011')));
    const { pinPad } = await opened(() => bad);
    await expect(pinPad.read(READ)).rejects.toMatchObject({ code: 'PINPAD_PROTOCOL', facts: { tag: '5A' } });
  });

  test('names why the device refused', async () => {
    const { pinPad } = await opened(() => tlvs(tlv('DF10', '02'), tlv('DF12', '06')));
    await expect(pinPad.mac(new Uint8Array(12), Uint8Array.of(1))).rejects.toMatchObject({
      code: 'PINPAD_REFUSED',
      facts: { command: 'mac', reason: 'ksn_not_issued' },
    });
  });

  test('refuses what the protocol cannot carry before anything is sent', async () => {
    const { pinPad, seen } = await opened(() => null);
    const before = seen.length;
    const amount = { amountMinor: '1000000000000', currency: 'RUB' };
    await expect(pinPad.read({ ...READ, amount })).rejects.toMatchObject({ code: 'VALUE_OUT_OF_RANGE' });
    await expect(pinPad.display('Я'.repeat(101))).rejects.toMatchObject({ code: 'VALUE_OUT_OF_RANGE' });
    expect(seen).toHaveLength(before);
  });

  test('without a link rejects at once, and a lost link ends the step under way', async () => {
    const { pinPad, transport } = await opened(() => 'ack');
    const reading = pinPad.read(READ);
    transport.become('absent');
    expect(await reading).toEqual({ kind: 'ended', why: 'device_lost' });
    await expect(pinPad.read(READ)).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    expect(pinPad.state).toBe('absent');
    await pinPad.close();
    await pinPad.close();
  });

  test('answers to another session or another command change nothing', async () => {
    const { pinPad, transport, runtime, seen } = await opened((frame) =>
      frame.code === 0x20 ? 'ack' : OPENED,
    );
    const asked = pinPad.nextMacKsn();
    await runtime.advance(1);
    const mine = seen.at(-1);
    if (mine === undefined) throw new Error('Nothing was sent.');
    const right = tlvs(tlv('DF10', '00'), tlv('DF41', '000000000000000000000001'));
    const wrong = tlvs(tlv('DF10', '00'), tlv('DF41', 'FFFFFFFFFFFFFFFFFFFFFFFF'));
    transport.receive(encodeFrame({ ...mine, type: 'reply', session: mine.session + 1, payload: wrong }));
    transport.receive(encodeFrame({ ...mine, type: 'reply', sequence: mine.sequence + 1, payload: wrong }));
    transport.receive(encodeFrame({ ...mine, type: 'reply', code: 0x21, payload: wrong }));
    transport.receive(encodeFrame({ ...mine, type: 'reply', payload: right }));
    expect(Buffer.from(await asked).toString('hex')).toBe('000000000000000000000001');
  });
});
