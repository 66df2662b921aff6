/** A key of the till: a button that shows which keyboard key presses it. */
import { type KeyboardEvent, type ReactNode, useEffect, useState } from 'react';
import { focusOnMount } from './focus.ts';
import { useClock } from './terminal.tsx';

export interface KeyProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly testId: string;
  readonly hint?: string;
  readonly tone?: 'plain' | 'quiet' | 'river' | 'amber' | 'cinnabar' | 'alipay';
  readonly pay?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  /** The way on takes the focus as its screen appears, so that Enter and Space press it. It is deaf for a moment then, and to
   *  a held key always: the second half of a double press was meant for the screen before. */
  readonly takesFocus?: boolean;
  readonly className?: string;
  /** The focus stays where it is, so that typing goes on into the field above the pad. */
  readonly keepFocus?: boolean;
}

/** Longer than lies between the halves of a double press, shorter than one needs to read the screen. */
const DEAF_MS = 400;

export function Key(props: KeyProps) {
  const { children, onPress, testId, hint, tone = 'quiet', pay = false, disabled = false } = props;
  const { takesFocus = false } = props;
  const deaf = useDeaf(takesFocus);
  const names = [
    'key',
    tone === 'plain' ? 'plain' : `tone-${tone}`,
    pay ? 'size-pay' : '',
    props.className ?? '',
  ];
  return (
    <button
      type="button"
      className={names.filter((name) => name !== '').join(' ')}
      onClick={deaf ? undefined : onPress}
      onKeyDown={takesFocus ? refuseHeld : undefined}
      onMouseDown={props.keepFocus === true ? (event) => event.preventDefault() : undefined}
      disabled={disabled}
      data-testid={testId}
      aria-disabled={deaf || undefined}
      aria-label={props.label}
      aria-keyshortcuts={hint?.replace('Esc', 'Escape').replace('Ctrl ', 'Control+')}
      ref={takesFocus ? focusOnMount : undefined}
    >
      {children}
      {hint === undefined ? null : <kbd className="hint">{hint}</kbd>}
    </button>
  );
}

/** True for the first moment of a key that takes the focus. */
function useDeaf(takesFocus: boolean): boolean {
  const clock = useClock();
  const [deaf, setDeaf] = useState(takesFocus);
  useEffect(() => (takesFocus ? clock.after(DEAF_MS, () => setDeaf(false)) : undefined), [clock, takesFocus]);
  return deaf;
}

function refuseHeld(event: KeyboardEvent): void {
  if (event.repeat && event.key === 'Enter') event.preventDefault();
}
