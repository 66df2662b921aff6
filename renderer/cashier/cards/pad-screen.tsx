/** The PIN pad has the word: what it asks of the customer, mirrored, with the way out while nothing has been sent. */
import type { CardView } from '../../../electron/contract/card-view.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { PadPicture } from '../../ui/pad-picture.tsx';
import { padMoment } from '../../ui/pad-scene.ts';
import { PinDots } from '../../ui/pin-dots.tsx';
import { useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CardStages } from './card-stages.tsx';
import { CardSum } from './card-sum.tsx';

export function PadScreen({ card }: { card: CardView }) {
  const words = useWords();
  const { run, busy, refusal } = useCommand();
  const cancel = (): void => void run({ command: 'card_cancel' });
  useKeys({ Escape: busy ? undefined : cancel });
  const { prompt } = card;
  const moment = padMoment(prompt, card.promptAgain);
  return (
    <div className="page">
      <section className="card card-pad" data-testid="card-pad" data-prompt={prompt.kind}>
        <div className="card-pad-words">
          <p className="card-operation">{words.card.operation[card.operation]}</p>
          <h1 aria-live="assertive" className={moment.word === 'pin_again' ? 'warned' : undefined}>
            {words.card.prompt[moment.word]}
          </h1>
          <p className="card-text">{text()}</p>
          {prompt.kind === 'enter_pin' ? (
            <PinDots digits={prompt.digits} label={words.card.pinDigits(prompt.digits)} />
          ) : null}
          <CardSum card={card} />
        </div>
        <PadPicture scene={moment.scene} digits={prompt.kind === 'enter_pin' ? prompt.digits : 0} />
        <div className="card-pad-foot">
          <CardStages card={card} sent={false} />
          {card.pinPad === 'ready' ? null : (
            <p className="card-warn" role="alert" data-testid="pad-lost">
              {words.card.padLost}
            </p>
          )}
          <InlineError code={refusal} />
          <div className="card-keys">
            <Key testId="card-cancel" hint={words.key.escape} onPress={cancel} disabled={busy} pay>
              {words.card.cancel}
            </Key>
            <p className="card-note">{card.sentAt === null ? words.card.notSent : null}</p>
          </div>
        </div>
      </section>
    </div>
  );

  function text(): string {
    switch (prompt.kind) {
      case 'message':
        return `«${prompt.text}»`;
      case 'present_card':
        return moment.word === 'tap_again' ? words.card.promptText.tap_again : words.card.promptText.present;
      case 'enter_pin':
        return prompt.triesLeft === null
          ? words.card.promptText.enter_pin
          : `${words.card.promptText.enter_pin} ${words.card.triesLeft(prompt.triesLeft)}`;
      default:
        return words.card.promptText[prompt.kind];
    }
  }
}
