/** The wedge over a window's keyboard: hears every key before any element does, and undoes what a burst disturbed. */
import { type KeyStroke, WEDGE_DEFAULTS, WEDGE_IDLE, type WedgeSettings, wedgeStep } from './wedge.ts';

interface Disturbed {
  readonly field: HTMLInputElement | HTMLTextAreaElement;
  readonly value: string;
  readonly selection: readonly [start: number, end: number] | null;
}

/** Returns the function that stops listening. */
export function listenForScans(
  page: Window,
  onScan: (text: string) => void,
  settings: WedgeSettings = WEDGE_DEFAULTS,
): () => void {
  let state = WEDGE_IDLE;
  let disturbed: Disturbed | null = null;

  const hear = (event: KeyboardEvent): void => {
    const step = wedgeStep(state, strokeOf(event), settings);
    state = step.state;
    switch (step.decision.kind) {
      case 'pass':
        return;
      case 'begin':
        disturbed = fieldInFocus(page.document);
        return;
      case 'within':
        // Away from a field a burst has nothing to type: a space in it must not press the focused button.
        if (disturbed === null) event.preventDefault();
        return;
      case 'scan':
        drop(event);
        if (disturbed !== null) putBack(disturbed);
        disturbed = null;
        onScan(step.decision.text);
        return;
      case 'end':
        if (fieldInFocus(page.document) === null) drop(event);
        return;
      case 'swallow':
        drop(event);
    }
  };

  page.addEventListener('keydown', hear, { capture: true });
  page.addEventListener('keyup', hear, { capture: true });
  return () => {
    page.removeEventListener('keydown', hear, { capture: true });
    page.removeEventListener('keyup', hear, { capture: true });
  };
}

/** Neither the browser nor any screen sees it. */
function drop(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function strokeOf(event: KeyboardEvent): KeyStroke {
  return {
    kind: event.type === 'keyup' ? 'up' : 'down',
    code: event.code,
    shift: event.shiftKey,
    alt: event.altKey,
    ctrl: event.ctrlKey,
    meta: event.metaKey,
    repeat: event.repeat,
    atMs: event.timeStamp,
  };
}

function fieldInFocus(page: Document): Disturbed | null {
  const field = page.activeElement;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return null;
  const { value, selectionStart, selectionEnd } = field;
  const selection =
    selectionStart === null || selectionEnd === null ? null : ([selectionStart, selectionEnd] as const);
  return { field, value, selection };
}

/** React remembers the last value it saw on the element, so the value goes in below it and the event tells it. */
function putBack({ field, value, selection }: Disturbed): void {
  if (field.value === value) return;
  const prototype =
    field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  if (selection !== null) field.setSelectionRange(...selection);
}
