/** What a card that did not pay adds to the screen: what holds for the money, and the key to try again. */
import type { CardView } from '../../../electron/contract/card-view.ts';
import { sameCardMay } from '../../text/card-hints.ts';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { CardLeft } from './card-left.tsx';

/** Once something was sent and undone, money may have gone and come back. */
export function CardMoney({ card, cancelled }: { card: CardView; cancelled: boolean }) {
  const words = useWords();
  return (
    <p className="card-text" data-testid="card-money">
      {cancelled && card.sentAt !== null ? words.card.takenBack : words.card.nothingTaken}
      <CardLeft />
    </p>
  );
}

interface CardAgainProps {
  /** Why the card did not pay: whether the same one may be asked again. */
  readonly code: string;
  readonly onPress: () => void;
  readonly disabled: boolean;
}

export function CardAgain({ code, onPress, disabled }: CardAgainProps) {
  const words = useWords();
  const { enabled, reason } = useView().cardKey;
  return (
    <Key testId="card-again" hint="F9" onPress={onPress} disabled={disabled || !enabled} pay className="grow">
      <span className="pay-name">
        {sameCardMay(code) ? words.card.again : words.card.other}
        {reason === null ? null : <small>{words.card.keyReason[reason]}</small>}
      </span>
    </Key>
  );
}
