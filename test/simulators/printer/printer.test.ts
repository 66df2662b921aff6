import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrawerKick } from '../../../simulators/printer/paper.ts';
import { receiptText } from '../../../simulators/printer/paper-text.ts';
import { HELD_LIMIT_BYTES, type PrinterFaultName } from '../../../simulators/printer/printer.ts';
import { bench, bytes, CUT, cp866, han, SHOP_JOB, START } from './escpos-jobs.ts';

const LINE = bytes(START, 'one', 10, CUT);
const statusOf = (fault: PrinterFaultName | null): number[] => {
  const { printer, answers, receive } = bench();
  if (fault !== null) printer.setFault(fault, true);
  for (const which of [1, 2, 3, 4]) receive(bytes(0x10, 0x04, which));
  return answers;
};

describe('a job', () => {
  test('comes out as text on the column grid, Russian and Chinese on one paper', () => {
    const { receipts, receive } = bench();
    receive(SHOP_JOB);
    expect(receipts[0]?.errors).toEqual([]);
    expect(receipts[0] === undefined ? '' : receiptText(receipts[0])).toBe(
      [
        `${' '.repeat(12)}Магазин Амур`,
        `${' '.repeat(19)}阿穆尔商店`,
        '─'.repeat(48),
        `${'Хлеб'.padEnd(42)} 45.00`,
        `茶 Чай зелёный №5${' '.repeat(23)}1 250.00`,
        '[QR https://qr.nspk.ru/AD10004F7SM1QOR38T1RNP592HT1U2MC]',
        `${' '.repeat(20)}Спасибо!`,
        '',
      ].join('\n'),
    );
    expect(receipts[0]?.drawerKicks).toEqual([{ pin: 0, onMs: 100, offMs: 200 }]);
    expect(receipts[0]?.end).toBe('partial');
  });

  test('is the same paper however the bytes are split', () => {
    const whole = bench();
    whole.receive(SHOP_JOB);
    for (let at = 1; at < SHOP_JOB.length; at += 1) {
      const split = bench();
      split.receive(SHOP_JOB.subarray(0, at));
      split.receive(SHOP_JOB.subarray(at));
      expect(split.receipts).toEqual(whole.receipts);
    }
    const single = bench();
    for (const byte of SHOP_JOB) single.receive(Uint8Array.of(byte));
    expect(single.receipts).toEqual(whole.receipts);
  });

  test('wraps a line that is wider than the paper', () => {
    const { receipts, receive } = bench({ widthDots: 384 });
    receive(bytes(START, cp866('Ж'.repeat(40)), 10, CUT));
    expect(receipts.map(receiptText)).toEqual([`${'Ж'.repeat(32)}\n${'Ж'.repeat(8)}\n`]);
  });

  test('with unknown commands, other pages and broken characters is printed, and each is recorded', () => {
    const { receipts, receive } = bench();
    receive(bytes(START, 0x1b, 'Z', 'a', 0x1d, 0x00, 0x1b, 't', 99, 0x1c, '&', 0x81, 10, 0x01, 'b', 10, CUT));
    expect(receipts[0]?.errors.map((error) => error.reason)).toEqual([
      'unknown command',
      'unknown command',
      'code page not in this printer',
      'half a GB18030 character',
      'control character',
    ]);
    expect(receipts.map(receiptText)).toEqual(['a\nb\n']);
  });

  test('keeps Cyrillic single and Han double width, four-byte GB18030 included', () => {
    const { receipts, receive } = bench();
    receive(bytes(START, han('㐀中'), cp866('Я'), 10, CUT));
    const item = receipts[0]?.items[0];
    expect(item?.kind === 'line' ? item.cells.map((cell) => [cell.text, cell.widthDots]) : []).toEqual([
      ['㐀', 24],
      ['中', 24],
      ['Я', 12],
    ]);
  });

  test('of random bytes never crashes the printer, and what it prints can be read', () => {
    const command = fc.constantFrom(0x1b, 0x1d, 0x1c, 0x10, 10);
    const noise = fc.array(fc.oneof(command, fc.integer({ min: 0, max: 255 })), { maxLength: 200 });
    fc.assert(
      fc.property(noise, (values) => {
        const { receipts, receive } = bench();
        receive(Uint8Array.from(values));
        receive(bytes(LINE, LINE));
        return receipts.every((receipt) => receiptText(receipt).length < 200_000);
      }),
      { numRuns: 500 },
    );
  });

  test('shows nothing of a pulse in real time, however its bytes are split', () => {
    const pulse = bytes(0x10, 0x14, 1, 0, 1);
    for (let at = 0; at <= pulse.length; at += 1) {
      const { printer, receipts, receive } = bench();
      receive(bytes(START, 'one', 10, pulse.subarray(0, at)));
      receive(bytes(pulse.subarray(at), 'two', 10, CUT));
      expect(receipts.map((paper) => [receiptText(paper), paper.errors, paper.drawerKicks])).toEqual([
        ['one\ntwo\n', [], []],
      ]);
      expect(printer.drawerOpen).toBe(true);
    }
  });

  test('on a printer without a cutter is torn off once nothing more comes', () => {
    const { receipts, receive, fire } = bench({ cutter: false });
    receive(LINE);
    expect(receipts).toEqual([]);
    fire();
    expect(receipts.map((receipt) => receipt.end)).toEqual(['torn']);
  });
});

describe('status', () => {
  test.each<[PrinterFaultName | null, number[]]>([
    [null, [0x12, 0x12, 0x12, 0x12]],
    ['paper_end', [0x1a, 0x32, 0x12, 0x7e]],
    ['paper_near_end', [0x12, 0x12, 0x12, 0x1e]],
    ['cover_open', [0x1a, 0x16, 0x12, 0x12]],
    ['offline', [0x1a, 0x12, 0x12, 0x12]],
    ['cutter', [0x1a, 0x52, 0x1a, 0x12]],
    ['dead', []],
  ])('of %s is told by DLE EOT 1 to 4', (fault, expected) => {
    expect(statusOf(fault)).toEqual(expected);
  });

  test('comes by itself once asked for, at once and with every change of the classes asked for', () => {
    const { printer, answers, receive } = bench();
    receive(bytes(0x1d, 'a', 0x0f));
    printer.setFault('paper_end', true);
    printer.setFault('slow', true);
    printer.setFault('slow', false);
    printer.setFault('paper_end', false);
    receive(bytes(0x1d, 'a', 0));
    printer.setFault('cover_open', true);
    expect(answers).toEqual([0x10, 0, 0, 0, 0x18, 0, 0x0f, 0, 0x10, 0, 0, 0]);
  });

  test('asked for in turn is answered behind the job, and not while the printer is stopped', () => {
    const { printer, answers, receipts, receive } = bench();
    printer.setFault('cover_open', true);
    receive(bytes(LINE, 0x1d, 'r', 1));
    expect([receipts.length, answers]).toEqual([0, []]);
    printer.setFault('cover_open', false);
    expect([receipts.length, answers]).toEqual([1, [0]]);
  });

  test('tells of the drawer until it is shut', () => {
    const { printer, answers, receive } = bench();
    receive(bytes(0x1b, 'p', 1, 25, 25));
    receive(bytes(0x10, 0x04, 1));
    printer.shutDrawer();
    receive(bytes(0x10, 0x04, 1));
    expect(answers).toEqual([0x16, 0x12]);
  });

  test.each(['paper_end', 'cover_open', 'offline'] as const)(
    'of %s holds a drawer’s pulse back, and not the one in real time',
    (fault) => {
      const { printer, receive } = bench();
      printer.setFault(fault, true);
      receive(bytes(0x1b, 'p', 0, 50, 100));
      expect(printer.drawerOpen).toBe(false);
      const kicks: DrawerKick[] = [];
      printer.onDrawer((kick) => kicks.push(kick));
      receive(bytes(0x10, 0x14, 1, 1, 2));
      expect([printer.drawerOpen, kicks]).toEqual([true, [{ pin: 1, onMs: 200, offMs: 200 }]]);
    },
  );

  test.each([
    ['an error', 'cutter', [0x10, 0x14, 1, 0, 1]],
    ['no error, of a pin that is not there,', null, [0x10, 0x14, 1, 2, 1]],
    ['no error, of no length,', null, [0x10, 0x14, 1, 0, 0]],
    ['no error, too long,', null, [0x10, 0x14, 1, 0, 9]],
  ] as const)('of %s makes the pulse in real time no pulse', (_case, fault, pulse) => {
    const { printer, receive } = bench();
    if (fault !== null) printer.setFault(fault, true);
    receive(bytes(...pulse));
    expect(printer.drawerOpen).toBe(false);
  });

  test('names the printer', () => {
    const { answers, receive } = bench();
    receive(bytes(0x1d, 'I', 1, 0x1d, 'I', 67));
    expect(Buffer.from(answers).toString('latin1')).toBe(' _AM-SIM\0');
  });
});

describe('faults', () => {
  test('a job held by an open cover is printed whole when it is shut', () => {
    const { printer, receipts, receive } = bench();
    printer.setFault('cover_open', true);
    receive(SHOP_JOB);
    expect(receipts).toEqual([]);
    printer.setFault('cover_open', false);
    expect(receipts).toHaveLength(1);
  });

  test('going off line in the middle of a job stops before the next line and goes on from there', () => {
    const { printer, receipts, receive, answers } = bench();
    printer.setFault('offline_mid_job', true);
    receive(SHOP_JOB);
    receive(bytes(0x10, 0x04, 1));
    expect([receipts, printer.faults, answers]).toEqual([[], ['offline'], [0x1e]]);
    printer.setFault('offline', false);
    expect(receipts).toHaveLength(1);
  });

  test('a slow printer answers at once and prints in its own time', () => {
    const { printer, receipts, answers, receive, fire } = bench();
    printer.setFault('slow', true);
    receive(LINE);
    receive(bytes(0x10, 0x04, 1));
    expect([receipts.length, answers]).toEqual([0, [0x12]]);
    for (let step = 0; step < 10; step += 1) fire();
    expect(receipts).toHaveLength(1);
  });

  test('a dead printer swallows what it is sent', () => {
    const { printer, receipts, receive } = bench();
    printer.setFault('dead', true);
    receive(LINE);
    printer.setFault('dead', false);
    expect(receipts).toEqual([]);
  });

  test('a host is held back when too much waits', () => {
    const { printer, receive } = bench();
    printer.setFault('paper_end', true);
    receive(bytes(new Uint8Array(HELD_LIMIT_BYTES + 1).fill(0x41)));
    expect(printer.full).toBe(true);
    printer.setFault('paper_end', false);
    expect(printer.full).toBe(false);
  });
});
