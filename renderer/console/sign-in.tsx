/** Who is there. The password goes to the server and nowhere else. */
import { useState } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';
import type { SessionView } from '../../gateway/console/contract/views.ts';
import { Failed } from './blocks.tsx';
import { Languages } from './languages.tsx';
import { useParts, useWords } from './parts.tsx';

export function SignIn() {
  const { requests, setSession } = useParts();
  const words = useWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);

  async function enter(): Promise<void> {
    setIsAsking(true);
    const reply = await requests.post<SessionView>('/api/sign-in', { name, password });
    setIsAsking(false);
    setPassword('');
    if (reply.ok) setSession(reply.value);
    else setFailed(reply.code);
  }

  return (
    <main className="entry">
      <Form
        className="entry-box"
        data-testid="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <p className="brand">{words.title}</p>
        <h1>{words.signIn.heading}</h1>
        <TextField value={name} onChange={setName} autoFocus isRequired autoComplete="username">
          <Label className="label">{words.signIn.name}</Label>
          <Input className="field" data-testid="name" />
        </TextField>
        <TextField
          value={password}
          onChange={setPassword}
          type="password"
          isRequired
          autoComplete="current-password"
        >
          <Label className="label">{words.signIn.password}</Label>
          <Input className="field" data-testid="password" />
        </TextField>
        {failed === null ? null : <Failed code={failed} />}
        <button type="submit" className="key tone-river" disabled={isAsking} data-testid="enter">
          {isAsking ? words.signIn.entering : words.signIn.enter}
        </button>
        <p className="faint">
          {words.signIn.help} <code className="command">{words.signIn.command}</code>
        </p>
        <Languages />
      </Form>
    </main>
  );
}
