import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../drivers/pinpad/frame.ts';
import { COMMAND } from '../../drivers/pinpad/protocol.ts';
import { pack } from '../../gateway/iso8583/codec.ts';
import { frame } from '../../gateway/iso8583/frame.ts';
import { parseMti } from '../../gateway/iso8583/mti.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';
import { padMemoryLabel } from './card-durable-labels.ts';
import { CARD_POINTS } from './card-points.ts';
import { bankWriteLabels, cardFrameLabel, padWriteLabels } from './card-send-labels.ts';
import { durableLabel } from './durable-labels.ts';
import { nameOf } from './points.ts';

const NAMES = new Set(CARD_POINTS.map(nameOf));

function missing(process: string, states: readonly string[]): readonly string[] {
  return states
    .flatMap((state) => [`${process}:${state}:before_commit`, `${process}:${state}:after_commit`])
    .filter((name) => !NAMES.has(name));
}

describe('the table of kill points of cards', () => {
  test('every phase of a card transaction at the till is killed at from both sides of its commit', () => {
    const phases =
      'reading offering choosing authorising reentering sending completing signing undoing asking approved declined cancelled';
    expect(
      missing(
        'terminal',
        phases.split(' ').map((phase) => `card.${phase}`),
      ),
    ).toEqual([]);
    const owed = [
      'reversal.armed',
      'reversal.struck',
      'reversal.due',
      'void.due',
      'completion.due',
      'advice.done',
    ];
    expect(
      missing('terminal', [...owed, 'batch.open', 'batch.closing', 'batch.closed', 'stan.taken']),
    ).toEqual([]);
  });

  test('every state of a card transaction at the gateway is', () => {
    const first = ['sale.sent', 'preauthorisation.sent', 'refund.sent', 'balance.sent'];
    const others = ['completion.approved', 'void.approved', 'sale.parked'];
    const later = ['approved', 'declined', 'reversing', 'reversed'].map((state) => `card.${state}`);
    const advices = ['advice.reversal_queued', 'advice.completion_queued', 'advice.tried', 'advice.done'];
    expect(missing('gateway', [...first, ...others, ...later, ...advices, 'batch.closed'])).toEqual([]);
  });

  test('every state at the partner bank and in the PIN pad is', () => {
    const requests = ['sale', 'preauthorisation', 'refund'].map((kind) => `${kind}.approved`);
    const undone = ['reversal.approved', 'reversal.parked', 'original.reversed', 'original.completed'];
    expect(missing('bank', [...requests, 'sale.declined', ...undone])).toEqual([]);
    const stages = ['reading', 'read', 'authorising', 'authorised', 'completed', 'reversed', 'ended'];
    expect(
      missing(
        'counter',
        stages.map((stage) => `memory.${stage}`),
      ),
    ).toEqual([]);
  });

  test('no point stands in the table twice', () => {
    expect(NAMES.size).toBe(CARD_POINTS.length);
  });
});

describe('labels', () => {
  const message = (mti: string, fields: Readonly<Record<number, string>>) => {
    const all: (string | undefined)[] = [];
    const usual = { 7: '1122081500', 11: '000001', 41: '00000003' };
    for (const [de, value] of Object.entries({ ...usual, ...fields })) all[Number(de)] = value;
    return { mti: parseMti(mti), fields: all };
  };

  test('a card message is named by what it says, on either leg', () => {
    expect(cardFrameLabel(pack(bcdProfile, message('0200', { 3: '020000' })))).toBe('card.void');
    expect(cardFrameLabel(pack(bcdProfile, message('0210', { 3: '000000', 39: '00' })))).toBe(
      'card.answer.sale.yes',
    );
    expect(cardFrameLabel(Buffer.from('nothing'))).toBe(null);
    const written = Buffer.concat([
      frame(pack(asciiProfile, message('0421', { 3: '000000' }))),
      frame(pack(asciiProfile, message('0800', { 70: '301' }))),
    ]);
    expect(bankWriteLabels('ascii', written)).toEqual(['bank.reversal']);
  });

  test('a command on the cable is named, an acknowledgement is not', () => {
    const one = { session: 1, sequence: 1, code: COMMAND.complete, payload: new Uint8Array(0) };
    expect(padWriteLabels(encodeFrame({ ...one, type: 'command' }))).toEqual(['pad.complete']);
    expect(padWriteLabels(encodeFrame({ ...one, type: 'reply' }))).toEqual(['pad.reply.complete']);
    expect(padWriteLabels(encodeFrame({ ...one, type: 'ack' }))).toEqual([]);
  });

  test('a memory of the PIN pad is named by its stage, or by its counter alone', () => {
    const memory = (stage: string) => JSON.stringify({ ksn: 'A', last: { transactionId: '1', stage } });
    expect(padMemoryLabel(memory('read'), memory('authorising'))).toBe('memory.authorising');
    expect(padMemoryLabel(memory('read'), memory('read'))).toBe('memory.counter');
    expect(padMemoryLabel(null, memory('reading'))).toBe('memory.reading');
  });

  test('a statement is named by the state that it writes', () => {
    expect(durableLabel('gateway', 'UPDATE card_transaction SET state = ?', ['reversing'])).toBe(
      'card.reversing',
    );
    expect(durableLabel('terminal', 'UPDATE card_attempts SET phase = ?', ['final', '{}', 'approved'])).toBe(
      'card.approved',
    );
    expect(
      durableLabel('bank', 'INSERT INTO transactions (mti, kind,\n state)', ['0200', 'sale', 'approved']),
    ).toBe('sale.approved');
  });
});
