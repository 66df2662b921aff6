/** The language of the pages, each named in itself. */
import type { Language } from '../../electron/contract/commands.ts';
import { useParts, useWords } from './parts.tsx';

const NAMES: readonly (readonly [Language, string])[] = [
  ['ru', 'Рус'],
  ['zh', '中文'],
  ['en', 'Eng'],
];

export function Languages() {
  const { language, setLanguage } = useParts();
  const words = useWords();
  return (
    <fieldset className="languages" aria-label={words.common.language}>
      {NAMES.map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language === code}
          onClick={() => setLanguage(code)}
          data-testid={`language-${code}`}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
