/** What is no sale may be left to the till where the PIN pad does not say how the card decided: no supervisor is needed. */
import type { CardView } from '../../../electron/contract/card-view.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useHostNow, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';

/** How long a PIN pad that is there is waited for; before its own bound the till refuses. */
const WAITED_FOR_MS = 90_000;

export function LeaveCardKey({ card }: { card: CardView }) {
  const words = useWords();
  const now = useHostNow(1000);
  const { run, busy, refusal } = useCommand();
  const answered = card.responseCode !== null;
  const due = answered && (card.pinPad !== 'ready' || now >= card.startedAt + WAITED_FOR_MS);
  const leave = (): void => void run({ command: 'refund_leave' });
  useKeys({ Escape: due && !busy ? leave : undefined });
  if (!due) return null;
  return (
    <>
      <InlineError code={refusal} />
      <Key testId="card-leave" hint={words.key.escape} onPress={leave} disabled={busy} pay>
        {words.card.unknown.leave}
      </Key>
    </>
  );
}
