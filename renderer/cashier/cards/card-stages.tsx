/** How far a card operation has come: the card, the customer's yes, the bank. */
import type { CardView } from '../../../electron/contract/card-view.ts';
import { useWords } from '../../ui/terminal.tsx';

/** These speak to the bank alone. */
const WITHOUT_CARD: ReadonlySet<CardView['operation']> = new Set(['completion', 'cancellation', 'void']);

const ORDER = ['card', 'confirm', 'bank'] as const;

export function CardStages({ card, sent }: { card: CardView; sent: boolean }) {
  const words = useWords();
  if (WITHOUT_CARD.has(card.operation)) return sent ? <div className="sweep" /> : null;
  const at = sent ? 2 : card.entry === null ? 0 : 1;
  return (
    <ol className="card-stages" data-testid="card-stages">
      {ORDER.map((stage, index) => (
        <li
          key={stage}
          className={`card-stage ${index < at ? 'done' : index === at ? 'now' : 'ahead'}`}
          aria-current={index === at ? 'step' : undefined}
        >
          <i className={sent && index === at ? 'card-stage-bar sweep' : 'card-stage-bar'} />
          {words.card.stages[stage]}
        </li>
      ))}
    </ol>
  );
}
