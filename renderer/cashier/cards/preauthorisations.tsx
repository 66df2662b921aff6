/** Money held on cards: pay the receipt from a hold, release one, or place another. */
import { useState } from 'react';
import type { BasketView } from '../../../electron/contract/view.ts';
import { kopecksFromTyped } from '../../text/parse.ts';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { Money } from '../../ui/money.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { EntryDialog } from '../sale/entry-dialog.tsx';
import type { ScreenOf } from '../screen-of.ts';
import { SupervisorDialog } from '../supervisor-dialog.tsx';
import { ChosenHold, enough, type Hold, HoldList, HoldSums, holdName } from './hold-list.tsx';

export function Preauthorisations({ screen }: { screen: ScreenOf<'preauthorisations'> }) {
  const words = useWords();
  const { cardKey } = useView();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [asking, setAsking] = useState<'none' | 'amount' | 'release'>('none');
  const { run, busy, refusal, clear } = useCommand();
  const { basket, rows } = screen;
  const open = rows.filter((row) => row.state === 'open');
  const chosen = open.find((row) => row.attemptId === chosenId) ?? null;
  const mayPay =
    chosen !== null && basket.lines.length > 0 && enough(chosen, basket) && cardKey.enabled && !busy;
  const mayRelease = chosen !== null && cardKey.enabled;
  const leave = (): void => void run({ command: 'preauths_leave' });
  const pay = (): void => {
    if (chosen !== null) void run({ command: 'preauth_complete', attemptId: chosen.attemptId });
  };
  const begin = (): void => {
    clear();
    setAsking('amount');
  };
  const release = (): void => setAsking('release');
  const close = (): void => setAsking('none');
  const move = (by: number) => (): void => {
    const at = open.findIndex((row) => row.attemptId === chosenId);
    const next = open[Math.min(open.length - 1, Math.max(0, at + by))];
    if (next !== undefined) setChosenId(next.attemptId);
  };
  useKeys({
    Escape: leave,
    F2: cardKey.enabled ? begin : undefined,
    F4: mayRelease ? release : undefined,
    F9: mayPay ? pay : undefined,
    ArrowDown: move(1),
    ArrowUp: move(-1),
  });
  return (
    <div className="holds" data-testid="preauthorisations">
      <section className="holds-main">
        <h1>{words.card.preauth.title}</h1>
        <p className="holds-about">{words.card.preauth.text}</p>
        <HoldList rows={rows} chosenId={chosenId} onChoose={setChosenId} />
      </section>
      <aside className="holds-side">
        <Due basket={basket} chosen={chosen} />
        {chosen === null ? null : <ChosenHold hold={chosen} />}
        {asking === 'amount' ? null : <InlineError code={refusal} />}
        <Key testId="hold-pay" tone="river" pay hint="F9" onPress={pay} disabled={!mayPay}>
          {words.card.preauth.complete}
        </Key>
        <Key testId="hold-release" hint="F4" onPress={release} disabled={!mayRelease}>
          {words.card.preauth.cancel}
        </Key>
        <Key testId="hold-begin" hint="F2" onPress={begin} disabled={!cardKey.enabled || busy}>
          {words.card.preauth.begin}
        </Key>
        {cardKey.reason === null ? null : (
          <p className="holds-reason">
            {words.card.name}: {words.card.keyReason[cardKey.reason]}
          </p>
        )}
        <Key testId="preauths-leave" hint={words.key.escape} onPress={leave}>
          {words.card.preauth.leave}
        </Key>
      </aside>
      {asking === 'amount' ? (
        <EntryDialog
          title={words.card.preauth.beginTitle}
          about={words.card.preauth.beginText}
          help={words.card.preauth.beginHelp}
          first=""
          decimal
          longest={12}
          confirm={words.card.preauth.hold}
          valid={(typed) => kopecksFromTyped(typed) !== null}
          refusal={refusal}
          busy={busy}
          onConfirm={(typed) => {
            const amountMinor = kopecksFromTyped(typed);
            if (amountMinor !== null) void run({ command: 'preauth_begin', amountMinor });
          }}
          onClose={close}
        />
      ) : null}
      {asking === 'release' && chosen !== null ? (
        <SupervisorDialog
          title={words.card.preauth.cancel}
          text={`${holdName(chosen)}. ${words.card.preauth.cancelText}`}
          reasons={words.card.preauth.cancelReasons}
          confirm={words.card.preauth.cancel}
          tone="river"
          command={(approval) => ({ command: 'preauth_cancel', attemptId: chosen.attemptId, ...approval })}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

/** What the receipt asks, and whether the chosen hold covers it. */
function Due({ basket, chosen }: { basket: BasketView; chosen: Hold | null }) {
  const words = useWords();
  const { language } = useView();
  return (
    <div className="holds-due">
      <span className="label">{words.card.preauth.due}</span>
      <strong className="holds-due-sum">
        <Money value={basket.total} language={language} testId="hold-due" />
      </strong>
      <HoldSums basket={basket} chosen={chosen} />
    </div>
  );
}
