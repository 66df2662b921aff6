/** The card key: always where the wallet's is, at rest with its reason beneath its name. */
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';

export interface CardKeyProps {
  readonly testId: string;
  readonly onPress: () => void;
  readonly disabled: boolean;
}

export function CardKey({ testId, onPress, disabled }: CardKeyProps) {
  const words = useWords();
  const { reason, enabled } = useView().cardKey;
  return (
    <Key
      testId={testId}
      tone="river"
      pay
      onPress={onPress}
      disabled={disabled || !enabled}
      className="spread card-key"
      // A key at rest for a reason says the reason instead of its shortcut.
      {...(reason === null ? { hint: 'F9' } : {})}
    >
      <span className="pay-name">
        {words.card.name}
        {reason === null ? null : (
          <small data-testid="card-key-reason" data-reason={reason}>
            {words.card.keyReason[reason]}
          </small>
        )}
      </span>
    </Key>
  );
}
