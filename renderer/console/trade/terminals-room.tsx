/** Terminals and their activation codes. A code is shown once; a revoked terminal's number is gone for good. */
import { useState } from 'react';
import type { ActivationView, TerminalView } from '../../../gateway/console/contract/views.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Answer, Card, Chip, Empty, Failed, Heading, type Tone } from '../blocks.tsx';
import { moscow, moscowTime } from '../figures.ts';
import { useFiltered } from '../filtered.tsx';
import { useAsked, useMay, useParts, useWords } from '../parts.tsx';

const EVERY_MS = 15_000;
const TONES: Readonly<Record<TerminalView['state'], Tone>> = {
  active: 'jade',
  not_activated: 'amber',
  revoked: 'plain',
};
interface Terminals {
  readonly rows: readonly TerminalView[];
}

export function TerminalsRoom() {
  const words = useWords();
  const { requests, language } = useParts();
  const asked = useAsked<Terminals>('/api/terminals', EVERY_MS);
  const [issued, setIssued] = useState<ActivationView | null>(null);
  const [revoking, setRevoking] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);

  async function issue(tid: string): Promise<void> {
    const reply = await requests.post<ActivationView>(`/api/terminals/${tid}/activation`, {});
    setFailed(reply.ok ? null : reply.code);
    if (reply.ok) setIssued(reply.value);
    asked.reload();
  }

  async function revoke(tid: string): Promise<void> {
    const reply = await requests.post<Terminals>(`/api/terminals/${tid}/revoke`, {});
    setRevoking(null);
    setFailed(reply.ok ? null : reply.code);
    if (reply.ok) asked.set(reply.value);
  }

  return (
    <>
      <Heading>{words.terminals.heading}</Heading>
      {failed === null ? null : <Failed code={failed} />}
      <Answer asked={asked}>
        {({ rows }) => <AllTerminals all={rows} onIssue={(tid) => void issue(tid)} onRevoke={setRevoking} />}
      </Answer>
      {issued === null ? null : (
        <Dialog
          title={words.terminals.issuedTitle(issued.tid)}
          onClose={() => setIssued(null)}
          testId="activation-dialog"
        >
          <p className="activation" data-testid="activation-code">
            {issued.code}
          </p>
          <p className="dialog-text">{words.terminals.issuedText(moscow(issued.expiresAt, language))}</p>
          <div className="dialog-keys">
            <button type="button" className="key tone-river" onClick={() => setIssued(null)}>
              {words.common.close}
            </button>
          </div>
        </Dialog>
      )}
      {revoking === null ? null : (
        <Dialog
          title={words.terminals.revokeTitle(revoking)}
          onClose={() => setRevoking(null)}
          testId="revoke-dialog"
          alert
        >
          <p className="dialog-text">{words.terminals.revokeText}</p>
          <div className="dialog-keys">
            <button type="button" className="key" onClick={() => setRevoking(null)}>
              {words.common.cancel}
            </button>
            <button
              type="button"
              className="key tone-cinnabar"
              onClick={() => void revoke(revoking)}
              data-testid="revoke-now"
            >
              {words.terminals.revoke}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function AllTerminals(props: {
  readonly all: readonly TerminalView[];
  readonly onIssue: (tid: string) => void;
  readonly onRevoke: (tid: string) => void;
}) {
  const { all, onIssue, onRevoke } = props;
  const words = useWords();
  const { rows, field } = useFiltered(all, ({ tid, merchant }) => `${tid} ${merchant}`);
  return (
    <Card title={words.terminals.count(all.length)} aside={field}>
      <TerminalsTable rows={rows} onIssue={onIssue} onRevoke={onRevoke} />
    </Card>
  );
}

function TerminalsTable(props: {
  readonly rows: readonly TerminalView[];
  readonly onIssue: (tid: string) => void;
  readonly onRevoke: (tid: string) => void;
}) {
  const { rows, onIssue, onRevoke } = props;
  const words = useWords();
  const { language } = useParts();
  const may = useMay();
  const mayAct = may('terminal.issue') || may('terminal.revoke');
  if (rows.length === 0) return <Empty>{words.terminals.nothing}</Empty>;
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.terminals.tid}</th>
            <th>{words.terminals.merchant}</th>
            <th className="num">{words.terminals.last}</th>
            <th className="num">{words.terminals.state}</th>
            {mayAct ? <td /> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ tid, merchant, lastPaymentAt, state, codeUntil }) => (
            <tr key={tid}>
              <td className="number">{tid}</td>
              <td>{merchant}</td>
              <td className="num">
                {lastPaymentAt === null ? words.common.none : moscow(lastPaymentAt, language)}
              </td>
              <td className="num">
                <Chip tone={TONES[state]} testId={`terminal-${tid}`}>
                  {words.terminals.states[state] ?? state}
                </Chip>
                {codeUntil === null ? null : (
                  <small className="under">{words.terminals.codeOut(moscowTime(codeUntil))}</small>
                )}
              </td>
              {mayAct ? (
                <td className="num">
                  {state !== 'revoked' && may('terminal.issue') ? (
                    <button
                      type="button"
                      className="link"
                      onClick={() => onIssue(tid)}
                      data-testid={`issue-${tid}`}
                    >
                      {words.terminals.issue}
                    </button>
                  ) : null}{' '}
                  {state !== 'revoked' && may('terminal.revoke') ? (
                    <button
                      type="button"
                      className="link danger"
                      onClick={() => onRevoke(tid)}
                      data-testid={`revoke-${tid}`}
                    >
                      {words.terminals.revoke}
                    </button>
                  ) : null}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
