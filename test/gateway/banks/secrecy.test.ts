import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createBank } from '../../../gateway/banks/bank-port.ts';
import type { Dial } from '../../../gateway/banks/dial.ts';
import { dialTcp } from '../../../gateway/banks/dial-tcp.ts';
import { DEFAULT_BANK_LIMITS } from '../../../gateway/banks/terms.ts';
import { PAN, PIN, TRACK2 } from './bank-keys.ts';
import { linkWorld, reversalOf, sale, TERMS } from './link-world.ts';

/** The number as text, in BCD and in Base64, and the same for the track. */
function traces(): readonly string[] {
  const bcd = Buffer.from(PAN, 'hex');
  return [
    PAN,
    TRACK2,
    PAN.slice(6),
    bcd.toString('latin1'),
    bcd.toString('base64'),
    Buffer.from(PAN).toString('hex'),
  ];
}

describe('a card number and a PIN', () => {
  test('are in no log line, no outcome and no stored key, whatever goes wrong', async () => {
    const link = linkWorld();
    await link.up();
    const outcomes: unknown[] = [];
    const request = sale(link, {}, true);
    const ask = async (changes = {}) =>
      outcomes.push(
        await link.world.complete(link.bank.request(sale(link, { card: request.card, ...changes }))),
      );
    await ask();
    await ask({ merchantName: 'x'.repeat(100) });
    await ask({ categoryCode: 'not digits' });
    await ask({ emv: new Uint8Array(2_000) });
    await ask({ amount: { ...request.amount, amountMinor: 10n ** 15n } });
    await ask({ card: { ...request.card, account: { ...request.card.account, bytes: Buffer.alloc(24) } } });
    link.host.answerWith = () => ({ 2: PAN, 39: '05' });
    await ask();
    link.host.answerWith = () => ({ 42: '100000000000002', 2: PAN });
    await ask();
    link.host.script = (line, message) => {
      line.send(Buffer.concat([Buffer.from('0040', 'hex'), Buffer.from(TRACK2.repeat(2))]));
      return message.mti === '0200';
    };
    await ask();
    outcomes.push(await link.bank.advise({ ...reversalOf(link, request), cardId: 'another row' }));
    await link.world.advance(60_000);
    const said = JSON.stringify([outcomes, link.logged, link.late, link.keyStore.sets], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const trace of traces()) expect(said).not.toContain(trace);
    expect(said).not.toContain(`"${PIN}"`);
    expect(outcomes.map((outcome) => (outcome as { kind: string }).kind)).toEqual([
      'answered',
      'answered',
      'not_sent',
      'not_sent',
      'not_sent',
      'not_sent',
      'answered',
      'unknown',
      'unknown',
      'not_sent',
    ]);
  });

  test('are wiped from what was packed, when it has left', async () => {
    const written: Uint8Array[] = [];
    const link = linkWorld();
    const watching: Dial = (handlers) =>
      link.host.dial({
        ...handlers,
        onOpen: (socket) =>
          handlers.onOpen({
            get queuedBytes() {
              return socket.queuedBytes;
            },
            write: (bytes) => {
              written.push(bytes);
              return socket.write(bytes);
            },
            terminate: () => socket.terminate(),
          }),
      });
    const bank = createBank({
      terms: TERMS,
      limits: DEFAULT_BANK_LIMITS,
      spec: link.host.rules.spec,
      dials: [watching],
      hsm: link.keys.gateway,
      terminalKey: link.keys.terminalKey,
      panKey: 'store.pan',
      keyStore: link.keyStore,
      runtime: link.world.process(),
      log: () => {},
    });
    await link.up(bank);
    await link.world.complete(bank.request(sale(link, {}, true)));
    expect(written.length).toBeGreaterThan(4);
    expect(link.host.of('0200')).toHaveLength(1);
    for (const bytes of written) expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  test('leave the real socket’s memory when they have left the socket', async () => {
    const arrived: Buffer[] = [];
    const server = createServer((socket) => socket.on('data', (bytes) => arrived.push(Buffer.from(bytes))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const given = [Buffer.from(PAN), Buffer.from(TRACK2)];
    const size = PAN.length + TRACK2.length;
    await new Promise<void>((resolve) => {
      dialTcp(
        { host: '127.0.0.1', port },
        null,
      )({
        onOpen: (socket) => {
          for (const bytes of given) expect(socket.write(bytes)).toBe(true);
          const wait = (): void => {
            if (Buffer.concat(arrived).length < size || socket.queuedBytes > 0) {
              setTimeout(wait, 2);
              return;
            }
            socket.terminate();
          };
          wait();
        },
        onBytes: () => {},
        onClosed: () => resolve(),
      });
    });
    await new Promise((resolve) => server.close(resolve));
    expect(Buffer.concat(arrived).toString()).toBe(PAN + TRACK2);
    for (const bytes of given) expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});
