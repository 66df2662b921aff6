/** One screen at the host, whichever transport it came by: commands in, replies and views out.
 *
 *  Views are snapshots, so a screen that reads slowly gets the newest one when it is ready and never a queue of old
 *  ones. A customer's display may send nothing: whatever it sends is refused and counted. */
import type { CashierView, CustomerView } from '../contract/view.ts';
import type { CommandReply, Till } from '../till/till.ts';

export type ScreenRole = 'cashier' | 'customer';

/** The way out to a screen. */
export interface ScreenPeer {
  post(frame: unknown): void;
  /** Whether it still has not taken what was posted before; `caughtUp` is called once it has. */
  isBehind(): boolean;
}

export interface ScreenPort {
  /** Anything the screen sent. Never throws. */
  receive(frame: unknown): void;
  caughtUp(): void;
  readonly refused: number;
  detach(): void;
}

const MOST_COMMANDS_AT_ONCE = 32;
const MOST_ID_CHARACTERS = 40;

type FrameId = string | number;

/** The current view is posted at once. */
export function openScreenPort(till: Till, role: ScreenRole, peer: ScreenPeer): ScreenPort {
  let refused = 0;
  let underWay = 0;
  let attached = true;
  let owesView = true;

  function pushView(): void {
    if (!attached || !owesView || peer.isBehind()) return;
    owesView = false;
    const view: CashierView | CustomerView = role === 'cashier' ? till.cashierView() : till.customerView();
    peer.post({ view });
  }

  const stopChanges = till.onChange(() => {
    owesView = true;
    pushView();
  });

  function refuse(re: FrameId | null, code: string): void {
    refused += 1;
    reply(re, { ok: false, error: { code, facts: {} } });
  }

  function reply(re: FrameId | null, answer: CommandReply): void {
    if (attached) peer.post({ re, ...answer });
  }

  async function run(id: FrameId, command: Record<string, unknown>): Promise<void> {
    underWay += 1;
    const answer = await till.command(command);
    underWay -= 1;
    // What the command changed is on the screen before its reply is: a reply never describes a view not yet sent.
    pushView();
    reply(id, answer);
  }

  pushView();
  return {
    receive(frame) {
      const message = readFrame(frame);
      if (role === 'customer') refuse(message?.id ?? null, 'COMMAND_NOT_ALLOWED_HERE');
      else if (message === null) refuse(null, 'COMMAND_MALFORMED');
      else if (underWay >= MOST_COMMANDS_AT_ONCE) refuse(message.id, 'RATE_LIMITED');
      else void run(message.id, message.command);
    },
    caughtUp: pushView,
    get refused() {
      return refused;
    },
    detach() {
      attached = false;
      stopChanges();
    },
  };
}

function readFrame(frame: unknown): { id: FrameId; command: Record<string, unknown> } | null {
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) return null;
  const { id, ...command } = frame as Record<string, unknown>;
  return isFrameId(id) ? { id, command } : null;
}

function isFrameId(id: unknown): id is FrameId {
  if (typeof id === 'number') return Number.isSafeInteger(id);
  return typeof id === 'string' && id.length > 0 && id.length <= MOST_ID_CHARACTERS;
}
