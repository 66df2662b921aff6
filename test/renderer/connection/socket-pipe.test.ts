import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { CASHIER_VIEWS } from '../../fixtures/views/cashier-views.ts';
import { type ScreenHarness, screenHarness } from '../harness.ts';

let harness: ScreenHarness;
beforeAll(async () => {
  harness = await screenHarness();
});
afterAll(async () => {
  await harness.close();
});

interface Host {
  readonly messages: unknown[];
  readonly paths: string[];
  current(): WebSocket;
}

/** A host that shows the sale to whoever brings the right token. */
function host(): Host {
  const sockets: WebSocket[] = [];
  const messages: unknown[] = [];
  const paths: string[] = [];
  const server = new WebSocketServer({ noServer: true });
  harness.server.removeAllListeners('upgrade');
  harness.server.on('upgrade', (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (opened) => {
      paths.push(request.url ?? '');
      sockets.push(opened);
      opened.on('message', (data) => {
        const message = JSON.parse(String(data)) as Record<string, unknown>;
        messages.push(message);
        if (message.token === 'right') opened.send(JSON.stringify({ view: CASHIER_VIEWS.sale }));
      });
    });
  });
  return {
    messages,
    paths,
    current() {
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error('No screen has connected.');
      return socket;
    },
  };
}

describe('a screen served to a browser', () => {
  test('gives its token first, then shows what the host says and sends what is pressed', async () => {
    const { messages, paths } = host();
    const page = await harness.browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(`${harness.origin}/cashier/?token=right`);
    await page.getByTestId('screen-sale').waitFor();
    await page.keyboard.press('F8');
    await expect.poll(() => messages.length).toBe(3);
    expect(messages[0]).toEqual({ token: 'right' });
    expect(messages.slice(1)).toContainEqual({ id: expect.any(Number), command: 'cash_begin' });
    expect(paths).toEqual(['/cashier']);
    await page.close();
  });

  test('says that the link is lost, takes no keys meanwhile, and comes back by itself', async () => {
    const till = host();
    const page = await harness.browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(`${harness.origin}/cashier/?token=right`);
    await page.getByTestId('screen-sale').waitFor();
    till.current().close();
    await page.getByTestId('link-lost').waitFor();
    expect(await page.getByTestId('link-lost').textContent()).toContain('Связь с кассой потеряна');
    await page.getByTestId('link-lost').waitFor({ state: 'detached' });
    expect(till.paths.length).toBeGreaterThan(1);
    await page.close();
  });

  test('shows nothing of the till to a wrong token', async () => {
    host();
    const page = await harness.browser.newPage({ viewport: { width: 1366, height: 768 } });
    await page.goto(`${harness.origin}/cashier/?token=wrong`);
    await page.getByTestId('link-lost').waitFor();
    expect(await page.getByTestId('screen-sale').count()).toBe(0);
    await page.close();
  });
});
