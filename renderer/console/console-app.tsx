/** Sign-in first, then the rooms that the person's role may see. */
import { useEffect } from 'react';
import type { SessionView } from '../../gateway/console/contract/views.ts';
import { Loading } from './blocks.tsx';
import { useParts } from './parts.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

export function ConsoleApp() {
  const { requests, session, setSession } = useParts();
  useEffect(() => {
    let isOver = false;
    void requests.get<SessionView | null>('/api/session').then((reply) => {
      if (!isOver) setSession(reply.ok ? (reply.value ?? 'nobody') : 'nobody');
    });
    return () => {
      isOver = true;
    };
  }, [requests, setSession]);
  if (session === 'unknown') return <Loading />;
  return session === 'nobody' ? <SignIn /> : <Shell session={session} />;
}
