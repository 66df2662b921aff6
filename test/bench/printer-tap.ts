/** Stands between the terminal and its printer and notes when the first byte of each receipt goes by. Questions about the
 *  printer's state go by too; a receipt begins with the command that sets the printer up. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { nowMs } from './figures.ts';

/** ESC @ */
const BEGIN = Buffer.from([0x1b, 0x40]);

export class PrinterTap {
  readonly port: number;
  private target = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly begun: number[] = [];

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
    server.on('connection', (terminal) => this.join(terminal));
  }

  static open(): Promise<PrinterTap> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(new PrinterTap(server, typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
  }

  /** Where the printer listens; connections before this are closed, and the terminal comes again. */
  leadTo(port: number): void {
    this.target = port;
  }

  /** When the first receipt after `sinceMs` began to arrive; null while none has. */
  beganAfter(sinceMs: number): number | null {
    return this.begun.find((at) => at > sinceMs) ?? null;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(terminal: Socket): void {
    if (this.target === 0) {
      terminal.destroy();
      return;
    }
    const printer = connect(this.target, '127.0.0.1');
    for (const socket of [terminal, printer]) {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        terminal.destroy();
        printer.destroy();
      });
    }
    terminal.on('data', (chunk: Buffer) => {
      if (chunk.includes(BEGIN)) this.begun.push(nowMs());
      printer.write(chunk);
    });
    printer.on('data', (chunk: Buffer) => terminal.write(chunk));
  }
}
