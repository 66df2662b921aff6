/** A refund on its way, and how it ended. */
import { panTail } from '../../text/card-format.ts';
import { anotherTryMay, cardHint } from '../../text/card-hints.ts';
import { codeWords, isWorded } from '../../text/code-list.ts';
import { minutesLeft } from '../../text/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useCodes, useHostNow, useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CardLeft } from '../cards/card-left.tsx';
import { PrintState } from '../print-state.tsx';
import type { ScreenOf } from '../screen-of.ts';

export function RefundProgress({ screen }: { screen: ScreenOf<'refund_progress'> }) {
  const words = useWords();
  const { language } = useView();
  const now = useHostNow(500);
  const { run, busy, refusal } = useCommand();
  const leave = (): void => void run({ command: 'refund_leave' });
  const byCard = screen.sale.means === 'card';
  const open = screen.state !== 'sending';
  useKeys({ Escape: open && !busy ? leave : undefined });
  const [title, text] =
    screen.state === 'sending'
      ? [words.refund.sending, byCard ? words.card.refund.sendingText : words.refund.sendingText]
      : screen.state === 'unknown'
        ? [words.refund.unknown, byCard ? words.card.refund.unknownText : words.refund.unknownText]
        : [words.refund.awaiting, words.refund.awaitingText];
  return (
    <div className={open ? 'page amber' : 'page'}>
      <section className="card outcome" data-testid="refund-progress" data-state={screen.state}>
        <h1 aria-live="polite">{title}</h1>
        <p className="card-text">{text}</p>
        <p className="outcome-sum">
          <Money value={screen.amount} language={language} />
        </p>
        <div className="sweep" />
        <p className="card-note">
          {words.refund.support(screen.supportNumber)}{' '}
          <span className="number">
            ({words.unknown.elapsed(minutesLeft(Math.max(0, now - screen.startedAt)))})
          </span>
        </p>
        <InlineError code={refusal} />
        {open ? (
          <div className="card-keys">
            <Key
              testId="refund-leave"
              hint={words.key.escape}
              onPress={leave}
              disabled={busy}
              pay
              className="grow"
            >
              {words.refund.toSales}
            </Key>
          </div>
        ) : null}
      </section>
    </div>
  );
}

export function RefundDone({ screen }: { screen: ScreenOf<'refund_done'> }) {
  const words = useWords();
  const codes = useCodes();
  const { language } = useView();
  const { run, busy, refusal } = useCommand();
  const leave = (): void => void run({ command: 'refund_leave' });
  const approved = screen.outcome === 'approved';
  const code = screen.reasonCode ?? '';
  const mayAgain = !approved && screen.sale.means === 'card' && anotherTryMay(code);
  const again = (): void => void run({ command: 'refund_find', receipt: screen.sale.receiptNumber });
  useKeys({ Enter: busy ? undefined : leave, F9: mayAgain && !busy ? again : undefined });
  const refused = useRefusedText(screen);
  const [title] = codeWords(codes, code);
  const worded = isWorded(codes, code.replace(/^ACQ\./, ''));
  const { means } = screen.sale;
  const done = { cash: words.refund.doneCash, wallet: words.refund.doneWallet, card: words.card.refund.done };
  return (
    <div className={approved ? 'page jade' : 'page cinnabar'}>
      <section className="card outcome" data-testid="refund-done" data-outcome={screen.outcome}>
        <h1 aria-live="polite" className={`outcome-title ${approved ? 'jade' : 'cinnabar'}`}>
          <Icon name={approved ? 'done' : 'stop'} className="icon large" />{' '}
          {approved ? words.refund.done : words.refund.refused}
        </h1>
        <p className="outcome-sum">
          <Money value={screen.amount} language={language} testId="refund-sum" />
        </p>
        {approved ? null : <p className="outcome-reason">{worded ? title : null}</p>}
        <p className="card-text">
          {approved ? done[means] : worded ? refused : words.refund.refusedText}{' '}
          {approved || worded || code === '' ? null : words.common.codeForSupport(code)}
          <CardLeft />
        </p>
        {screen.print === null ? null : <PrintState print={screen.print} />}
        <InlineError code={refusal} />
        <div className="card-keys">
          <Key
            testId="refund-leave"
            tone="river"
            hint={words.key.enter}
            onPress={leave}
            disabled={busy}
            pay
            takesFocus
            className="grow"
          >
            {words.refund.toSales}
          </Key>
          {mayAgain ? (
            <Key testId="refund-again" hint="F9" onPress={again} disabled={busy} pay className="grow">
              {words.card.refund.again}
            </Key>
          ) : null}
        </div>
        {approved || means === 'cash' ? null : (
          <p className="card-note" data-testid="support-number">
            {words.refund.support(screen.supportNumber)}
          </p>
        )}
      </section>
    </div>
  );
}

/** What may help. A card's reason says nothing of the money: that nothing went back is said with it. */
function useRefusedText(screen: ScreenOf<'refund_done'>): string {
  const words = useWords();
  const codes = useCodes();
  const { language } = useView();
  const code = screen.reasonCode ?? '';
  const { means, maskedPan } = screen.sale;
  if (means !== 'card') return codeWords(codes, code)[1];
  const needed = code !== 'CARD_NOT_ORIGINAL' || maskedPan === null ? null : panTail(maskedPan);
  return [
    words.refund.refusedText,
    needed === null ? '' : words.card.refund.needed(needed),
    cardHint(codes, language, code, 'refund'),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
