import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePrograms } from '../../build/bundle.ts';
import type { ScreenBridge } from '../../electron/contract/bridge.ts';

let folder: string;
let source: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'amur-preload-'));
  await bundlePrograms(folder);
  source = readFileSync(join(folder, 'preload.cjs'), 'utf8');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

class PagePort {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly posted: unknown[] = [];
  closed = false;
  postMessage(frame: unknown): void {
    this.posted.push(frame);
  }
  close(): void {
    this.closed = true;
  }
}

/** Runs the built file as Electron does: a CommonJS module whose only module is `electron`. */
function load(role: 'cashier' | 'customer') {
  const required: string[] = [];
  const sent: string[] = [];
  const exposed = new Map<string, unknown>();
  let onPort: ((event: { ports: PagePort[] }) => void) | null = null;
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, api: unknown) => exposed.set(name, api) },
    ipcRenderer: {
      on: (_channel: string, listener: (event: { ports: PagePort[] }) => void) => {
        onPort = listener;
      },
      send: (channel: string) => sent.push(channel),
    },
  };
  const load = (name: string): unknown => {
    required.push(name);
    if (name === 'electron') return electron;
    throw new Error(`A sandboxed preload cannot load ${name}.`);
  };
  runInNewContext(source, {
    require: load,
    module: { exports: {} },
    exports: {},
    process: { argv: [`--amur-role=${role}`] },
  });
  const bridge = exposed.get('amur') as ScreenBridge;
  return {
    required,
    sent,
    exposed,
    bridge,
    give: (port: PagePort) => onPort?.({ ports: [port] }),
  };
}

test('the built preload is one file that loads nothing but electron', () => {
  const { required } = load('cashier');
  expect(required).toEqual(['electron']);
  for (const name of builtinModules) expect(source).not.toContain(`require("${name}")`);
});

test('it exposes the bridge and nothing of Electron, and asks for its port', () => {
  const { exposed, bridge, sent } = load('cashier');
  expect([...exposed.keys()]).toEqual(['amur']);
  expect(Object.keys(bridge).sort()).toEqual(['onFrame', 'post']);
  expect(sent).toEqual(['amur:port']);
});

test('frames go both ways, and a late listener gets the last view', () => {
  const { bridge, give } = load('cashier');
  const port = new PagePort();
  give(port);
  bridge.post({ id: 1, command: 'next' });
  port.onmessage?.({ data: { view: { revision: 4 } } });
  const seen: unknown[] = [];
  const stop = bridge.onFrame((frame) => seen.push(frame));
  port.onmessage?.({ data: { re: 1, ok: true, result: null } });
  stop();
  port.onmessage?.({ data: { view: { revision: 5 } } });
  expect(port.posted).toEqual([{ id: 1, command: 'next' }]);
  expect(seen).toEqual([{ view: { revision: 4 } }, { re: 1, ok: true, result: null }]);
});

test('the customer’s page can send nothing', () => {
  const { bridge, give } = load('customer');
  const port = new PagePort();
  give(port);
  bridge.post({ id: 1, command: 'sale_clear' });
  expect(port.posted).toEqual([]);
});

test('what a lost host was asked is answered as unreachable when a new one comes', () => {
  const { bridge, give } = load('cashier');
  const [first, second] = [new PagePort(), new PagePort()];
  const seen: unknown[] = [];
  bridge.onFrame((frame) => seen.push(frame));
  give(first);
  bridge.post({ id: 9, command: 'next' });
  give(second);
  bridge.post({ id: 10, command: 'next' });
  expect(first.closed).toBe(true);
  expect(seen).toEqual([{ re: 9, ok: false, error: { code: 'HOST_UNREACHABLE', facts: {} } }]);
  expect(second.posted).toEqual([{ id: 10, command: 'next' }]);
});
