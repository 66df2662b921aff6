/** A keyboard-wedge scanner: presses the keys of a US keyboard, while the computer has a Russian layout, so that only the
 *  physical codes still tell what was read. The events enter Chromium where those of a keyboard do. */
import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';

interface Stroke {
  readonly code: string;
  readonly shift: boolean;
  /** What the Russian layout types for it. */
  readonly key: string;
}

/** Physical code, then what it types: US plain and shifted, Russian plain and shifted. */
const ROWS: readonly (readonly [
  codes: string,
  us: string,
  usShifted: string,
  ru: string,
  ruShifted: string,
])[] = [
  [
    'Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal',
    '`1234567890-=',
    '~!@#$%^&*()_+',
    'ё1234567890-=',
    'Ё!"№;%:?*()_+',
  ],
  [
    'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Backslash',
    'qwertyuiop[]\\',
    'QWERTYUIOP{}|',
    'йцукенгшщзхъ\\',
    'ЙЦУКЕНГШЩЗХЪ/',
  ],
  [
    'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote',
    "asdfghjkl;'",
    'ASDFGHJKL:"',
    'фывапролджэ',
    'ФЫВАПРОЛДЖЭ',
  ],
  [
    'KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash Space',
    'zxcvbnm,./ ',
    'ZXCVBNM<>? ',
    'ячсмитьбю. ',
    'ЯЧСМИТЬБЮ, ',
  ],
];

const STROKES: ReadonlyMap<string, Stroke> = new Map(
  ROWS.flatMap(([codes, us, usShifted, ru, ruShifted]) =>
    codes.split(' ').flatMap((code, at): [string, Stroke][] => [
      [us.charAt(at), { code, shift: false, key: ru.charAt(at) }],
      [usShifted.charAt(at), { code, shift: true, key: ruShifted.charAt(at) }],
    ]),
  ),
);

const SHIFT = 8;
/** Between keys, as scanners are set from the factory. */
const GAP_MS = 2;
/** No person presses a key sooner after a scan or a typed line; the till takes one that comes at once for the scanner's. */
const HAND_MS = 100;

export function byHand(): Promise<void> {
  return setTimeout(HAND_MS);
}

export class WedgeScanner {
  private readonly session: CDPSession;

  private constructor(session: CDPSession) {
    this.session = session;
  }

  static async plugInto(page: Page): Promise<WedgeScanner> {
    return new WedgeScanner(await page.context().newCDPSession(page));
  }

  /** Types `text` and Enter. The keys carry the times at which a scanner presses them, as the keyboard's driver notes
   *  them, so that a busy machine does not turn a scan into slow typing. Resolves with the instant (milliseconds since
   *  the epoch) at which Enter was sent, once the page has taken every key and a hand may follow. */
  async scan(text: string): Promise<number> {
    const strokes = [...text].map(strokeOf);
    const startedAt = Date.now() - strokes.length * GAP_MS;
    const at = (index: number): number => (startedAt + index * GAP_MS) / 1000;
    await Promise.all(strokes.flatMap((stroke, index) => this.press(stroke, at(index))));
    const endedAt = performance.timeOrigin + performance.now();
    await Promise.all(this.pressEnter(at(strokes.length)));
    await byHand();
    return endedAt;
  }

  private press({ code, key, shift }: Stroke, timestamp: number): Promise<unknown>[] {
    const modifiers = shift ? SHIFT : 0;
    return [
      this.session.send('Input.dispatchKeyEvent', {
        type: 'keyDown',
        code,
        key,
        text: key,
        modifiers,
        timestamp,
      }),
      this.session.send('Input.dispatchKeyEvent', { type: 'keyUp', code, key, modifiers, timestamp }),
    ];
  }

  private pressEnter(timestamp: number): Promise<unknown>[] {
    const enter = { code: 'Enter', key: 'Enter', windowsVirtualKeyCode: 13, timestamp };
    return [
      this.session.send('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...enter }),
      this.session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter }),
    ];
  }
}

function strokeOf(character: string): Stroke {
  const stroke = STROKES.get(character);
  if (stroke === undefined) throw new Error(`A US keyboard has no key for "${character}".`);
  return stroke;
}
