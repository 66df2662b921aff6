import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureCertificates, spkiPin } from '../../build/certificates.ts';
import { dialTls } from '../../electron/gateway-client/dial-tls.ts';
import { enrol } from '../../electron/gateway-client/enrol.ts';
import { type CountingLink, openGatewayLink } from '../../electron/gateway-client/gateway-link.ts';
import { openIdentity } from '../../electron/gateway-client/identity.ts';
import { systemRuntime } from '../../electron/system-runtime.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const TID = '10000001';

let directory = '';
let configFile = '';
let trust = { caPem: '', gatewayPin: '' };
const started: { kill(signal: 'SIGKILL'): unknown }[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amur-gateway-'));
  const paths = await ensureCertificates(join(directory, 'certificates'), Date.now());
  trust = { caPem: readFileSync(paths.caCert, 'utf8'), gatewayPin: spkiPin(readFileSync(paths.gatewayCert)) };
  configFile = join(directory, 'gateway.json');
  writeFileSync(
    configFile,
    JSON.stringify({
      name: 'amur-gateway',
      listen: { host: '127.0.0.1', port: 0 },
      tls: { certFile: paths.gatewayCert, keyFile: paths.gatewayKey },
      databaseFile: 'data/gateway.sqlite',
      activationLifeMs: 3_600_000,
      rates: {
        file: join(ROOT, 'gateway/fx/sample/XML_daily.xml'),
        rereadEveryMs: 5_000,
        quoteLifeMs: 900_000,
        maxAgeDays: 60,
        sanity: { lowest: '5', highest: '25' },
      },
      alipay: {
        gatewayUrl: 'https://127.0.0.1:9/gateway.do',
        appId: '2021000000000001',
        sellerId: '2088000000000001',
        privateKeyFile: paths.alipayAppPrivateKey,
        alipayPublicKeyFile: paths.alipayPlatformPublicKey,
        caFile: paths.caCert,
        notifyUrl: null,
        timeoutMs: 5_000,
        timeoutExpress: '5m',
      },
      merchants: [
        {
          mid: '100000000000001',
          name: 'ООО Амур',
          nameZh: '阿穆尔',
          inn: '2801000000',
          address: 'Благовещенск',
          markupBp: 150,
          terms: {
            converter: 'acquirer',
            settleCurrency: 'CNY',
            mdrBp: 100,
            mdrReturned: true,
            refundRatePolicy: 'original',
          },
        },
      ],
      terminals: [{ tid: TID, mid: '100000000000001' }],
      payments: { inquiriesMost: 3 },
      edge: { pingEveryMs: 1_000 },
    }),
  );
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [join(ROOT, 'gateway/main.ts'), '--config', configFile, ...args]);
  started.push(child);
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const line = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { child, exited, errors: () => errors, line: Promise.race([line, exited.then(() => errors)]) };
}

const up = (link: CountingLink) =>
  new Promise<void>((resolve) => {
    const check = () => link.state === 'up' && resolve();
    link.onState(check);
    check();
  });

describe('the gateway process', () => {
  test('enrols a terminal by a code issued while it runs, serves it, hears of its revocation and stops cleanly', async () => {
    const gateway = run();
    const ready = JSON.parse(await gateway.line);
    expect(ready).toMatchObject({ ready: true, name: 'gateway' });
    const issued = run('--issue-activation', TID);
    const { activationCode } = JSON.parse(await issued.line);
    expect(await issued.exited).toBe(0);

    const runtime = systemRuntime();
    const fresh = openIdentity(join(directory, 'terminal'), runtime.random);
    const software = 'amur-test 1';
    const identity = await enrol({
      ...{ url: ready.addresses.enrolment, trust, activationCode, identity: fresh, software, runtime },
    });
    if (process.platform !== 'win32') {
      expect(statSync(join(directory, 'terminal', 'terminal-key.pem')).mode & 0o777).toBe(0o600);
    }
    const { signer } = openIdentity(join(directory, 'terminal'), runtime.random);
    expect(signer?.tid).toBe(identity.enrolled?.tid);
    if (signer === null) throw new Error('not enrolled');
    const dial = dialTls(ready.addresses.terminals, trust);
    const link = openGatewayLink({ dial, signer, software, runtime });
    await up(link);
    expect(link.merchant?.inn).toBe('2801000000');
    const totals = await link.request('day.totals', { businessDate: '2026-11-22' }, 5_000);
    expect(totals).toMatchObject({ payments: 0, open: 0 });

    const refused = new Promise<void>((resolve) => link.onState((state) => state === 'refused' && resolve()));
    expect(await run('--revoke', TID).exited).toBe(0);
    await refused;
    await link.close();

    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
    const events = gateway
      .errors()
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).event);
    expect(events).toEqual(expect.arrayContaining(['ready', 'terminal_enrolled', 'link_open', 'stopping']));
  });

  test('refuses a configuration by naming the place, in one line', async () => {
    const config = JSON.parse(readFileSync(configFile, 'utf8'));
    config.rates.maxAgeDays = 'long';
    writeFileSync(configFile, JSON.stringify(config));
    const refused = run();
    expect(await refused.exited).toBe(1);
    expect(refused.errors()).toMatch(/^Configuration: .* at \/rates\/maxAgeDays: .*\n$/);
    writeFileSync(
      configFile,
      JSON.stringify({ ...config, rates: { ...config.rates, maxAgeDays: 60 }, run: { x: 1 } }),
    );
    const unknown = run();
    expect(await unknown.exited).toBe(1);
    expect(unknown.errors()).toContain('/run/x');
  });
});
