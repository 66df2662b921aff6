import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { type BankTls, dialTcp } from '../../../gateway/banks/dial-tcp.ts';
import { makeCertificates } from './certificates.ts';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Ended {
  readonly opened: boolean;
  readonly cause: string | null;
  readonly heard: string;
}

/** Says `hello` when open, and ends when `world` has come or the other side ends. */
function talk(port: number, tls: BankTls | null): Promise<Ended> {
  return new Promise((resolve) => {
    let opened = false;
    let heard = '';
    let end = (): void => {};
    dialTcp(
      { host: '127.0.0.1', port },
      tls,
    )({
      onOpen: (socket) => {
        opened = true;
        end = () => socket.terminate();
        socket.write(Buffer.from('hel'));
        socket.write(Buffer.from('lo'));
      },
      onBytes: (bytes) => {
        heard += Buffer.from(bytes).toString();
        if (heard === 'world') end();
      },
      onClosed: (cause) => resolve({ opened, cause, heard }),
    });
  });
}

const answering = (chunks: string[]) => (socket: Socket) => {
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    chunks.push(bytes.toString());
    socket.write('world');
  });
};

describe('dialling a bank', () => {
  test('over plain TCP carries bytes both ways, one turn’s writes in one piece', async () => {
    const chunks: string[] = [];
    const server = createServer(answering(chunks));
    const port = await listening(server);
    expect(await talk(port, null)).toEqual({ opened: true, cause: null, heard: 'world' });
    expect(chunks).toEqual(['hello']);
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([false, true])(
    'says what was written in the turn in which it ends (TLS: %s)',
    async (overTls) => {
      const { caPem, bank } = makeCertificates();
      const chunks: string[] = [];
      const hear = (socket: Socket) =>
        new Promise((resolve) => {
          socket.on('error', () => {});
          socket.on('data', (bytes) => chunks.push(bytes.toString()));
          socket.on('close', resolve);
        });
      let heard: Promise<unknown> = Promise.resolve();
      const serve = (socket: Socket): void => {
        heard = hear(socket);
      };
      const keys = { cert: bank.certPem, key: bank.keyPem };
      const server = overTls ? createTlsServer(keys, serve) : createServer(serve);
      const address = { host: '127.0.0.1', port: await listening(server) };
      const tls = overTls ? { caPem, serverName: 'host.bank.test', client: null } : null;
      await new Promise<void>((resolve) => {
        dialTcp(
          address,
          tls,
        )({
          onOpen: (socket) => {
            socket.write(Buffer.from('fare'));
            socket.write(Buffer.from('well'));
            socket.terminate();
          },
          onBytes: () => {},
          onClosed: () => resolve(),
        });
      });
      await new Promise((resolve) => server.close(resolve));
      await heard;
      expect(chunks.join('')).toBe('farewell');
    },
  );

  test('that does not listen ends with the system’s code', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await talk(port, null)).toEqual({ opened: false, cause: 'ECONNREFUSED', heard: '' });
  });

  test('that closes its half is a closed connection', async () => {
    const server = createServer((socket) => socket.resume().end());
    const port = await listening(server);
    expect(await talk(port, null)).toMatchObject({ opened: true, heard: '' });
    await new Promise((resolve) => server.close(resolve));
  });

  test('over TLS checks authority and name, takes no version below 1.3, and shows our certificate', async () => {
    const certificates = makeCertificates();
    const chunks: string[] = [];
    const { caPem, bank, gateway, strangerCaPem } = certificates;
    const asked = { requestCert: true, rejectUnauthorized: false, cert: bank.certPem, key: bank.keyPem };
    const callers: unknown[] = [];
    const serve = (socket: TLSSocket): void => {
      callers.push(socket.getPeerCertificate().subject?.CN);
      answering(chunks)(socket);
    };
    const server = createTlsServer(asked, serve);
    const old = createTlsServer({ ...asked, maxVersion: 'TLSv1.2' }, serve);
    for (const each of [server, old]) each.on('tlsClientError', () => {});
    const [port, oldPort] = [await listening(server), await listening(old)];
    const tls = { caPem, serverName: 'host.bank.test', client: gateway };
    expect(await talk(port, tls)).toEqual({ opened: true, cause: null, heard: 'world' });
    expect(callers).toEqual(['gateway.test']);
    expect((await talk(port, { ...tls, serverName: 'other.bank.test' })).cause).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect((await talk(port, { ...tls, caPem: strangerCaPem })).opened).toBe(false);
    expect((await talk(oldPort, tls)).opened).toBe(false);
    expect(chunks).toEqual(['hello']);
    for (const each of [server, old]) await new Promise((resolve) => each.close(resolve));
  });
});
