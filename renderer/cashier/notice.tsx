/** The till's visible reaction: a refused scan stays until dismissed or replaced, and sounds once. */
import { useEffect } from 'react';
import { codeWords, isWorded } from '../text/code-list.ts';
import { Icon } from '../ui/icons.tsx';
import { Key } from '../ui/key.tsx';
import { useCodes, useSend, useSounds, useView, useWords } from '../ui/terminal.tsx';

export function Notice() {
  const { notice } = useView();
  const codes = useCodes();
  const words = useWords();
  const send = useSend();
  const sounds = useSounds();
  const noticeId = notice?.noticeId ?? null;
  const tone = notice?.tone ?? null;
  useEffect(() => {
    if (noticeId !== null && tone === 'refused') sounds.refused();
  }, [noticeId, tone, sounds]);
  if (notice === null) return null;
  const [title, text] = codeWords(codes, notice.code);
  return (
    <div
      key={notice.noticeId}
      className={`notice ${notice.tone}`}
      role="alert"
      data-testid="notice"
      data-code={notice.code}
    >
      <Icon name={notice.tone === 'refused' ? 'stop' : notice.tone === 'warning' ? 'warn' : 'done'} />
      <p>
        <strong>{title}.</strong> {text} {factWords(notice.facts)}{' '}
        {isWorded(codes, notice.code) ? null : words.common.codeForSupport(notice.code)}
      </p>
      <Key testId="notice-dismiss" tone="plain" onPress={() => void send({ command: 'notice_dismiss' })}>
        {words.common.dismiss}
      </Key>
    </div>
  );
}

/** The thing itself, where the till names one: the barcode that nobody knows is what one reads out. */
function factWords(facts: Readonly<Record<string, string | number | boolean>>): string {
  const thing = facts.barcode ?? facts.plu ?? facts.receipt;
  return typeof thing === 'string' || typeof thing === 'number' ? String(thing) : '';
}
