/** A sentence in the customer's language with another beneath. */
import type { Language } from '../../electron/contract/commands.ts';
import { beneath, CUSTOMER, type CustomerWord } from '../text/customer.ts';

export function Both({
  word,
  language,
  big = false,
}: {
  word: CustomerWord;
  language: Language;
  big?: boolean;
}) {
  return (
    <div className={big ? 'both big' : 'both'}>
      <p className="both-first">{CUSTOMER[word][language]}</p>
      <p className="both-second">{CUSTOMER[word][beneath(language)]}</p>
    </div>
  );
}
