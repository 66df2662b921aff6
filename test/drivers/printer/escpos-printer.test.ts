import { describe, expect, test } from 'vitest';
import type { PrinterStatus, ReceiptDoc, ReceiptPrinter } from '../../../drivers/contract/printer.ts';
import { openEscposPrinter } from '../../../drivers/printer/escpos-printer.ts';
import { type EscposProfile, printerProfile } from '../../../drivers/printer/profile.ts';
import { type DoubleTransport, doubleTransport } from '../double-transport.ts';
import { type VirtualRuntime, virtualRuntime } from '../virtual-runtime.ts';

const profile = printerProfile('epson-tm-t20');
const receipt: ReceiptDoc = {
  blocks: [{ kind: 'text', text: 'Спасибо', align: 'center', size: 'normal', bold: false }],
  cut: true,
  openDrawer: false,
};

/** A printer as its status bytes: what it answers now, and whether it answers at all. */
interface Paper {
  jobs: number;
  /** Every job's bytes, and every pulse sent in real time, in hexadecimal. */
  readonly sent: string[];
  readonly pulses: string[];
  printer: number;
  offlineCause: number;
  errorCause: number;
  paper: number;
  answersStatus: boolean;
  answersMarks: boolean;
  marksOwed: number;
  onJob: () => void;
}

function station(model: EscposProfile = profile): {
  transport: DoubleTransport;
  runtime: VirtualRuntime;
  printer: ReceiptPrinter;
  paper: Paper;
} {
  const transport = doubleTransport();
  const runtime = virtualRuntime();
  const paper: Paper = {
    jobs: 0,
    sent: [],
    pulses: [],
    printer: 0x12,
    offlineCause: 0x12,
    errorCause: 0x12,
    paper: 0x12,
    answersStatus: true,
    answersMarks: true,
    marksOwed: 0,
    onJob: () => undefined,
  };
  transport.device = (bytes) => {
    if (bytes[0] === 0x10 && bytes[1] === 0x14) {
      paper.pulses.push(Buffer.from(bytes).toString('hex'));
    } else if (bytes[0] === 0x10) {
      const answers = [0, paper.printer, paper.offlineCause, paper.errorCause, paper.paper];
      if (paper.answersStatus) transport.receive(Uint8Array.of(answers[bytes[2] ?? 0] ?? 0));
    } else if (bytes[0] === 0x1d && bytes[1] === 0x72) {
      if (paper.answersMarks) transport.receive(Uint8Array.of(0));
      else paper.marksOwed += 1;
    } else if (bytes[0] === 0x1b) {
      paper.jobs += 1;
      paper.sent.push(Buffer.from(bytes).toString('hex'));
      paper.onJob();
    }
  };
  return { transport, runtime, printer: openEscposPrinter(transport, model, runtime), paper };
}

describe('a healthy printer', () => {
  test('becomes ready when it answers, and its status is known', async () => {
    const { printer, runtime } = station();
    expect(printer.state).toBe('opening');
    await runtime.advance(0);
    expect(printer.state).toBe('ready');
    expect(printer.status).toEqual({
      online: true,
      paper: 'ok',
      coverOpen: false,
      drawerOpen: false,
      fault: null,
    });
    await printer.close();
  });

  test('has printed when the mark behind the job and the status after it came back', async () => {
    const { printer, runtime, paper } = station();
    let first = 0;
    printer.onFirstByte(() => {
      first += 1;
    });
    const result = printer.print(receipt);
    await runtime.advance(0);
    expect([await result, paper.jobs, first]).toEqual([{ kind: 'printed' }, 1, 1]);
    await printer.close();
  });

  test('prints jobs one after another', async () => {
    const { printer, runtime, paper, transport } = station();
    paper.answersMarks = false;
    const results = [printer.print(receipt), printer.print(receipt)];
    await runtime.advance(1_000);
    expect(paper.jobs).toBe(1);
    paper.answersMarks = true;
    transport.receive(Uint8Array.of(0));
    await runtime.advance(1_000);
    expect([await Promise.all(results), paper.jobs]).toEqual([[{ kind: 'printed' }, { kind: 'printed' }], 2]);
    await printer.close();
  });

  test('is asked again by and by while idle, and tells only what changed', async () => {
    const { printer, runtime, paper } = station();
    const seen: PrinterStatus[] = [];
    printer.onStatus((status) => seen.push(status));
    await runtime.advance(6_000);
    paper.paper = 0x1e;
    await runtime.advance(6_000);
    expect(seen.map((status) => status.paper)).toEqual(['ok', 'near_end']);
    await printer.close();
  });
});

describe('a printer in trouble', () => {
  test('the published example of answers reads as paper end, offline', async () => {
    const { printer, runtime, paper } = station();
    Object.assign(paper, { printer: 0x1a, offlineCause: 0x32, paper: 0x7e });
    await runtime.advance(0);
    expect(printer.status).toMatchObject({ online: false, paper: 'end', fault: 'paper_end' });
    await printer.close();
  });

  test.each([
    ['cover_open', { printer: 0x1a, offlineCause: 0x16 }],
    ['paper_end', { printer: 0x1a, offlineCause: 0x32, paper: 0x72 }],
    ['cutter', { printer: 0x1a, offlineCause: 0x52, errorCause: 0x1a }],
    ['overheat', { printer: 0x1a, offlineCause: 0x52, errorCause: 0x52 }],
    ['offline', { printer: 0x1a }],
  ] as const)('with %s before the job nothing is sent', async (fault, bytes) => {
    const { printer, runtime, paper } = station();
    await runtime.advance(0);
    Object.assign(paper, bytes);
    const result = printer.print(receipt);
    await runtime.advance(0);
    expect(await result).toEqual({ kind: 'failed', fault, paperMayHaveIt: false });
    expect(paper.jobs).toBe(0);
    await printer.close();
  });

  test('a cover opened during the job is known within seconds, and the paper may have it', async () => {
    const { printer, runtime, paper } = station();
    paper.onJob = () => Object.assign(paper, { printer: 0x1a, offlineCause: 0x16, answersMarks: false });
    const result = printer.print(receipt);
    await runtime.advance(1_000);
    expect(await result).toEqual({ kind: 'failed', fault: 'cover_open', paperMayHaveIt: true });
    await printer.close();
  });

  test('a printer that answers status and never the mark is given up at the deadline', async () => {
    const { printer, runtime, paper } = station();
    paper.answersMarks = false;
    const result = printer.print(receipt);
    await runtime.advance(32_000);
    expect(await result).toEqual({ kind: 'failed', fault: 'no_answer', paperMayHaveIt: true });
    await printer.close();
  });

  test('a long receipt has the time that its paper takes', async () => {
    const { printer, runtime, paper, transport } = station();
    await runtime.advance(0);
    paper.answersMarks = false;
    const line = {
      kind: 'text',
      text: 'Шоколад молочный',
      align: 'left',
      size: 'normal',
      bold: false,
    } as const;
    const result = printer.print({ ...receipt, blocks: Array.from({ length: 1500 }, () => line) });
    await runtime.advance(45_000);
    transport.receive(Uint8Array.of(0));
    await runtime.advance(1_000);
    expect(await result).toEqual({ kind: 'printed' });
  });

  test('a silent printer is faulted and gets nothing', async () => {
    const { printer, runtime, paper } = station();
    paper.answersStatus = false;
    const result = printer.print(receipt);
    await runtime.advance(4_000);
    expect(await result).toEqual({ kind: 'failed', fault: 'no_answer', paperMayHaveIt: false });
    expect([printer.state, paper.jobs]).toEqual(['faulted', 0]);
    await printer.close();
  });

  test('a silent printer that speaks again recovers by itself', async () => {
    const { printer, runtime, paper } = station();
    paper.answersStatus = false;
    await runtime.advance(4_000);
    paper.answersStatus = true;
    await runtime.advance(4_000);
    expect([printer.state, printer.status?.fault]).toEqual(['ready', null]);
    await printer.close();
  });

  test('late answers to an old question are not read as answers to a new one', async () => {
    const { printer, runtime, paper, transport } = station();
    await runtime.advance(0);
    paper.answersStatus = false;
    await runtime.advance(3_900);
    paper.answersStatus = true;
    transport.receive(Uint8Array.of(0x16));
    const seen: (string | null)[] = [];
    printer.onStatus((status) => seen.push(status.fault));
    await runtime.advance(4_000);
    expect(seen).toEqual([null]);
    await printer.close();
  });

  test('an old job’s mark, answered after the paper was changed, is not taken for the next job’s', async () => {
    const { printer, runtime, paper, transport } = station();
    paper.onJob = () => Object.assign(paper, { printer: 0x1a, offlineCause: 0x32, answersMarks: false });
    const lost = printer.print(receipt);
    await runtime.advance(1_000);
    expect(await lost).toMatchObject({ kind: 'failed', fault: 'paper_end' });
    paper.onJob = () => undefined;
    Object.assign(paper, { printer: 0x12, offlineCause: 0x12 });
    const next = printer.print(receipt);
    await runtime.advance(100);
    // The printer catches up: first the old mark, then the one that asked whether it had.
    expect(paper.jobs).toBe(1);
    paper.answersMarks = true;
    for (; paper.marksOwed > 0; paper.marksOwed -= 1) transport.receive(Uint8Array.of(0));
    await runtime.advance(0);
    expect([await next, paper.jobs]).toEqual([{ kind: 'printed' }, 2]);
    await printer.close();
  });

  test('a printer switched off and on forgot its marks and prints the next job', async () => {
    const { printer, runtime, paper } = station();
    paper.answersMarks = false;
    const lost = printer.print(receipt);
    await runtime.advance(32_000);
    expect(await lost).toMatchObject({ kind: 'failed' });
    paper.answersMarks = true;
    const next = printer.print(receipt);
    await runtime.advance(3_000);
    expect(await next).toEqual({ kind: 'printed' });
    await printer.close();
  });

  test('a link lost and found during the job never reads as printed', async () => {
    const { printer, runtime, paper, transport } = station();
    await runtime.advance(0);
    paper.answersMarks = false;
    const result = printer.print(receipt);
    await runtime.advance(100);
    transport.become('absent');
    paper.answersMarks = true;
    transport.become('ready');
    await runtime.advance(3_000);
    expect(await result).toEqual({ kind: 'failed', fault: 'offline', paperMayHaveIt: true });
    await printer.close();
  });

  test('an absent printer refuses at once', async () => {
    const { printer, runtime, transport } = station();
    await runtime.advance(0);
    transport.become('absent');
    expect(printer.state).toBe('absent');
    expect(await printer.print(receipt)).toEqual({ kind: 'failed', fault: 'offline', paperMayHaveIt: false });
    await printer.close();
  });

  test('random bytes from the printer neither throw nor stop it', async () => {
    const { printer, runtime, transport } = station();
    for (let byte = 0; byte < 256; byte += 1) transport.receive(Uint8Array.of(byte, 255 - byte));
    const result = printer.print(receipt);
    await runtime.advance(10_000);
    expect(await result).toEqual({ kind: 'printed' });
    await printer.close();
  });
});

describe('the drawer of a printer that cannot print', () => {
  const PULSE_NOW = '1014010002';
  const PULSE_IN_TURN = '1b70003c78';
  const PAPER_END = { printer: 0x1a, offlineCause: 0x32, paper: 0x72 };
  const COVER_OPEN = { printer: 0x1a, offlineCause: 0x16 };
  const HEALTHY = { printer: 0x12, offlineCause: 0x12, paper: 0x12 };
  const cash: ReceiptDoc = { ...receipt, openDrawer: true };
  const noRealTime: EscposProfile = {
    ...profile,
    drawer: { pin: 0, pulseOnMs: 120, pulseOffMs: 240, realTimePulse: false },
  };

  test.each([
    ['paper_end', PAPER_END],
    ['cover_open', COVER_OPEN],
  ])('opens with %s, by the pulse that does not wait for paper', async (_fault, bytes) => {
    const { printer, runtime, paper } = station();
    await runtime.advance(0);
    Object.assign(paper, bytes);
    const result = printer.openDrawer();
    await runtime.advance(0);
    expect([await result, paper.pulses, paper.jobs]).toEqual([{ kind: 'printed' }, [PULSE_NOW], 0]);
    await printer.close();
  });

  test.each([
    ['cutter', { printer: 0x1a, offlineCause: 0x52, errorCause: 0x1a }],
    ['overheat', { printer: 0x1a, offlineCause: 0x52, errorCause: 0x52 }],
    ['offline', { printer: 0x1a }],
  ] as const)('is refused with %s', async (fault, bytes) => {
    const { printer, runtime, paper } = station();
    await runtime.advance(0);
    Object.assign(paper, bytes);
    const results = [printer.openDrawer(), printer.print(cash)];
    await runtime.advance(0);
    const refused = { kind: 'failed', fault, paperMayHaveIt: false };
    expect([await Promise.all(results), paper.pulses, paper.jobs]).toEqual([[refused, refused], [], 0]);
    await printer.close();
  });

  test('is refused over a link that is absent, and by a printer that is silent', async () => {
    const { printer, runtime, paper, transport } = station();
    await runtime.advance(0);
    paper.answersStatus = false;
    const silent = printer.openDrawer();
    await runtime.advance(4_000);
    expect(await silent).toEqual({ kind: 'failed', fault: 'no_answer', paperMayHaveIt: false });
    transport.become('absent');
    const absent = printer.openDrawer();
    await runtime.advance(4_000);
    expect(await absent).toEqual({ kind: 'failed', fault: 'offline', paperMayHaveIt: false });
    expect([paper.pulses, paper.jobs]).toEqual([[], 0]);
    await printer.close();
  });

  test('is not said to be open when the printer falls silent behind the pulse', async () => {
    const { printer, runtime, paper, transport } = station();
    await runtime.advance(0);
    Object.assign(paper, PAPER_END);
    const device = transport.device;
    transport.device = (bytes) => {
      device(bytes);
      if (bytes[1] === 0x14) paper.answersStatus = false;
    };
    const result = printer.openDrawer();
    await runtime.advance(4_000);
    expect(await result).toEqual({ kind: 'failed', fault: 'no_answer', paperMayHaveIt: true });
    await printer.close();
  });

  test('opens when the paper ended inside a job whose mark is still owed', async () => {
    const { printer, runtime, paper } = station();
    paper.onJob = () => Object.assign(paper, PAPER_END, { answersMarks: false });
    const lost = printer.print(receipt);
    await runtime.advance(1_000);
    expect(await lost).toMatchObject({ kind: 'failed', fault: 'paper_end', paperMayHaveIt: true });
    const result = printer.openDrawer();
    await runtime.advance(0);
    expect([await result, paper.pulses]).toEqual([{ kind: 'printed' }, [PULSE_NOW]]);
    await printer.close();
  });

  test('opens for a cash receipt that cannot print, once, and not again with the paper that follows', async () => {
    const { printer, runtime, paper } = station();
    await runtime.advance(0);
    Object.assign(paper, PAPER_END);
    const failed = { kind: 'failed', fault: 'paper_end', paperMayHaveIt: false };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const result = printer.print(cash);
      await runtime.advance(0);
      expect([await result, paper.pulses, paper.jobs]).toEqual([failed, [PULSE_NOW], 0]);
    }
    Object.assign(paper, HEALTHY);
    const printed = printer.print(cash);
    await runtime.advance(0);
    expect([await printed, paper.jobs, paper.pulses]).toEqual([{ kind: 'printed' }, 1, [PULSE_NOW]]);
    expect(paper.sent[0]).not.toContain(PULSE_IN_TURN);
    await printer.close();
  });

  test('opens for every other cash receipt', async () => {
    const { printer, runtime, paper } = station();
    await runtime.advance(0);
    Object.assign(paper, COVER_OPEN);
    const next: ReceiptDoc = { ...cash, blocks: [...cash.blocks, ...cash.blocks] };
    const results = [printer.print(cash), printer.print(next)];
    await runtime.advance(0);
    expect([(await Promise.all(results)).length, paper.pulses]).toEqual([2, [PULSE_NOW, PULSE_NOW]]);
    Object.assign(paper, HEALTHY);
    const other = printer.print({ ...cash, cut: false });
    await runtime.advance(0);
    expect(await other).toEqual({ kind: 'printed' });
    expect(paper.sent[0]).toContain(PULSE_IN_TURN);
    await printer.close();
  });

  test('stays shut for a receipt that was not to open it', async () => {
    const { printer, runtime, paper } = station();
    await runtime.advance(0);
    Object.assign(paper, PAPER_END);
    const result = printer.print(receipt);
    await runtime.advance(0);
    expect([await result, paper.pulses]).toEqual([
      { kind: 'failed', fault: 'paper_end', paperMayHaveIt: false },
      [],
    ]);
    await printer.close();
  });

  test('of a model without that pulse is sent the other one, and not said to be open', async () => {
    const { printer, runtime, paper } = station(noRealTime);
    await runtime.advance(0);
    Object.assign(paper, PAPER_END);
    const results = [printer.print(cash), printer.openDrawer()];
    await runtime.advance(0);
    expect(await Promise.all(results)).toEqual([
      { kind: 'failed', fault: 'paper_end', paperMayHaveIt: false },
      { kind: 'failed', fault: 'paper_end', paperMayHaveIt: true },
    ]);
    expect([paper.pulses, paper.sent]).toEqual([[], [`1b40${PULSE_IN_TURN}`]]);
    await printer.close();
  });
});

test('a receipt that cannot be built rejects before any byte leaves', async () => {
  const { printer, runtime, paper } = station();
  await runtime.advance(0);
  const bad: ReceiptDoc = {
    ...receipt,
    blocks: [{ kind: 'text', text: '😀', align: 'left', size: 'normal', bold: false }],
  };
  await expect(printer.print(bad)).rejects.toMatchObject({ code: 'TEXT_UNMAPPABLE' });
  expect(paper.jobs).toBe(0);
  await printer.close();
});

test('a closed printer calls nobody and refuses jobs', async () => {
  const { printer, runtime, transport } = station();
  await runtime.advance(0);
  let told = 0;
  printer.onState(() => {
    told += 1;
  });
  await printer.close();
  await printer.close();
  transport.become('faulted');
  expect(told).toBe(0);
  expect(await printer.openDrawer()).toMatchObject({ kind: 'failed', paperMayHaveIt: false });
});
