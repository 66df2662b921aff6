import { expect, test } from 'vitest';
import {
  ConfigError,
  DEFAULT_POLICY,
  parseTerminalConfig,
  readTerminalConfig,
} from '../../electron/terminal-config.ts';
import { openSecret } from '../../gateway/kernel/secret.ts';
import { sampleConfig } from './sample-config.ts';

test('paths are taken from the file’s folder, and what is left out has its default', () => {
  const config = parseTerminalConfig(sampleConfig(), '/shop/till');
  expect([config.dataDir, config.catalogueCsv, config.gateway.caFile]).toEqual([
    '/shop/till/data',
    '/shop/till/goods.csv',
    '/shop/till/ca.pem',
  ]);
  expect(config.serve).toEqual({ host: '127.0.0.1', port: 8445, rendererDir: null });
  expect(config.policy).toEqual({ ...DEFAULT_POLICY, askEveryMs: 50 });
});

test('what differs for a card transaction is set one by one, and an unknown one is refused', () => {
  const card = { replyTimeoutMs: 8_000, plainLimitSchemes: ['mir'] };
  const policy = { card };
  expect(parseTerminalConfig({ ...sampleConfig(), policy }, '/').policy).toEqual({
    ...DEFAULT_POLICY,
    card,
  });
  const unknown = { card: { patience: 1 } };
  expect(() => parseTerminalConfig({ ...sampleConfig(), policy: unknown }, '/')).toThrow('"/policy/card');
});

test('the activation code is masked wherever the configuration is printed', () => {
  const config = parseTerminalConfig(sampleConfig(), '/');
  const code = config.gateway.activationCode;
  expect(JSON.stringify(config)).not.toContain('ABCD-EFGH');
  expect(code === null ? null : openSecret(code)).toBe('ABCD-EFGH-JKLM-NPQR');
});

test.each([
  ['an address that is not this machine’s own', { serve: { host: '0.0.0.0', port: 1 } }, '/serve/host'],
  ['a field nobody knows', { colour: 'red' }, ''],
  ['a gateway without TLS', { gateway: { url: 'http://a', caFile: 'a', spkiPin: 'p' } }, '/gateway/url'],
  [
    'a printer without a profile',
    { devices: { printer: { transport: 'tcp', host: 'a', port: 1 } } },
    '/devices/printer',
  ],
  [
    'a PIN in the clear',
    { staff: [{ staffId: 'a', name: 'A', supervisor: false, pin: '1234' }] },
    '/staff/0/pin',
  ],
])('%s is refused with its place', (_case, change, place) => {
  expect(() => parseTerminalConfig({ ...sampleConfig(), ...change }, '/')).toThrow(ConfigError);
  expect(() => parseTerminalConfig({ ...sampleConfig(), ...change }, '/')).toThrow(`"${place}`);
});

test('a file that is missing or not JSON is one sentence', () => {
  expect(() => readTerminalConfig('/nowhere/terminal.json')).toThrow(/cannot be read as JSON/);
});
