/** The PIN pad's connectors: TCP, and a serial line on a pseudo-terminal. Pulling the plug takes both away. */
import type { Pty } from '../pty.ts';
import { openTcpPort, type TcpPort } from '../tcp-port.ts';
import type { PinPadDevice } from './pin-pad-device.ts';

const CONNECTION_LIMIT = 4;

export function listenForTill(device: PinPadDevice, host: string, port: number): Promise<TcpPort> {
  return openTcpPort({ host, port }, CONNECTION_LIMIT, (socket) => {
    const link = device.connect({
      send: (bytes) => {
        if (socket.writable) socket.write(bytes);
      },
      cut: () => socket.destroy(),
    });
    if (link === null) socket.destroy();
    socket.on('data', (chunk) => link?.receive(chunk));
    return () => link?.close();
  });
}

export interface PadSerial {
  readonly path: string;
  close(): Promise<void>;
}

/** `open` makes the port; it goes away with the plug and comes back with it. Rejects when it cannot be made at first. */
export async function keepSerial(device: PinPadDevice, open: () => Promise<Pty>): Promise<PadSerial> {
  const first = await open();
  let wanted = true;
  let current: Promise<(() => Promise<void>) | null> = Promise.resolve(attach(device, first));
  const change = (): void => {
    current = current.then(async (detach) => {
      const wish = wanted && device.plugged;
      if (wish === (detach !== null)) return detach;
      if (detach !== null) {
        await detach();
        return null;
      }
      return open().then(
        (pty) => attach(device, pty),
        () => null,
      );
    });
  };
  const stop = device.onPlug(change);
  return {
    path: first.path,
    close: async () => {
      wanted = false;
      stop();
      change();
      await current;
    },
  };
}

/** A serial line has nobody who hangs up: what the device drops by itself it takes up again at once. */
function attach(device: PinPadDevice, pty: Pty): () => Promise<void> {
  let attached = true;
  let link = connect();
  function connect(): ReturnType<PinPadDevice['connect']> {
    return device.connect({
      send: (bytes) => pty.write(bytes),
      cut: () => {
        link = null;
      },
    });
  }
  const stop = pty.onData((bytes) => {
    if (attached && link === null) link = connect();
    link?.receive(bytes);
  });
  return async () => {
    attached = false;
    stop();
    link?.close();
    await pty.close();
  };
}
