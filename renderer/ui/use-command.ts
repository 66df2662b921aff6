/** A command with its refusal, for the part of a screen that sends it. */
import { useCallback, useState } from 'react';
import type { CashierCommand } from '../../electron/contract/commands.ts';
import { useSend, useSounds } from './terminal.tsx';

export interface CommandState {
  /** True while the host has not answered: the key that sent it is at rest, so a second press sends nothing. */
  readonly busy: boolean;
  readonly refusal: string | null;
  /** True once the host took it. */
  run(command: CashierCommand): Promise<boolean>;
  clear(): void;
}

export function useCommand(): CommandState {
  const send = useSend();
  const sounds = useSounds();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const run = useCallback(
    async (command: CashierCommand): Promise<boolean> => {
      setBusy(true);
      const reply = await send(command);
      setBusy(false);
      setRefusal(reply.ok ? null : reply.error.code);
      if (!reply.ok) sounds.refused();
      return reply.ok;
    },
    [send, sounds],
  );
  const clear = useCallback(() => setRefusal(null), []);
  return { busy, refusal, run, clear };
}
