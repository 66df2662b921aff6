import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { selfSigned } from './self-signed.ts';
import {
  APP_ID,
  alipayKeys,
  LI,
  merchantKeys,
  PIN,
  pemOf,
  SELLER_ID,
  signedParams,
} from './wallet-fixture.ts';

const ENTRY = join(import.meta.dirname, '../../../simulators/alipay/main.ts');

let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wallet-process-'));
  children = [];
  writeFileSync(join(directory, 'merchant.pem'), pemOf(merchantKeys.publicKey));
  writeFileSync(join(directory, 'alipay.pem'), pemOf(alipayKeys.privateKey));
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function configure(changes: Record<string, unknown> = {}): string {
  const path = join(directory, 'config.json');
  const buyer = {
    buyerId: LI,
    logonId: '138****0001',
    name: '李雷',
    accountClass: 'III',
    pin: PIN,
    balanceFen: '500000',
  };
  const config = {
    data: join(directory, 'data'),
    listen: { host: '127.0.0.1', port: 0 },
    tls: null,
    appId: APP_ID,
    sellerId: SELLER_ID,
    merchantName: '东方小店',
    merchantPublicKey: join(directory, 'merchant.pem'),
    alipayPrivateKey: join(directory, 'alipay.pem'),
    rates: { RUB: '0.08871' },
    buyers: [buyer],
    ...changes,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

interface Started {
  readonly child: ChildProcess;
  readonly addresses: Readonly<Record<'gateway' | 'control' | 'phone', string>>;
}

function start(config: string): Promise<Started> {
  const child = spawn(process.execPath, [ENTRY, '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (line) =>
      resolve({ child, ...(JSON.parse(String(line)) as object) } as Started),
    );
    child.once('exit', (code) => reject(new Error(`The simulator ended with ${String(code)}.`)));
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
  });

async function post(url: string, body: string | URLSearchParams): Promise<Record<string, unknown>> {
  return (await (await fetch(url, { method: 'POST', body })).json()) as Record<string, unknown>;
}

test('what was acknowledged before kill -9 is there after it', async () => {
  const config = configure();
  const first = await start(config);
  const { code } = await post(`${first.addresses.control}/payment-code`, JSON.stringify({ buyerId: LI }));
  const biz = { out_trade_no: 'K1', scene: 'bar_code', auth_code: code, subject: 'x', total_amount: '12.34' };
  const form = new URLSearchParams([...signedParams('alipay.trade.pay', biz)]);
  expect(await post(first.addresses.gateway, form)).toMatchObject({
    alipay_trade_pay_response: { code: '10000' },
  });
  first.child.kill('SIGKILL');
  await ended(first.child);
  const second = await start(config);
  const query = new URLSearchParams([...signedParams('alipay.trade.query', { out_trade_no: 'K1' })]);
  expect(await post(second.addresses.gateway, query)).toMatchObject({
    alipay_trade_query_response: { trade_status: 'TRADE_SUCCESS' },
  });
  const books = (await (await fetch(`${second.addresses.control}/books`)).json()) as Record<string, unknown>;
  expect(books).toMatchObject({ faults: [], buyers: [{ buyerId: LI, balanceFen: '498766' }] });
  second.child.kill('SIGTERM');
  expect(await ended(second.child)).toBe(0);
});

test('the phone page is served with a policy, its fonts and nothing else of the disk', async () => {
  const { addresses } = await start(configure());
  const page = await fetch(addresses.phone);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const path of ['/phone.js', '/phone.css', '/fonts/sc-400.woff2', '/fonts/cyrillic-700.woff2'])
    expect((await fetch(`${addresses.phone}${path}`)).status).toBe(200);
  for (const path of ['/../main.ts', '/%2e%2e/main.ts', '/config.ts'])
    expect((await fetch(`${addresses.phone}${path}`)).status).toBe(404);
});

test('malformed requests are refused and the process goes on', async () => {
  const { addresses } = await start(configure());
  const send = (body: string | Uint8Array<ArrayBuffer>) => fetch(addresses.gateway, { method: 'POST', body });
  expect((await send('method=a&method=b')).status).toBe(400);
  expect((await send(new Uint8Array(70_000))).status).toBe(413);
  expect(await (await send('%%%&=1')).json()).toMatchObject({ error_response: { code: '40001' } });
  expect((await fetch(`${addresses.control}/__proto__`)).status).toBe(404);
  expect((await fetch(`${addresses.control}/arm`, { method: 'POST', body: '[' })).status).toBe(400);
});

test('plain HTTP is refused beyond loopback', async () => {
  const config = configure({ listen: { host: '0.0.0.0', port: 0 } });
  await expect(start(config)).rejects.toThrow(/ended/);
});

test('with a certificate it speaks TLS 1.3', async () => {
  const { cert, key } = selfSigned();
  writeFileSync(join(directory, 'cert.pem'), cert);
  writeFileSync(join(directory, 'key.pem'), key);
  const tls = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  const { addresses } = await start(configure({ tls }));
  const protocol = await new Promise((resolve, reject) => {
    const asked = request(addresses.phone, { ca: cert }, (response) => {
      response.resume();
      resolve(
        'getProtocol' in response.socket
          ? (response.socket as import('node:tls').TLSSocket).getProtocol()
          : null,
      );
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(protocol).toBe('TLSv1.3');
});
