/** One's own password, changed by who knows the present one. */
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Failed } from './blocks.tsx';
import { useParts, useWords } from './parts.tsx';

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { requests } = useParts();
  const words = useWords();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const [isDone, setIsDone] = useState(false);

  async function change(): Promise<void> {
    const reply = await requests.post('/api/password', { old, next });
    setFailed(reply.ok ? null : reply.code);
    setIsDone(reply.ok);
  }

  return (
    <Dialog title={words.common.password} onClose={onClose} testId="password-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <label className="stack">
          <span className="label">{words.common.oldPassword}</span>
          <input
            className="field"
            type="password"
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.target.value)}
          />
        </label>
        <label className="stack">
          <span className="label">{words.common.newPassword}</span>
          <input
            className="field"
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </label>
        {failed === null ? null : <Failed code={failed} />}
        {isDone ? <p className="done-note">{words.common.passwordChanged}</p> : null}
        <div className="dialog-keys">
          <button type="button" className="key" onClick={onClose}>
            {words.common.close}
          </button>
          <button type="submit" className="key tone-river" disabled={old === '' || next === ''}>
            {words.common.send}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
