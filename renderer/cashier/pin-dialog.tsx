/** A supervisor's PIN for what needs no reason. */
import type { SubmitEvent } from 'react';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import { Dialog } from '../ui/dialog.tsx';
import { InlineError } from '../ui/inline-error.tsx';
import { Key } from '../ui/key.tsx';
import { useView, useWords } from '../ui/terminal.tsx';
import { useCommand } from '../ui/use-command.ts';
import { type Approval, PersonAndPin, useApproval } from './approval-fields.tsx';

export interface PinDialogProps {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly command: (proof: Pick<Approval, 'staffId' | 'pin'>) => CashierCommand;
  readonly onClose: () => void;
}

/** The approval's own reason is not asked for and not sent. */
const NO_REASON = ['-'];

export function PinDialog({ title, text, confirm, command, onClose }: PinDialogProps) {
  const words = useWords();
  const supervisors = useView().staff.filter((person) => person.supervisor);
  const approval = useApproval(supervisors, NO_REASON);
  const { run, busy, refusal } = useCommand();
  const ready = approval.value !== null && !busy;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (approval.value === null || !ready) return;
    const { staffId, pin } = approval.value;
    const done = await run(command({ staffId, pin }));
    approval.forgetPin();
    if (done) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} testId="pin-dialog" wide>
      <form onSubmit={(event) => void submit(event)}>
        <p className="dialog-text">{text}</p>
        {supervisors.length === 0 ? <p>{words.supervisor.none}</p> : null}
        <div className="approval two">
          <PersonAndPin approval={approval} />
        </div>
        <InlineError code={refusal} />
        <div className="dialog-keys">
          <Key testId="pin-cancel" hint={words.key.escape} onPress={onClose}>
            {words.common.cancel}
          </Key>
          <button type="submit" className="key tone-river" disabled={!ready} data-testid="pin-confirm">
            {confirm} <kbd className="hint">{words.key.enter}</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
