import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type KeyStroke,
  WEDGE_DEFAULTS,
  WEDGE_IDLE,
  type WedgeDecision,
  wedgeStep,
} from '../../../renderer/scanner/wedge.ts';

const key = (code: string, atMs: number, more: Partial<KeyStroke> = {}): KeyStroke => ({
  kind: 'down',
  code,
  shift: false,
  alt: false,
  ctrl: false,
  meta: false,
  repeat: false,
  atMs,
  ...more,
});

/** Physical keys of a US keyboard for what a scanner types. */
const CODES = new Map<string, readonly [string, boolean]>([
  ...[...'0123456789'].map((d) => [d, [`Digit${d}`, false]] as const),
  ...[...'abcdefghijklmnopqrstuvwxyz'].map((c) => [c, [`Key${c.toUpperCase()}`, false]] as const),
  ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((c) => [c, [`Key${c}`, true]] as const),
  ['%', ['Digit5', true]],
  [':', ['Semicolon', true]],
  ['/', ['Slash', false]],
  ['.', ['Period', false]],
  ['-', ['Minus', false]],
  ['_', ['Minus', true]],
  [']', ['BracketRight', false]],
  [' ', ['Space', false]],
]);

function typed(text: string, gapMs: number, end = 'Enter'): KeyStroke[] {
  const strokes = [...text].map((character, i) => {
    const [code, shift] = CODES.get(character) ?? ['', false];
    return key(code, i * gapMs, { shift });
  });
  return [...strokes, key(end, text.length * gapMs)];
}

function decisionsOn(strokes: readonly KeyStroke[]): WedgeDecision[] {
  let state = WEDGE_IDLE;
  return strokes.map((stroke) => {
    const step = wedgeStep(state, stroke, WEDGE_DEFAULTS);
    state = step.state;
    return step.decision;
  });
}

function scansOf(strokes: readonly KeyStroke[]): string[] {
  return decisionsOn(strokes).flatMap((decision) => (decision.kind === 'scan' ? [decision.text] : []));
}

/** A character's code, typed on the number pad while Alt is down, a millisecond a key. */
function altTyped(characterCode: number, fromMs: number): KeyStroke[] {
  const digits = [...String(characterCode).padStart(4, '0')];
  return [
    key('AltLeft', fromMs, { alt: true }),
    ...digits.map((digit, i) => key(`Numpad${digit}`, fromMs + 1 + i, { alt: true })),
    key('AltLeft', fromMs + 5, { kind: 'up' }),
  ];
}

describe('the keyboard wedge', () => {
  test('rebuilds what the scanner read from physical keys, whatever layout the computer has', () => {
    expect(scansOf(typed('0104607123456789215Ab%x', 2))).toEqual(['0104607123456789215Ab%x']);
    expect(scansOf(typed('AMUR1:01K8ZQ4T5V6W7X8Y9Z0A1B2C3D', 15))).toEqual([
      'AMUR1:01K8ZQ4T5V6W7X8Y9Z0A1B2C3D',
    ]);
    expect(scansOf(typed('https://qr.alipay.com/bavh4wjlxf12', 8))).toEqual([
      'https://qr.alipay.com/bavh4wjlxf12',
    ]);
  });

  test('takes Tab and the number pad Enter as the end too', () => {
    expect(scansOf(typed('4607123000014', 5, 'Tab'))).toEqual(['4607123000014']);
    expect(scansOf(typed('4607123000014', 5, 'NumpadEnter'))).toEqual(['4607123000014']);
  });

  test('never takes a person for a scanner', () => {
    expect(scansOf(typed('4607123000014', 90))).toEqual([]);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...CODES.keys()), minLength: 1, maxLength: 40 }),
        fc.integer({ min: 51, max: 400 }),
        (text, gapMs) => scansOf(typed(text, gapMs)).length === 0,
      ),
    );
  });

  test('gives back every text a scanner may type', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...CODES.keys()), minLength: 6, maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        (text, gapMs) => {
          fc.pre(!text.startsWith(']'));
          expect(scansOf(typed(text, gapMs))).toEqual([text]);
        },
      ),
    );
  });

  test('ignores bursts that are too short, unfinished, or finished late', () => {
    expect(scansOf(typed('12345', 5))).toEqual([]);
    expect(scansOf(typed('4607123000014', 5).slice(0, -1))).toEqual([]);
    const late = typed('4607123000014', 5).map((stroke) =>
      stroke.code === 'Enter' ? { ...stroke, atMs: stroke.atMs + 60 } : stroke,
    );
    expect(scansOf(late)).toEqual([]);
  });

  test('does not count a held key, whose repeats come as fast as a scanner', () => {
    const held = Array.from({ length: 12 }, (_, i) => key('Digit1', i * 30, { repeat: i > 0 }));
    expect(scansOf([...held, key('Enter', 370)])).toEqual([]);
  });

  test('swallows every further end that follows a scan at once', () => {
    const scan = typed('4607123000014', 5);
    const ends = [key('Tab', 70), key('Enter', 110), key('KeyJ', 120, { ctrl: true })];
    const decisions = decisionsOn([...scan, ...ends]).slice(-4);
    expect(decisions).toEqual([
      { kind: 'scan', text: '4607123000014' },
      ...ends.map(() => ({ kind: 'swallow' })),
    ]);
  });

  test('leaves a person the Enter after a scan, and the one after something else', () => {
    const scan = typed('4607123000014', 5);
    expect(decisionsOn([...scan, key('Enter', 116)]).at(-1)).toEqual({ kind: 'pass' });
    expect(decisionsOn([...scan, key('Digit1', 70), key('Enter', 75)]).at(-1)).toEqual({ kind: 'pass' });
    expect(decisionsOn([...scan, key('ArrowDown', 70), key('Enter', 75)]).at(-1)).toEqual({ kind: 'pass' });
  });

  test('knows the end of a run that is too short or too long for a code, and presses nothing with what follows it', () => {
    for (const text of ['12', '12345', '7'.repeat(513)]) {
      const strokes = typed(text, 5);
      const at = 5 * text.length;
      expect(decisionsOn([...strokes, key('Enter', at + 5)]).slice(-2)).toEqual([
        { kind: 'end' },
        { kind: 'swallow' },
      ]);
      expect(decisionsOn(typed(text, 51)).at(-1)).toEqual({ kind: 'pass' });
    }
    expect(decisionsOn(typed('1', 5)).at(-1)).toEqual({ kind: 'pass' });
  });

  test('lets no function, cursor or control key within a burst through, and reads the burst on', () => {
    for (const command of [
      key('F8', 62),
      key('F9', 62),
      key('ArrowDown', 62),
      key('Escape', 62),
      key('KeyQ', 62, { ctrl: true }),
    ]) {
      const strokes = [
        ...typed('0104607123456', 5).slice(0, -1),
        command,
        ...typed('93ab', 5).map((stroke) => ({ ...stroke, atMs: stroke.atMs + 67 })),
      ];
      expect(decisionsOn(strokes)[13]).toEqual({ kind: 'swallow' });
      expect(scansOf(strokes)).toEqual(['010460712345693ab']);
    }
    expect(decisionsOn([...typed('4607123000014', 5), key('F9', 70)]).at(-1)).toEqual({ kind: 'swallow' });
  });

  test('leaves a person every function and cursor key, slower than a burst or with no character before it', () => {
    expect(decisionsOn([key('F9', 0), key('F9', 5)])).toEqual([{ kind: 'pass' }, { kind: 'pass' }]);
    expect(decisionsOn([key('Digit4', 0), key('F9', 51)]).at(-1)).toEqual({ kind: 'pass' });
    expect(decisionsOn([...typed('4607123000014', 5), key('F9', 116)]).at(-1)).toEqual({ kind: 'pass' });
    expect(decisionsOn([key('Digit4', 0), key('Backspace', 20)]).at(-1)).toEqual({ kind: 'pass' });
  });

  test('takes a line feed as the end too, as Control and J or by its character code', () => {
    const text = typed('4607123000014', 5).slice(0, -1);
    expect(scansOf([...text, key('KeyJ', 65, { ctrl: true })])).toEqual(['4607123000014']);
    expect(scansOf([...text, ...altTyped(10, 65)])).toEqual(['4607123000014']);
  });

  test('swallows the line feed after a carriage return by character codes', () => {
    const strokes = [...typed('4607123000014', 5).slice(0, -1), ...altTyped(13, 65), ...altTyped(10, 100)];
    const kinds = decisionsOn(strokes).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'scan')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('swallow');
  });

  test('drops what a person typed before the scan began', () => {
    const before = [key('KeyA', 0), key('KeyB', 200)];
    const scan = typed('4607123000014', 5).map((stroke) => ({ ...stroke, atMs: stroke.atMs + 600 }));
    expect(scansOf([...before, ...scan])).toEqual(['4607123000014']);
  });

  test('reads two scans that follow each other at once', () => {
    const first = typed('4607123000014', 5);
    const second = typed('4607136000025', 5).map((stroke) => ({ ...stroke, atMs: stroke.atMs + 80 }));
    expect(scansOf([...first, ...second])).toEqual(['4607123000014', '4607136000025']);
  });

  test('keeps the group separator that comes as Control and a bracket', () => {
    const strokes = [
      ...typed('0104607123456789', 5).slice(0, -1),
      key('BracketRight', 82, { ctrl: true }),
      ...typed('93abcd', 5).map((stroke) => ({ ...stroke, atMs: stroke.atMs + 90 })),
    ];
    expect(scansOf(strokes)).toEqual(['0104607123456789\u001d93abcd']);
  });

  test('never takes the end of a run that is too long for a code', () => {
    expect(scansOf(typed(`${'x'.repeat(512)}281234567890123456`, 5))).toEqual([]);
    expect(scansOf(typed('7'.repeat(512), 5))).toEqual(['7'.repeat(512)]);
  });

  test('strips the symbology identifier some scanners put in front', () => {
    expect(scansOf(typed(']E04607123000014', 5))).toEqual(['4607123000014']);
  });

  test('decodes a scanner that types character codes with Alt and the number pad', () => {
    const strokes = [...'Ab%46071'].flatMap((character, i) => altTyped(character.charCodeAt(0), i * 6));
    expect(scansOf([...strokes, key('Enter', 48)])).toEqual(['Ab%46071']);
  });

  test('tells a burst from its first key, so that the page can remember what stood in the field', () => {
    const kinds = decisionsOn(typed('4607123', 5)).map(({ kind }) => kind);
    expect(kinds).toEqual(['begin', ...Array.from({ length: 6 }, () => 'within'), 'scan']);
  });
});
