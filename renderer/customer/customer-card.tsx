/** The customer's part of a card payment: what the PIN pad asks, and where to sign. */
import type { CustomerView } from '../../electron/contract/view.ts';
import { beneath } from '../text/customer.ts';
import { CARD_PROMPTS } from '../text/customer-card.ts';
import { moneyText } from '../text/format.ts';
import { Icon } from '../ui/icons.tsx';
import { PadPicture } from '../ui/pad-picture.tsx';
import { padMoment } from '../ui/pad-scene.ts';
import { PinDots } from '../ui/pin-dots.tsx';
import { SlipPicture } from '../ui/slip-picture.tsx';
import { Both } from './both.tsx';

export function CardPrompt({ view }: { view: CustomerView }) {
  const { language, cardPrompt, promptAgain, total } = view;
  const prompt = cardPrompt ?? { kind: 'idle' as const };
  // The goods stand in the price's currency: the second tap is for the sum that was chosen.
  const inAnother =
    prompt.kind === 'present_card' && total !== null && prompt.amount.currency !== total.currency;
  const moment = padMoment(prompt, promptAgain);
  const said = CARD_PROMPTS[moment.word];
  return (
    <>
      <PadPicture scene={moment.scene} digits={prompt.kind === 'enter_pin' ? prompt.digits : 0} />
      <div className="both big" data-testid="customer-prompt" data-prompt={prompt.kind}>
        <p className="both-first">{said[language]}</p>
        <p className="both-second">{said[beneath(language)]}</p>
      </div>
      {prompt.kind === 'enter_pin' ? <PinDots digits={prompt.digits} label={String(prompt.digits)} /> : null}
      {prompt.kind === 'message' ? <p className="panel-message">{prompt.text}</p> : null}
      {prompt.kind === 'present_card' && inAnother ? (
        <p className="panel-amount number">{moneyText(prompt.amount, language)}</p>
      ) : null}
    </>
  );
}

/** Beneath what the display says otherwise: the card is still in the pad. */
export function CardLeft({ view }: { view: CustomerView }) {
  if (view.state === 'card' || view.cardPrompt?.kind !== 'remove_card') return null;
  return (
    <div className="card-left" data-testid="customer-card-left">
      <Icon name="warn" />
      <Both word={CARD_PROMPTS.remove_card} language={view.language} />
    </div>
  );
}

export function SignSlip({ language }: { language: CustomerView['language'] }) {
  return (
    <>
      <SlipPicture />
      <Both word="sign" language={language} big />
      <Both word="signHow" language={language} />
    </>
  );
}
