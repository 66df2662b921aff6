/** The gift under the goods: a line of its own, that is no goods and can be taken away until payment begins. */
import type { GiftView } from '../../../electron/contract/view.ts';
import { amountText } from '../../text/format.ts';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';

export function GiftLine({ gift }: { gift: GiftView }) {
  const words = useWords();
  const { language } = useView();
  const { run, busy } = useCommand();
  const beneath = language === 'zh' ? gift.names.ru : gift.names.zh;
  return (
    <div className="gift-line" data-testid="gift-line" data-told={gift.told}>
      <span className="line-names">
        <span className="line-name">{words.gift.to(gift.names[language])}</span>
        <span className="line-beneath" role="status">
          {beneath} · {gift.told ? words.gift.told : words.gift.untold}
        </span>
      </span>
      <Key
        testId="gift-remove"
        label={words.gift.remove}
        disabled={busy}
        onPress={() => void run({ command: 'gift_remove' })}
      >
        {words.gift.removeShort}
      </Key>
      <strong className="line-sum number" data-testid="gift-sum">
        {amountText(gift.amount, language)}
      </strong>
    </div>
  );
}
