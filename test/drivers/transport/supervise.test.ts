import { describe, expect, test } from 'vitest';
import type { DeviceState } from '../../../drivers/contract/device.ts';
import {
  type OpenRawLink,
  type RawLinkEvents,
  superviseTransport,
} from '../../../drivers/transport/supervise.ts';
import { virtualRuntime } from '../virtual-runtime.ts';

function links(): { open: OpenRawLink; opened: RawLinkEvents[]; destroyed: () => number } {
  const opened: RawLinkEvents[] = [];
  let destroyed = 0;
  return {
    opened,
    destroyed: () => destroyed,
    open: (events) => {
      opened.push(events);
      return {
        write: async () => undefined,
        destroy: async () => {
          destroyed += 1;
        },
      };
    },
  };
}

describe('a supervised link', () => {
  test('goes from opening to ready, is reopened after a loss, and tells each change once', async () => {
    const { open, opened, destroyed } = links();
    const runtime = virtualRuntime();
    const transport = superviseTransport(open, runtime);
    const seen: DeviceState[] = [transport.state];
    transport.onState((state) => seen.push(state));
    opened[0]?.opened();
    opened[0]?.lost('absent');
    opened[0]?.lost('absent');
    await runtime.advance(500);
    opened[1]?.opened();
    expect(seen).toEqual(['opening', 'ready', 'absent', 'ready']);
    expect([opened.length, destroyed()]).toEqual([2, 1]);
    await transport.close();
  });

  test('waits half a second, then twice as long each time, and never more than five seconds', async () => {
    const { open, opened } = links();
    const runtime = virtualRuntime();
    const transport = superviseTransport(open, runtime);
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const before = opened.length;
      opened[before - 1]?.lost('absent');
      let waited = 0;
      while (opened.length === before && waited < 10_000) {
        await runtime.advance(250);
        waited += 250;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    await transport.close();
  });

  test('begins again at half a second after it was ready', async () => {
    const { open, opened } = links();
    const runtime = virtualRuntime();
    const transport = superviseTransport(open, runtime);
    opened[0]?.lost('absent');
    await runtime.advance(500);
    opened[1]?.lost('absent');
    await runtime.advance(1_000);
    opened[2]?.opened();
    opened[2]?.lost('faulted');
    await runtime.advance(500);
    expect(opened.length).toBe(4);
    await transport.close();
  });

  test('a lost link’s late bytes reach nobody', async () => {
    const { open, opened } = links();
    const transport = superviseTransport(open, virtualRuntime());
    const seen: number[] = [];
    transport.onData((bytes) => seen.push(...bytes));
    opened[0]?.opened();
    opened[0]?.data(Uint8Array.of(1));
    opened[0]?.lost('absent');
    opened[0]?.data(Uint8Array.of(2));
    expect(seen).toEqual([1]);
    await transport.close();
  });

  test('a write without a link is refused with its code', async () => {
    const { open } = links();
    const transport = superviseTransport(open, virtualRuntime());
    await expect(transport.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    await transport.close();
  });

  test('closed, it never opens again and tells nobody', async () => {
    const { open, opened, destroyed } = links();
    const runtime = virtualRuntime();
    const transport = superviseTransport(open, runtime);
    const seen: DeviceState[] = [];
    transport.onState((state) => seen.push(state));
    opened[0]?.opened();
    await transport.close();
    await transport.close();
    opened[0]?.lost('absent');
    await runtime.advance(60_000);
    expect([seen, opened.length, destroyed()]).toEqual([['ready'], 1, 1]);
  });
});
