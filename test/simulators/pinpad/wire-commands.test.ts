import { expect, test } from 'vitest';
import { tlv } from '../../../simulators/pinpad/ber.ts';
import { readCommand } from '../../../simulators/pinpad/wire-commands.ts';

const filled = (length: number): string => 'A5'.repeat(length);
const TRANSACTION = tlv('DF02', Buffer.from('T1'));
const AMOUNT = [tlv('DF04', '000000150000'), tlv('DF05', '0643')];
const AUTHORISE = [TRANSACTION, ...AMOUNT, tlv('9A', '261122')];
const KSN = tlv('DF41', filled(12));

const read = (code: number, ...objects: readonly Buffer[]) => readCommand(code, Buffer.concat(objects));

test('a command with all that the protocol asks of it is taken', () => {
  expect(read(0x11, ...AUTHORISE, tlv('9F21', '142705'))).toMatchObject({
    kind: 'authorise',
    date: '261122',
  });
  expect(read(0x13, TRANSACTION, tlv('DF08', filled(255)))).toMatchObject({ kind: 'complete' });
  expect(read(0x21, KSN, tlv('DF0A', filled(4_000)))).toMatchObject({ kind: 'mac' });
  expect(read(0x22, KSN, tlv('DF0A', filled(1)), tlv('DF0B', filled(8)))).toMatchObject({
    kind: 'verifyMac',
  });
});

test.each([
  ['an authorisation without a time', 0x11, AUTHORISE],
  ['an authorisation at no time of a day', 0x11, [...AUTHORISE, tlv('9F21', '246000')]],
  ['an authorisation on no day', 0x11, [TRANSACTION, ...AMOUNT, tlv('9A', '261322'), tlv('9F21', '142705')]],
  ['data of the issuer beyond DE55', 0x13, [TRANSACTION, tlv('DF08', filled(256))]],
  ['a MAC of nothing', 0x21, [KSN, tlv('DF0A', '')]],
  ['a MAC of more than a message', 0x21, [KSN, tlv('DF0A', filled(4_001))]],
  ['a MAC of another length', 0x22, [KSN, tlv('DF0A', filled(1)), tlv('DF0B', filled(4))]],
  ['a serial number of another length', 0x21, [tlv('DF41', filled(11)), tlv('DF0A', filled(1))]],
  ['a card’s number beside what was asked', 0x14, [TRANSACTION, tlv('5A', '2200000100000011')]],
  ['a track inside another object', 0x14, [TRANSACTION, tlv('FF2A', tlv('E1', tlv('57', '2200')))]],
])('%s is malformed', (_what, code, objects) => {
  expect(read(code, ...objects)).toBeNull();
});
