/** A number pad under a real input, so that fingers, keyboard and scanner meet in one field. */
import { Key } from './key.tsx';

export interface DigitPadProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength: number;
  /** The key left of zero: a decimal mark, or nothing. */
  readonly mark?: string;
  readonly eraseLabel: string;
  /** Whether the whole value stands selected: then a key replaces or erases it, as the keyboard's would. */
  readonly replaces?: () => boolean;
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function DigitPad({ value, onChange, maxLength, mark, eraseLabel, replaces }: DigitPadProps) {
  const kept = (): string => (replaces?.() === true ? '' : value);
  const press = (text: string): void => {
    if (kept().length < maxLength) onChange(kept() + text);
  };
  return (
    <div className="pad">
      {DIGITS.map((digit) => (
        <Key keepFocus key={digit} testId={`pad-${digit}`} onPress={() => press(digit)}>
          {digit}
        </Key>
      ))}
      {mark === undefined ? (
        <span />
      ) : (
        <Key
          keepFocus
          testId="pad-mark"
          onPress={() => press(mark)}
          disabled={value === '' || value.includes(mark)}
        >
          {mark}
        </Key>
      )}
      <Key keepFocus testId="pad-0" onPress={() => press('0')}>
        0
      </Key>
      <Key
        keepFocus
        testId="pad-erase"
        label={eraseLabel}
        onPress={() => onChange(kept().slice(0, -1))}
        disabled={value === ''}
      >
        ⌫
      </Key>
    </div>
  );
}
