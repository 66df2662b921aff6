/** The bank has the request, or the card is completing: nobody can stop it now. */
import type { CardScreen } from '../../../electron/contract/view.ts';
import { PadPicture } from '../../ui/pad-picture.tsx';
import { padMoment, waitingScene } from '../../ui/pad-scene.ts';
import { useWords } from '../../ui/terminal.tsx';
import { CardStages } from './card-stages.tsx';
import { CardSum } from './card-sum.tsx';
import { LeaveCardKey } from './leave-card.tsx';
import { OverdueKey } from './set-card-aside.tsx';

export function CardSending({ screen }: { screen: CardScreen }) {
  const words = useWords();
  const { card, basket } = screen;
  const taking = card.prompt.kind === 'remove_card';
  const answered = card.responseCode !== null;
  const scene = waitingScene(card.entry);
  const said = scene === 'work' ? words.card : words.card.cardOut;
  const title = taking ? words.card.prompt.remove_card : answered ? said.completing : words.card.sending;
  const waiting = basket === null ? words.card.sendingOther : said.sendingText;
  const text = taking ? words.card.promptText.remove_card : answered ? said.completingText : waiting;
  return (
    <div className="page">
      <section className="card card-pad" data-testid="card-sending">
        <div className="card-pad-words">
          <p className="card-operation">{words.card.operation[card.operation]}</p>
          <h1 aria-live="polite">{title}</h1>
          <p className="card-text">{text}</p>
          <CardSum card={card} />
        </div>
        <PadPicture scene={taking ? padMoment(card.prompt, false).scene : scene} />
        <div className="card-pad-foot">
          <CardStages card={card} sent />
          <div className="card-keys">
            {basket === null ? <LeaveCardKey card={card} /> : <OverdueKey card={card} />}
          </div>
        </div>
      </section>
    </div>
  );
}
