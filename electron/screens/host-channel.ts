/** How the terminal's process is spoken to by the shell that started it. Under Electron a screen is a MessagePort of its
 *  own; a plain Node parent has one channel, so there every frame names its screen. */
import type { Till } from '../till/till.ts';
import { openScreenPort, type ScreenPort, type ScreenRole } from './screen-port.ts';

/** What the shell may ask of the host. */
export type ShellRequest =
  | { readonly kind: 'screen'; readonly role: ScreenRole; readonly screen?: number }
  | { readonly kind: 'frame'; readonly screen: number; readonly frame: unknown }
  | { readonly kind: 'may_quit' }
  | { readonly kind: 'stop' };

/** What the host tells the shell. */
export type HostMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'may_quit'; readonly unknown: boolean }
  | { readonly kind: 'frame'; readonly screen: number; readonly frame: unknown }
  | { readonly kind: 'failed'; readonly sentence: string };

/** The part of Electron's MessagePortMain that a screen needs. */
export interface PortLike {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(frame: unknown): void;
  start(): void;
}

export interface HostWorld {
  readonly till: Till;
  somethingUnknown(): boolean;
  stop(): void;
  tell(message: HostMessage): void;
}

/** Handles one message of the shell; anything that is not one is left alone. */
export function hostChannel(world: HostWorld): (message: unknown, ports: readonly PortLike[]) => void {
  const screens = new Map<number, ScreenPort>();
  return (message, ports) => {
    const request = readRequest(message);
    switch (request?.kind) {
      case 'screen': {
        const [port] = ports;
        if (port !== undefined) servePort(world, request.role, port);
        else if (request.screen !== undefined) {
          screens.get(request.screen)?.detach();
          screens.set(request.screen, serveChannel(world, request.role, request.screen));
        }
        break;
      }
      case 'frame':
        screens.get(request.screen)?.receive(request.frame);
        break;
      case 'may_quit':
        world.tell({ kind: 'may_quit', unknown: world.somethingUnknown() });
        break;
      case 'stop':
        world.stop();
        break;
      case undefined:
        break;
    }
  };
}

function servePort(world: HostWorld, role: ScreenRole, port: PortLike): void {
  const screen = openScreenPort(world.till, role, {
    post: (frame) => port.postMessage(frame),
    isBehind: () => false,
  });
  port.on('message', (event) => screen.receive(event.data));
  port.on('close', () => screen.detach());
  port.start();
}

function serveChannel(world: HostWorld, role: ScreenRole, screen: number): ScreenPort {
  return openScreenPort(world.till, role, {
    post: (frame) => world.tell({ kind: 'frame', screen, frame }),
    isBehind: () => false,
  });
}

function readRequest(message: unknown): ShellRequest | null {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return null;
  const { kind, role, screen, frame } = message as Record<string, unknown>;
  switch (kind) {
    case 'screen':
      if (role !== 'cashier' && role !== 'customer') return null;
      return typeof screen === 'number' ? { kind, role, screen } : { kind, role };
    case 'frame':
      return typeof screen === 'number' ? { kind, screen, frame } : null;
    case 'may_quit':
    case 'stop':
      return { kind };
    default:
      return null;
  }
}
