/** The till's visible reaction: a refused scan stays until dismissed or replaced, and sounds once. */
import { useEffect } from 'react';
import type { Language } from '../../electron/contract/commands.ts';
import type { NoticeView } from '../../electron/contract/view.ts';
import { codeWords, isWorded } from '../text/code-list.ts';
import { moneyText } from '../text/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Key } from '../ui/key.tsx';
import { useCodes, useSend, useSounds, useView, useWords } from '../ui/terminal.tsx';

export function Notice() {
  const { notice, language } = useView();
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
        <strong>{title}.</strong> {text} {factWords(notice.facts, language)}{' '}
        {isWorded(codes, notice.code) ? null : words.common.codeForSupport(notice.code)}
      </p>
      <Key testId="notice-dismiss" tone="plain" onPress={() => void send({ command: 'notice_dismiss' })}>
        {words.common.dismiss}
      </Key>
    </div>
  );
}

/** The thing itself, where the till names one: a barcode nobody knows, a receipt, an operation with its bank's code, the yuan
 *  before and after. */
function factWords(facts: NoticeView['facts'], language: Language): string {
  if (typeof facts.before === 'string' && typeof facts.after === 'string') {
    const yuan = (fen: string): string => moneyText({ amountMinor: fen, currency: 'CNY' }, language);
    return `${yuan(facts.before)} → ${yuan(facts.after)}`;
  }
  if (typeof facts.supportNumber === 'string') {
    return [facts.code, facts.supportNumber].filter((part) => part !== undefined && part !== '').join(', ');
  }
  const thing = facts.barcode ?? facts.plu ?? facts.receiptNumber;
  return typeof thing === 'string' || typeof thing === 'number' ? String(thing) : '';
}
