/** What a page finds of its host: frames out (the cashier's page only) and frames in. Runs sandboxed, as one CommonJS
 *  file. The customer's page gets a bridge whose `post` does nothing, and the host refuses it besides. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { ScreenBridge } from './contract/bridge.ts';

/** The page's MessagePort; this project's types are Node's, which have another one. */
interface PagePort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(frame: unknown): void;
  close(): void;
}

const CHANNEL = 'amur:port';
const readOnly = !process.argv.includes('--amur-role=cashier');
const listeners = new Set<(frame: unknown) => void>();
const waiting = new Set<unknown>();
let port: PagePort | null = null;
let lastView: unknown = null;

function receive(frame: unknown): void {
  if (typeof frame !== 'object' || frame === null) return;
  if ('view' in frame) lastView = frame;
  if ('re' in frame) waiting.delete(frame.re);
  for (const listener of listeners) listener(frame);
}

/** A new port means a new host: what the old one was asked will not be answered. */
function attach(fresh: PagePort): void {
  port?.close();
  port = fresh;
  const lost = [...waiting];
  for (const re of lost) receive({ re, ok: false, error: { code: 'HOST_UNREACHABLE', facts: {} } });
  fresh.onmessage = (event) => receive(event.data);
}

ipcRenderer.on(CHANNEL, (event: IpcRendererEvent) => {
  const [fresh] = event.ports as unknown as readonly PagePort[];
  if (fresh !== undefined) attach(fresh);
});
ipcRenderer.send(CHANNEL);

const bridge = {
  post(frame: unknown): void {
    if (readOnly) return;
    if (typeof frame === 'object' && frame !== null && 'id' in frame) waiting.add(frame.id);
    port?.postMessage(frame);
  },
  onFrame(listener: (frame: unknown) => void): () => void {
    listeners.add(listener);
    if (lastView !== null) listener(lastView);
    return () => {
      listeners.delete(listener);
    };
  },
} satisfies ScreenBridge;

contextBridge.exposeInMainWorld('amur', bridge);
