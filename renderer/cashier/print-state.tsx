/** Whether the paper is out, and what to do when it is not. The sale stands either way. */
import type { PrintView } from '../../electron/contract/view.ts';
import { Icon } from '../ui/icons.tsx';
import { InlineError } from '../ui/inline-error.tsx';
import { Key } from '../ui/key.tsx';
import { useWords } from '../ui/terminal.tsx';
import { useCommand } from '../ui/use-command.ts';
import { useKeys } from '../ui/use-keys.ts';

export interface PrintWords {
  readonly printing: string;
  readonly printed: string;
  readonly failed: string;
  /** What holds although the paper is not out; a sale's own sentence unless told. */
  readonly stands?: string;
}

export function PrintState({ print, words: own }: { print: PrintView; words?: PrintWords }) {
  const words = useWords();
  const said = own ?? words.print;
  const stands = own?.stands ?? words.print.saleStands;
  const { run, busy, refusal } = useCommand();
  const retry = (): void => void run({ command: 'print_retry' });
  useKeys({ F5: print.state === 'failed' && !busy ? retry : undefined });
  if (print.state !== 'failed') {
    return (
      <p className={`print ${print.state}`} aria-live="polite" data-testid="print" data-state={print.state}>
        <Icon name={print.state === 'printed' ? 'done' : 'wait'} />
        {said[print.state]}
      </p>
    );
  }
  return (
    <div
      className="print failed"
      role="alert"
      data-testid="print"
      data-state="failed"
      data-fault={print.fault}
    >
      <Icon name="stop" />
      <div>
        <strong>{said.failed}</strong>
        <p>
          {words.print.fault[print.fault]} {stands}
        </p>
        <InlineError code={refusal} />
      </div>
      <Key className="print-retry" testId="print-retry" hint="F5" onPress={retry} disabled={busy}>
        {words.print.retry}
      </Key>
    </div>
  );
}
