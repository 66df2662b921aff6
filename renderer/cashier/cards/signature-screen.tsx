/** The slip is out to be signed: the cashier compares and says yes or no. Neither stands under Enter. */
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { SlipPicture } from '../../ui/slip-picture.tsx';
import { useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { PrintState } from '../print-state.tsx';
import type { ScreenOf } from '../screen-of.ts';
import { CardSum } from './card-sum.tsx';
import { OverdueKey } from './set-card-aside.tsx';

export function SignatureScreen({ screen }: { screen: ScreenOf<'card_signature'> }) {
  const words = useWords();
  const { run, busy, refusal } = useCommand();
  const say = (accepted: boolean) => (): void => void run({ command: 'card_signature', accepted });
  useKeys({ F2: busy ? undefined : say(true), F4: busy ? undefined : say(false) });
  const { card, print } = screen;
  const said = words.card.signature;
  return (
    <div className="page">
      <section className="card card-pad" data-testid="card-signature">
        <div className="card-pad-words">
          <p className="card-operation">{words.card.operation[card.operation]}</p>
          <h1 aria-live="polite">{said.title}</h1>
          <p className="card-text">{said.text}</p>
          <CardSum card={card} />
        </div>
        <SlipPicture />
        <div className="card-pad-foot">
          <PrintState print={print} words={said} />
          <InlineError code={refusal} />
          <div className="card-keys">
            <Key
              testId="signature-yes"
              tone="river"
              hint="F2"
              onPress={say(true)}
              disabled={busy}
              pay
              className="grow"
            >
              {said.accepted}
            </Key>
            <Key testId="signature-no" hint="F4" onPress={say(false)} disabled={busy} pay className="grow">
              {said.refused}
            </Key>
            <OverdueKey card={card} />
          </div>
          <p className="card-note">{said.otherwise}</p>
        </div>
      </section>
    </div>
  );
}
