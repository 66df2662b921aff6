/** Listening, and a TCP port that hangs up on whoever is connected when it closes. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface ListenAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface TcpPort extends ListenAddress {
  close(): Promise<void>;
}

/** The port it got. Rejects when it cannot be had. */
export function listening(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** `serve` answers with what is to be done once the connection is gone. */
export async function openTcpPort(
  address: ListenAddress,
  connectionsMost: number,
  serve: (socket: Socket) => () => void,
): Promise<TcpPort> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A host that goes away in the middle of its work is everyday life for a device.
    socket.on('error', () => socket.destroy());
    const gone = serve(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      gone();
    });
  });
  server.maxConnections = connectionsMost;
  const port = await listening(server, address);
  return {
    host: address.host,
    port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
