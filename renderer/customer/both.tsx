/** A sentence in the customer's language with another beneath. */
import type { Language } from '../../electron/contract/commands.ts';
import { beneath, CUSTOMER, type CustomerWord, type Said } from '../text/customer.ts';

interface BothProps {
  readonly word: CustomerWord | Said;
  readonly language: Language;
  readonly big?: boolean;
}

export function Both({ word, language, big = false }: BothProps) {
  const said = typeof word === 'string' ? CUSTOMER[word] : word;
  return (
    <div className={big ? 'both big' : 'both'}>
      <p className="both-first">{said[language]}</p>
      <p className="both-second">{said[beneath(language)]}</p>
    </div>
  );
}
