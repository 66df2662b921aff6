/** A supervisor sets a card sale aside that is not over: from its bound, or at once while gateway or PIN pad are away. */
import { useState } from 'react';
import type { CardView } from '../../../electron/contract/card-view.ts';
import { timeText } from '../../text/format.ts';
import { Key } from '../../ui/key.tsx';
import { useHostNow, useView, useWords } from '../../ui/terminal.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import { SupervisorDialog } from '../supervisor-dialog.tsx';

export function SetCardAside({ card, onClose }: { card: CardView; onClose: () => void }) {
  const words = useWords();
  const { till } = useView();
  const now = useHostNow(500);
  const from = card.setAsideFrom ?? 0;
  return (
    <SupervisorDialog
      title={words.unknown.setAside}
      text={words.card.unknown.setAsideText}
      reasons={words.supervisor.setAsideReasons}
      confirm={words.unknown.setAside}
      tone="amber"
      notYet={
        isDue(card, now) ? null : words.unknown.setAsideFrom(timeText(from, till.utcOffsetMinutes, true))
      }
      command={(approval) => ({ command: 'set_aside', ...approval })}
      onClose={onClose}
    />
  );
}

/** On screens that end by themselves: a key for the supervisor once they did not end in time. */
export function OverdueKey({ card }: { card: CardView }) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const now = useHostNow(1000);
  const due = card.setAsideFrom !== null && isDue(card, now);
  const ask = (): void => setAsking(true);
  useKeys({ F12: due ? ask : undefined });
  if (!due) return null;
  return (
    <>
      <Key testId="call-supervisor" hint="F12" onPress={ask} pay>
        {words.unknown.callSupervisor}
      </Key>
      {asking ? <SetCardAside card={card} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

/** While gateway or PIN pad are away there is nothing to wait for. */
function isDue(card: CardView, now: number): boolean {
  return !card.gatewayAnswering || card.pinPad !== 'ready' || now >= (card.setAsideFrom ?? 0);
}
