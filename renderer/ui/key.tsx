/** A key of the till: a button that shows which keyboard key presses it. */
import type { ReactNode } from 'react';
import { focusOnMount } from './focus.ts';

export interface KeyProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly testId: string;
  readonly hint?: string;
  readonly tone?: 'plain' | 'quiet' | 'river' | 'amber' | 'cinnabar' | 'alipay';
  readonly pay?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  /** The way on takes the focus as its screen appears, so that Enter and Space press it. */
  readonly takesFocus?: boolean;
  readonly className?: string;
  /** The focus stays where it is, so that typing goes on into the field above the pad. */
  readonly keepFocus?: boolean;
}

export function Key(props: KeyProps) {
  const { children, onPress, testId, hint, tone = 'quiet', pay = false, disabled = false } = props;
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
      onClick={onPress}
      onMouseDown={props.keepFocus === true ? (event) => event.preventDefault() : undefined}
      disabled={disabled}
      data-testid={testId}
      aria-label={props.label}
      aria-keyshortcuts={hint?.replace('Esc', 'Escape').replace('Ctrl ', 'Control+')}
      ref={props.takesFocus === true ? focusOnMount : undefined}
    >
      {children}
      {hint === undefined ? null : <kbd className="hint">{hint}</kbd>}
    </button>
  );
}
