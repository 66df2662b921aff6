/** Stands in the line between the terminal and the gateway, whose bytes it cannot read: what it can do is lose them. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class LineTap {
  readonly port: number;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private deaf = false;
  private target = 0;

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
    server.on('connection', (terminal) => this.join(terminal));
  }

  static open(): Promise<LineTap> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(new LineTap(server, typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
  }

  leadTo(port: number): void {
    this.target = port;
  }

  /** From now on nothing the gateway says arrives. */
  loseAnswers(): void {
    this.deaf = true;
  }

  /** Ends the connections that lost something; new ones are whole. */
  mend(): void {
    for (const socket of this.sockets) socket.destroy();
    this.deaf = false;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(terminal: Socket): void {
    const gateway = connect(this.target, '127.0.0.1');
    for (const socket of [terminal, gateway]) {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        terminal.destroy();
        gateway.destroy();
      });
    }
    terminal.on('data', (chunk: Buffer) => gateway.write(chunk));
    gateway.on('data', (chunk: Buffer) => {
      if (!this.deaf) terminal.write(chunk);
    });
  }
}
