/** No definite end yet: owns the screen, says what holds for goods and money, what the till does by itself and when. Nobody can
 *  say here that it was paid. */
import { useState } from 'react';
import { minutesLeft, secondsLeft, timeText } from '../../text/format.ts';
import type { Words } from '../../text/ru.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useHostNow, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import type { ScreenOf } from '../screen-of.ts';
import { StepRow } from '../tender/steps.tsx';
import { CardSum } from './card-sum.tsx';
import { SetCardAside } from './set-card-aside.tsx';

type UnknownView = ScreenOf<'card_unknown'>;

export function CardUnknown({ screen }: { screen: UnknownView }) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const { run, busy, refusal } = useCommand();
  const { card, basket, cause } = screen;
  const maySetAside = card.setAsideFrom !== null;
  const mayLeave = basket === null && card.reversal !== null;
  // Nothing is owed to the bank while its answer is still awaited: there is nothing to repeat.
  const mayRepeat = card.reversal !== null;
  const repeat = (): void => void run({ command: 'card_check' });
  const leave = (): void => void run({ command: 'refund_leave' });
  const ask = (): void => setAsking(true);
  useKeys({
    F5: mayRepeat && !busy ? repeat : undefined,
    F12: maySetAside ? ask : undefined,
    Escape: mayLeave && !busy ? leave : undefined,
  });
  return (
    <div className="page amber" data-cause={cause}>
      <section className="card card-unknown" data-testid="card-unknown">
        <h1 role="alert">{titleOf(screen, words.card.unknown)}</h1>
        <p className="card-text">{textOf(screen, words.card.unknown)}</p>
        {card.gatewayAnswering && card.pinPad === 'ready' ? null : (
          <p className="card-warn" aria-live="polite" data-testid="away">
            {card.gatewayAnswering ? null : words.card.unknown.gatewaySilent}{' '}
            {card.pinPad === 'ready' ? null : words.card.padLost}
          </p>
        )}
        <CardSum card={card} />
        <UnknownSteps screen={screen} />
        <InlineError code={refusal} />
        <div className="card-keys">
          {mayRepeat ? (
            <Key
              testId="card-check"
              tone="amber"
              hint="F5"
              onPress={repeat}
              disabled={busy}
              pay
              className="grow"
            >
              {cause === 'asked_again' ? words.card.unknown.askNow : words.card.unknown.again}
            </Key>
          ) : null}
          {maySetAside ? (
            <Key testId="call-supervisor" hint="F12" onPress={ask} pay>
              {words.unknown.callSupervisor}
            </Key>
          ) : null}
          {mayLeave ? (
            <Key testId="card-leave" hint={words.key.escape} onPress={leave} disabled={busy} pay>
              {words.card.unknown.leave}
            </Key>
          ) : null}
        </div>
        <p className="card-note">
          {basket === null ? null : words.card.unknown.locked(basket.receiptNumber)}{' '}
          {words.card.unknown.number(card.supportNumber)} <Elapsed since={card.startedAt} />
        </p>
      </section>
      {asking ? <SetCardAside card={card} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

type UnknownWords = Words['card']['unknown'];

function concern({ basket, refund }: UnknownView): 'sale' | 'refund' | 'other' {
  return basket !== null ? 'sale' : refund !== null ? 'refund' : 'other';
}

function titleOf(screen: UnknownView, words: UnknownWords): string {
  const { cause } = screen;
  if (cause === 'no_answer' || cause === 'asked_again') return words.open[concern(screen)];
  return words.title[cause];
}

/** What happened, what it means for goods and money, what goes on by itself. */
function textOf(screen: UnknownView, words: UnknownWords): string {
  const { cause, card } = screen;
  const { reversal } = card;
  const waiting = cause === 'no_answer' && reversal === null;
  if (reversal?.refused === true) {
    const refused = words.refused(reversal.responseCode ?? '');
    return [words.what[cause], words.holds[concern(screen)], refused].join(' ');
  }
  const itself = waiting ? 'waiting' : cause === 'asked_again' ? 'asking' : 'undoing';
  return [words.what[waiting ? 'waiting' : cause], words.holds[concern(screen)], words.itself[itself]].join(
    ' ',
  );
}

function UnknownSteps({ screen }: { screen: UnknownView }) {
  const words = useWords();
  const { till } = useView();
  const now = useHostNow(250);
  const { card, cause } = screen;
  const { reversal, setAsideFrom } = card;
  const clock = (at: number): string => timeText(at, till.utcOffsetMinutes, true);
  const seconds = reversal?.nextAt == null ? 0 : secondsLeft(reversal.nextAt - now);
  const doing = cause === 'asked_again' ? words.card.unknown.asking : words.card.unknown.undoing;
  const refused = reversal?.refused === true;
  return (
    <ol className="steps" data-testid="steps">
      <StepRow state="done" text={words.card.unknown.started} time={clock(card.startedAt)} />
      {card.sentAt === null ? null : (
        <StepRow state="done" text={words.card.unknown.sent} time={clock(card.sentAt)} />
      )}
      {refused ? (
        <StepRow
          state="bad"
          text={words.card.unknown.refusedStep(reversal.responseCode ?? '')}
          time=""
          testId="refused"
        />
      ) : (
        <StepRow
          state="now"
          text={reversal === null ? words.card.unknown.waiting : doing(reversal.tries)}
          time={seconds === 0 ? words.unknown.now : words.unknown.inSeconds(seconds)}
          testId="next-check"
        />
      )}
      {setAsideFrom === null || setAsideFrom <= now ? null : (
        <StepRow
          state="ahead"
          text={words.card.unknown.setAsideStep}
          time={clock(setAsideFrom)}
          testId="set-aside-at"
        />
      )}
    </ol>
  );
}

function Elapsed({ since }: { since: number }) {
  const words = useWords();
  const now = useHostNow(500);
  return (
    <span className="number" data-testid="elapsed">
      ({words.unknown.elapsed(minutesLeft(Math.max(0, now - since)))})
    </span>
  );
}
