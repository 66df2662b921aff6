/** The operation is over and its card still in the PIN pad: said at the end of a sentence, so that the keys stay where they are
 *  when it is taken. */
import { useView, useWords } from '../../ui/terminal.tsx';

export function CardLeft() {
  const words = useWords();
  const { pinPad } = useView().devices;
  if (pinPad?.prompt.kind !== 'remove_card') return null;
  return (
    <strong className="card-left" data-testid="card-left">
      {' '}
      {words.card.promptText.remove_card}
    </strong>
  );
}
