/** Who is at the till: a tile per person, then the PIN, by finger or by keyboard. */
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { StaffView } from '../../electron/contract/view.ts';
import { DigitPad } from '../ui/digit-pad.tsx';
import { InlineError } from '../ui/inline-error.tsx';
import { useView, useWords } from '../ui/terminal.tsx';
import { useCommand } from '../ui/use-command.ts';
import { StaffTiles } from './staff-tiles.tsx';

const PIN_LENGTH_MOST = 8;
const PIN_LENGTH_LEAST = 4;

export function SignIn() {
  const { staff } = useView();
  const words = useWords();
  const [chosen, setChosen] = useState<StaffView | null>(staff.length === 1 ? (staff[0] ?? null) : null);
  const [pin, setPin] = useState('');
  const command = useCommand();
  const field = useRef<HTMLInputElement>(null);

  // After the render, because until somebody is chosen the field is at rest and takes no focus.
  useEffect(() => {
    if (chosen !== null) field.current?.focus();
  }, [chosen]);
  const choose = (person: StaffView): void => {
    setChosen(person);
    setPin('');
    command.clear();
    field.current?.focus();
  };
  const type = (typed: string): void => {
    setPin(typed.replaceAll(/[^0-9]/g, '').slice(0, PIN_LENGTH_MOST));
    command.clear();
  };
  const ready = chosen !== null && pin.length >= PIN_LENGTH_LEAST && !command.busy;
  const enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    await command.run({ command: 'sign_in', staffId: chosen.staffId, pin });
    setPin('');
    field.current?.focus();
  };

  if (staff.length === 0) return <p className="page-empty">{words.signIn.nobody}</p>;
  return (
    <div className="sign-in">
      <section className="sign-in-people">
        <h1>{words.signIn.title}</h1>
        <StaffTiles staff={staff} chosenId={chosen?.staffId ?? null} onChoose={choose} />
      </section>
      <form className="sign-in-pin" onSubmit={(event) => void enter(event)}>
        <label className="label" htmlFor="pin">
          {chosen === null ? words.signIn.pin : words.signIn.pinFor(chosen.name)}
        </label>
        <input
          id="pin"
          ref={field}
          className="field big pin"
          data-testid="pin"
          type="password"
          inputMode="none"
          autoComplete="off"
          value={pin}
          disabled={chosen === null}
          onChange={(event) => type(event.target.value)}
        />
        <DigitPad value={pin} onChange={type} maxLength={PIN_LENGTH_MOST} eraseLabel={words.common.erase} />
        <InlineError code={command.refusal} />
        <button type="submit" className="key tone-river size-pay" disabled={!ready} data-testid="sign-in">
          {words.signIn.enter} <kbd className="hint">{words.key.enter}</kbd>
        </button>
      </form>
    </div>
  );
}
