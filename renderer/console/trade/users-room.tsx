/** Who signs in to these pages, and when each last did. Keeping somebody out takes one person, who is another. */
import { useState } from 'react';
import type { UserView } from '../../../gateway/console/contract/views.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Answer, Card, Chip, Failed, Heading } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useFiltered } from '../filtered.tsx';
import { useAsked, useMay, useParts, useWords } from '../parts.tsx';

const EVERY_MS = 15_000;
interface Users {
  readonly rows: readonly UserView[];
}

export function UsersRoom() {
  const words = useWords();
  const { requests } = useParts();
  const asked = useAsked<Users>('/api/users', EVERY_MS);
  const [disabling, setDisabling] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);

  async function disable(name: string): Promise<void> {
    const reply = await requests.post<Users>(`/api/users/${encodeURIComponent(name)}/disable`, {});
    setDisabling(null);
    setFailed(reply.ok ? null : reply.code);
    if (reply.ok) asked.set(reply.value);
  }

  return (
    <>
      <Heading>{words.users.heading}</Heading>
      {failed === null ? null : <Failed code={failed} />}
      <Answer asked={asked}>{({ rows }) => <AllUsers all={rows} onDisable={setDisabling} />}</Answer>
      {disabling === null ? null : (
        <Dialog
          title={words.users.disableTitle(disabling)}
          onClose={() => setDisabling(null)}
          testId="disable-dialog"
          alert
        >
          <p className="dialog-text">{words.users.disableText}</p>
          <div className="dialog-keys">
            <button type="button" className="key" onClick={() => setDisabling(null)}>
              {words.common.cancel}
            </button>
            <button
              type="button"
              className="key tone-cinnabar"
              onClick={() => void disable(disabling)}
              data-testid="disable-now"
            >
              {words.users.disable}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function AllUsers({ all, onDisable }: { all: readonly UserView[]; onDisable: (name: string) => void }) {
  const words = useWords();
  const { rows, field } = useFiltered(all, ({ name, partnerName }) => `${name} ${partnerName ?? ''}`);
  return (
    <Card title={words.users.about} aside={field}>
      <UsersTable rows={rows} onDisable={onDisable} />
    </Card>
  );
}

function UsersTable({ rows, onDisable }: { rows: readonly UserView[]; onDisable: (name: string) => void }) {
  const words = useWords();
  const { language, session } = useParts();
  const mayDisable = useMay()('user.disable');
  const self = typeof session === 'object' ? session.name : '';
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.users.name}</th>
            <th>{words.users.role}</th>
            <th>{words.users.partner}</th>
            <th className="num">{words.users.made}</th>
            <th className="num">{words.users.last}</th>
            <th className="num">{words.users.state}</th>
            {mayDisable ? <td /> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((user) => (
            <tr key={user.name}>
              <td className="break">
                {user.name}
                {user.name === self ? <small className="under">{words.users.you}</small> : null}
              </td>
              <td>{words.roles[user.role]}</td>
              <td>{user.partnerName ?? words.common.none}</td>
              <td className="num">{moscow(user.madeAt, language)}</td>
              <td className="num">
                {user.lastSignInAt === null ? words.users.never : moscow(user.lastSignInAt, language)}
              </td>
              <td className="num">
                <Chip tone={user.disabledAt === null ? 'jade' : 'plain'} testId={`user-${user.name}`}>
                  {user.disabledAt === null ? words.users.active : words.users.disabled}
                </Chip>
                {user.disabledAt === null ? null : (
                  <small className="under">{moscow(user.disabledAt, language)}</small>
                )}
              </td>
              {mayDisable ? (
                <td className="num">
                  {user.disabledAt !== null || user.name === self ? null : (
                    <button
                      type="button"
                      className="link danger"
                      onClick={() => onDisable(user.name)}
                      data-testid={`disable-${user.name}`}
                    >
                      {words.users.disable}
                    </button>
                  )}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
