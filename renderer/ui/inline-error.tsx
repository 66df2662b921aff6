/** Why a command was refused, beside the thing that sent it. */
import { codeWords, isWorded } from '../text/code-list.ts';
import { Icon } from './icons.tsx';
import { useCodes, useWords } from './terminal.tsx';

export function InlineError({ code }: { code: string | null }) {
  const codes = useCodes();
  const words = useWords();
  if (code === null) return null;
  const [title, text] = codeWords(codes, code);
  return (
    <div className="inline-error" role="alert" data-testid="inline-error" data-code={code}>
      <Icon name="stop" />
      <div>
        <strong>{title}</strong>
        {text} {isWorded(codes, code.replace(/^ACQ\./, '')) ? null : words.common.codeForSupport(code)}
      </div>
    </div>
  );
}
