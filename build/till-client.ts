/** A cashier without hands: speaks to a served terminal exactly as its screen does, one WebSocket, commands and views. */
import { WebSocket } from 'ws';
import type { CashierCommand } from '../electron/contract/commands.ts';
import type { CashierView, ScreenName, ScreenView } from '../electron/contract/view.ts';

type HostFrame =
  | { readonly view: CashierView }
  | { readonly re: string; readonly ok: true; readonly result: unknown }
  | {
      readonly re: string;
      readonly ok: false;
      readonly error: { readonly code: string; readonly facts: Record<string, unknown> };
    };

export class CommandRefused extends Error {
  readonly code: string;
  constructor(command: string, code: string, facts: unknown) {
    super(`${command} was refused: ${code} ${JSON.stringify(facts)}`);
    this.code = code;
  }
}

export class TillClient {
  private readonly socket: WebSocket;
  private latest: CashierView | null = null;
  private sequence = 0;
  private readonly replies = new Map<string, (frame: HostFrame) => void>();
  private readonly watchers = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.take(JSON.parse(data.toString()) as HostFrame));
    socket.on('close', () => this.lost());
    socket.on('error', () => this.lost());
  }

  /** `cashierAddress` is the one the terminal announced, with its token. */
  static connect(cashierAddress: string): Promise<TillClient> {
    const page = new URL(cashierAddress);
    const socket = new WebSocket(`ws://${page.host}/cashier`, { origin: page.origin });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => {
        const client = new TillClient(socket);
        socket.send(JSON.stringify({ token: page.searchParams.get('token') }));
        client.until(() => true, 10_000).then(() => resolve(client), reject);
      });
    });
  }

  get view(): CashierView {
    if (this.latest === null) throw new Error('The terminal has shown nothing yet.');
    return this.latest;
  }

  /** Sends a command; resolves with its result, rejects with CommandRefused. */
  send(command: CashierCommand, withinMs = 30_000): Promise<unknown> {
    this.sequence += 1;
    const id = `c${this.sequence}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.replies.delete(id);
        reject(new Error(`${command.command} had no reply within ${withinMs} ms.`));
      }, withinMs);
      this.replies.set(id, (frame) => {
        clearTimeout(timer);
        if (!('re' in frame)) return;
        if (frame.ok) resolve(frame.result);
        else reject(new CommandRefused(command.command, frame.error.code, frame.error.facts));
      });
      this.socket.send(JSON.stringify({ id, ...command }));
    });
  }

  /** Resolves with the first view, the present one included, that `holds`. */
  until(holds: (view: CashierView) => boolean, withinMs = 30_000): Promise<CashierView> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.latest === null || !holds(this.latest)) return;
        done();
        resolve(this.latest);
      };
      const timer = setTimeout(() => {
        done();
        reject(
          new Error(
            `The awaited screen did not come within ${withinMs} ms; the terminal shows ${this.latest?.screen.name}.`,
          ),
        );
      }, withinMs);
      const done = () => {
        clearTimeout(timer);
        this.watchers.delete(look);
      };
      this.watchers.add(look);
      look();
    });
  }

  async screen<N extends ScreenName>(name: N, withinMs = 30_000): Promise<Extract<ScreenView, { name: N }>> {
    const view = await this.until((one) => one.screen.name === name, withinMs);
    return view.screen as Extract<ScreenView, { name: N }>;
  }

  /** Called with every view from now on. */
  onView(look: (view: CashierView) => void): void {
    this.watchers.add(() => look(this.view));
  }

  close(): void {
    this.socket.close();
  }

  private take(frame: HostFrame): void {
    if ('view' in frame) {
      this.latest = frame.view;
      for (const watcher of [...this.watchers]) watcher();
      return;
    }
    const reply = this.replies.get(frame.re);
    this.replies.delete(frame.re);
    reply?.(frame);
  }

  private lost(): void {
    const waiting = [...this.replies.entries()];
    this.replies.clear();
    for (const [id, reply] of waiting)
      reply({ re: id, ok: false, error: { code: 'TERMINAL_LOST', facts: {} } });
  }
}
