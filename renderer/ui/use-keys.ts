/** Keys that work wherever the focus is, named by their physical code, so that a Russian layout changes nothing. */
import { useEffect, useRef } from 'react';

/** `F8`, `Escape`, `Ctrl+KeyK`. */
export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

/** What a text field does with a press of its own. */
const EDITING = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Delete']);

/** Screens under an open dialog hear nothing: the dialog's own keys must not act twice. */
export function useKeys(keys: KeyMap): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || event.altKey || event.metaKey) return;
      // Escape and Enter are the input method's while it composes a Chinese word.
      if (event.isComposing) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      const act =
        latest.current[`${event.ctrlKey ? 'Ctrl+' : ''}${event.code.replace('NumpadEnter', 'Enter')}`];
      if (act === undefined) return;
      if (event.code === 'Enter' && event.target instanceof HTMLButtonElement) return;
      if (EDITING.has(event.code) && isTextField(event.target)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
