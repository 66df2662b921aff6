/** A supervisor stands behind something: who, why, and their PIN. */
import type { SubmitEvent } from 'react';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import { Dialog } from '../ui/dialog.tsx';
import { InlineError } from '../ui/inline-error.tsx';
import { Key } from '../ui/key.tsx';
import { useView, useWords } from '../ui/terminal.tsx';
import { useCommand } from '../ui/use-command.ts';
import { type Approval, ApprovalFields, useApproval } from './approval-fields.tsx';

export interface SupervisorDialogProps {
  readonly title: string;
  readonly text: string;
  readonly reasons: readonly string[];
  readonly confirm: string;
  readonly tone: 'river' | 'amber' | 'cinnabar';
  /** Words for why it cannot be done yet; null when it can. */
  readonly notYet?: string | null;
  readonly command: (approval: Approval) => CashierCommand;
  readonly onClose: () => void;
}

export function SupervisorDialog(props: SupervisorDialogProps) {
  const words = useWords();
  const { staff } = useView();
  const supervisors = staff.filter((person) => person.supervisor);
  const approval = useApproval(supervisors, props.reasons);
  const { run, busy, refusal } = useCommand();
  const notYet = props.notYet ?? null;
  const ready = approval.value !== null && !busy && notYet === null;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (approval.value === null || !ready) return;
    const done = await run(props.command(approval.value));
    approval.forgetPin();
    if (done) props.onClose();
  };
  return (
    <Dialog title={props.title} onClose={props.onClose} testId="supervisor-dialog" wide>
      <form onSubmit={(event) => void submit(event)}>
        <p className="dialog-text">{props.text}</p>
        {notYet === null ? null : <p className="not-yet">{notYet}</p>}
        {supervisors.length === 0 ? <p>{words.supervisor.none}</p> : null}
        <ApprovalFields approval={approval} />
        <InlineError code={refusal} />
        <div className="dialog-keys">
          <Key testId="supervisor-cancel" hint={words.key.escape} onPress={props.onClose}>
            {words.common.cancel}
          </Key>
          <button
            type="submit"
            className={`key tone-${props.tone}`}
            disabled={!ready}
            data-testid="supervisor-confirm"
          >
            {props.confirm} <kbd className="hint">{words.key.enter}</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
