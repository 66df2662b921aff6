/** One value asked for: a field, a pad, what is wrong with it, and Enter. */
import { type SubmitEvent, useCallback, useRef, useState } from 'react';
import { decimalMark } from '../../text/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DigitPad } from '../../ui/digit-pad.tsx';
import { selectOnMount } from '../../ui/focus.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';

export interface EntryDialogProps {
  readonly title: string;
  readonly about: string;
  readonly help: string;
  readonly first: string;
  readonly decimal: boolean;
  /** Characters at most; six unless told. */
  readonly longest?: number;
  readonly confirm: string;
  readonly valid: (typed: string) => boolean;
  /** True while the host has not answered the last confirmation. */
  readonly busy?: boolean;
  readonly refusal: string | null;
  readonly onConfirm: (typed: string) => void;
  readonly onClose: () => void;
}

const TYPED_MOST = 6;

export function EntryDialog(props: EntryDialogProps) {
  const words = useWords();
  const { language } = useView();
  const [typed, setTyped] = useState(props.first);
  const longest = props.longest ?? TYPED_MOST;
  const valid = props.valid(typed);
  const ready = valid && props.busy !== true;
  const field = useRef<HTMLInputElement>(null);
  const appear = useCallback((element: HTMLInputElement | null) => {
    field.current = element;
    selectOnMount(element);
  }, []);
  const typeByPad = (value: string): void => {
    // The next key of the pad goes on from this one, also where it put in what stood there already.
    field.current?.setSelectionRange(longest, longest);
    setTyped(value);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (ready) props.onConfirm(typed);
  };
  return (
    <Dialog title={props.title} onClose={props.onClose} testId="entry-dialog">
      <form onSubmit={submit}>
        <p className="dialog-text">{props.about}</p>
        <input
          className="field big"
          data-testid="entry"
          aria-label={props.title}
          aria-invalid={!valid}
          inputMode="none"
          autoComplete="off"
          value={typed}
          ref={appear}
          onChange={(event) => setTyped(event.target.value.replaceAll(/[^0-9.,]/g, '').slice(0, longest))}
        />
        <p className="field-help">{props.help}</p>
        <DigitPad
          value={typed}
          onChange={typeByPad}
          replaces={() => isAllSelected(field.current)}
          maxLength={longest}
          eraseLabel={words.common.erase}
          {...(props.decimal ? { mark: decimalMark(language) } : {})}
        />
        <InlineError code={props.refusal} />
        <div className="dialog-keys">
          <Key testId="entry-cancel" hint={words.key.escape} onPress={props.onClose}>
            {words.common.cancel}
          </Key>
          <button type="submit" className="key tone-river" disabled={!ready} data-testid="entry-confirm">
            {props.confirm} <kbd className="hint">{words.key.enter}</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function isAllSelected(field: HTMLInputElement | null): boolean {
  return field !== null && field.selectionStart === 0 && field.selectionEnd === field.value.length;
}
