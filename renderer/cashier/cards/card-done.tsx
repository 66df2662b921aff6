/** The end of a card operation that is no sale's and no refund's: a hold, its release, a balance. */
import { cardHint } from '../../text/card-hints.ts';
import { codeWords, isWorded } from '../../text/code-list.ts';
import { Icon } from '../../ui/icons.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useCodes, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { PrintState } from '../print-state.tsx';
import type { ScreenOf } from '../screen-of.ts';
import { CardLeft } from './card-left.tsx';
import { CardSum, cardFacts } from './card-sum.tsx';

type DoneView = ScreenOf<'card_done'>;

export function CardDone({ screen }: { screen: DoneView }) {
  const words = useWords();
  const { run, busy, refusal } = useCommand();
  const next = (): void => void run({ command: 'next' });
  useKeys({ Enter: busy ? undefined : next });
  const { card, outcome, print } = screen;
  const approved = outcome === 'approved';
  const tone = approved ? 'jade' : 'cinnabar';
  return (
    <div className={`page ${tone}`}>
      <section className="card outcome" data-testid="card-done" data-outcome={outcome}>
        {approved && card.operation === 'balance' ? null : (
          <p className="card-operation">{words.card.operation[card.operation]}</p>
        )}
        <h1 aria-live="polite" className={`outcome-title ${tone}`}>
          <Icon name={approved ? 'done' : 'stop'} className="icon large" />{' '}
          {approved ? words.card.done.title[card.operation] : words.card.done[outcome]}
        </h1>
        {approved ? <Achieved screen={screen} /> : <Failed screen={screen} />}
        <CardSum card={card} />
        {print === null ? null : <PrintState print={print} words={words.card.slip} />}
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key
            testId="next"
            tone="river"
            hint={words.key.enter}
            onPress={next}
            disabled={busy}
            pay
            takesFocus
            className="grow"
          >
            {words.card.done.next}
          </Key>
        </div>
        <p className="card-note number" data-testid="support-number">
          {[card.supportNumber, ...cardFacts(card, words.card)].join(' · ')}
        </p>
      </section>
    </div>
  );
}

function Achieved({ screen }: { screen: DoneView }) {
  const words = useWords();
  const { language } = useView();
  const { balances, card } = screen;
  return (
    <>
      {balances.map((balance) => (
        <p key={`${balance.currency} ${balance.amountMinor}`} className="outcome-sum">
          <Money value={balance} language={language} testId="balance" />
        </p>
      ))}
      {card.operation === 'balance' && balances.length === 0 ? (
        <p className="outcome-reason">{words.card.done.none}</p>
      ) : null}
      <p className="card-text">
        {words.card.done.text[card.operation]}
        <CardLeft />
      </p>
    </>
  );
}

function Failed({ screen }: { screen: DoneView }) {
  const words = useWords();
  const codes = useCodes();
  const code = screen.reasonCode ?? '';
  const { language } = useView();
  const { operation } = screen.card;
  // What was undone the bank had approved: its code would say the opposite of the screen.
  const responseCode = screen.outcome === 'declined' ? screen.card.responseCode : null;
  const known = isWorded(codes, code);
  const [title] = codeWords(codes, code);
  return (
    <>
      <p className="outcome-reason">{known ? title : null}</p>
      <p className="card-text">
        {words.card.notDone}{' '}
        {known ? cardHint(codes, language, code, operation) : words.common.codeForSupport(code)}{' '}
        {responseCode === null ? null : words.card.fact.responseCode(responseCode)}
        <CardLeft />
      </p>
    </>
  );
}
