/** What one needs now and then: the drawer, the languages, an end to the sale, signing out. */
import { useState } from 'react';
import type { Language } from '../../../electron/contract/commands.ts';
import type { BasketView } from '../../../electron/contract/view.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { SupervisorDialog } from '../supervisor-dialog.tsx';

const ORDER = ['ru', 'zh', 'en'] as const satisfies readonly Language[];

export function MoreDialog({ basket, onClose }: { basket: BasketView; onClose: () => void }) {
  const words = useWords();
  const { language, cardKey } = useView();
  const [step, setStep] = useState<'menu' | 'drawer' | 'clear'>('menu');
  const { run, refusal, busy } = useCommand();
  const runAndClose = async (command: Parameters<typeof run>[0]): Promise<void> => {
    if (await run(command)) onClose();
  };
  if (step === 'drawer') {
    return (
      <SupervisorDialog
        title={words.more.drawer}
        text={words.more.drawerText}
        reasons={words.supervisor.drawerReasons}
        confirm={words.more.drawer}
        tone="river"
        command={(approval) => ({ command: 'drawer_open', ...approval })}
        onClose={onClose}
      />
    );
  }
  if (step === 'clear') {
    return (
      <Dialog title={words.sale.clearSure} onClose={onClose} testId="clear-dialog" alert>
        <p className="dialog-text">{words.sale.clearText}</p>
        <InlineError code={refusal} />
        <div className="dialog-keys">
          <Key testId="clear-no" hint={words.key.escape} onPress={onClose} takesFocus>
            {words.common.back}
          </Key>
          <Key
            testId="clear-yes"
            tone="cinnabar"
            disabled={busy}
            onPress={() => void runAndClose({ command: 'sale_clear' })}
          >
            {words.sale.clearYes}
          </Key>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.more.title} onClose={onClose} testId="more-dialog">
      <div className="more-keys">
        <Key testId="drawer" onPress={() => setStep('drawer')} takesFocus>
          {words.more.drawer}
        </Key>
        <Key
          testId="card-balance"
          disabled={busy || !cardKey.enabled}
          onPress={() => void runAndClose({ command: 'card_balance' })}
        >
          {words.card.operation.balance}
        </Key>
        <Key
          testId="preauths-open"
          disabled={busy || cardKey.reason === 'NOT_CONFIGURED'}
          onPress={() => void runAndClose({ command: 'preauths_open' })}
        >
          {words.card.preauth.title}
        </Key>
        <Key testId="sale-clear" disabled={basket.lines.length === 0} onPress={() => setStep('clear')}>
          {words.sale.clear}
        </Key>
        <Key
          testId="sign-out"
          disabled={busy || basket.lines.length > 0}
          onPress={() => void runAndClose({ command: 'sign_out' })}
        >
          {words.more.signOut}
        </Key>
      </div>
      <InlineError code={refusal} />
      <LanguageChoice
        label={words.more.cashierLanguage}
        testId="cashier-language"
        chosen={language}
        onChoose={(next) => void run({ command: 'language', language: next })}
      />
      <LanguageChoice
        label={words.more.customerLanguage}
        testId="customer-language"
        chosen={null}
        onChoose={(next) => void runAndClose({ command: 'customer_language', language: next })}
      />
      <div className="dialog-keys">
        <Key testId="more-close" hint={words.key.escape} onPress={onClose}>
          {words.common.close}
        </Key>
      </div>
    </Dialog>
  );
}

function LanguageChoice(props: {
  label: string;
  testId: string;
  chosen: Language | null;
  onChoose: (language: Language) => void;
}) {
  const words = useWords();
  return (
    <fieldset className="more-languages">
      <legend className="label">{props.label}</legend>
      <div className="choice-row">
        {ORDER.map((language) => (
          <button
            key={language}
            type="button"
            className="choice"
            aria-pressed={language === props.chosen}
            data-testid={`${props.testId}-${language}`}
            onClick={() => props.onChoose(language)}
          >
            {words.more.languages[language]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
