/** Adding a gift: to whom, and how much. Nothing is chosen before somebody chooses it, and the way out is first under the finger. */
import { useState } from 'react';
import type { BasketView, CharityView, GiftOfferView } from '../../../electron/contract/view.ts';
import type { MoneyJson } from '../../../gateway/kernel/money.ts';
import { moneyText } from '../../text/format.ts';
import { kopecksFromTyped } from '../../text/parse.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { InlineError } from '../../ui/inline-error.tsx';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { EntryDialog } from './entry-dialog.tsx';

const LONGEST_SUM = 9;

export interface GiftDialogProps {
  readonly basket: BasketView;
  readonly offer: GiftOfferView;
  readonly onClose: () => void;
}

export function GiftDialog({ basket, offer, onClose }: GiftDialogProps) {
  const words = useWords();
  const { language } = useView();
  const { run, busy, refusal } = useCommand();
  const [charity, setCharity] = useState<CharityView | null>(onlyOne(offer.charities));
  const [typing, setTyping] = useState(false);
  const give = async (amountMinor: string, roundsUp: boolean): Promise<void> => {
    if (charity === null) return;
    const { charity: to } = charity;
    if (await run({ command: 'gift_add', charity: to, amountMinor, roundsUp })) onClose();
  };
  const remove = async (): Promise<void> => {
    if (await run({ command: 'gift_remove' })) onClose();
  };
  if (typing && charity !== null) {
    return (
      <EntryDialog
        title={words.gift.other}
        about={words.gift.to(charity.names[language])}
        help={words.gift.otherHelp(moneyText(offer.most, language))}
        first=""
        decimal
        longest={LONGEST_SUM}
        confirm={words.gift.add}
        valid={(typed) => within(typed, offer.most)}
        busy={busy}
        refusal={refusal}
        onConfirm={(typed) => void give(kopecksFromTyped(typed) ?? '', false)}
        onClose={onClose}
      />
    );
  }
  const off = busy || charity === null;
  return (
    <Dialog title={words.gift.title} onClose={onClose} testId="gift-dialog">
      <p className="dialog-text">{words.gift.ask}</p>
      <fieldset className="gift-choice">
        <legend className="label">{words.gift.charity}</legend>
        {offer.charities.map((one) => (
          <button
            key={one.charity}
            type="button"
            className="choice"
            aria-pressed={one.charity === charity?.charity}
            data-testid={`charity-${one.charity}`}
            onClick={() => setCharity(one)}
          >
            {one.names[language]}
          </button>
        ))}
      </fieldset>
      <fieldset className="gift-sums">
        <legend className="label">{words.gift.roundUp}</legend>
        {offer.roundUps.map((sum, index) => (
          <Key
            key={sum.amountMinor}
            testId={`gift-round-${index + 1}`}
            disabled={off}
            onPress={() => void give(sum.amountMinor, true)}
            className="gift-sum"
          >
            <strong className="number">{moneyText(sum, language)}</strong>
            <small className="number">
              {words.gift.upTo(moneyText(together(basket.goods, sum), language))}
            </small>
          </Key>
        ))}
        <Key testId="gift-other" disabled={off} onPress={() => setTyping(true)} className="gift-sum">
          {words.gift.other}
        </Key>
      </fieldset>
      <InlineError code={refusal} />
      <div className="dialog-keys">
        {basket.gift === null ? null : (
          <Key testId="gift-drop" disabled={busy} onPress={() => void remove()}>
            {words.gift.remove}
          </Key>
        )}
        <Key testId="gift-close" hint={words.key.escape} onPress={onClose} takesFocus>
          {basket.gift === null ? words.gift.notNow : words.common.close}
        </Key>
      </div>
    </Dialog>
  );
}

/** With one charity there is nothing to choose but whether. */
function onlyOne(charities: readonly CharityView[]): CharityView | null {
  return charities.length === 1 ? (charities[0] ?? null) : null;
}

function within(typed: string, most: MoneyJson): boolean {
  const kopecks = BigInt(kopecksFromTyped(typed) ?? '0');
  return kopecks > 0n && kopecks <= BigInt(most.amountMinor);
}

function together(goods: MoneyJson, gift: MoneyJson): MoneyJson {
  return { ...goods, amountMinor: (BigInt(goods.amountMinor) + BigInt(gift.amountMinor)).toString() };
}
