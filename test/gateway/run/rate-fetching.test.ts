import { describe, expect, test } from 'vitest';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { createLog } from '../../../gateway/kernel/log.ts';
import { followRateAddress } from '../../../gateway/run/rate-fetching.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';

const TERMS = { everyMs: 60_000, retryMs: 5_000 };

/** Answers each fetch with the next of `answers`, the last again and again; null never comes. */
function follow(...answers: readonly (string | null)[]) {
  const world = new VirtualWorld();
  const process = world.process();
  const loaded: string[] = [];
  const lines: string[] = [];
  const log = createLog('gateway', world.clock, (line) => {
    const entry = JSON.parse(line) as { event: string; code?: string; sourceDate?: string };
    lines.push([entry.event, entry.code ?? entry.sourceDate].join(' '));
  });
  let asked = 0;
  const fetch = async (): Promise<Uint8Array> => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? null;
    asked += 1;
    if (answer === null) throw new AmurError('LINK_DOWN', {});
    return new TextEncoder().encode(answer);
  };
  const load = (bytes: Uint8Array): string => {
    const text = new TextDecoder().decode(bytes);
    if (text === 'bad') throw new AmurError('RATE_FILE_INVALID', {});
    loaded.push(text);
    return text;
  };
  const stop = followRateAddress({ fetch, load, ...TERMS }, process, log);
  return { world, loaded, lines, stop, asked: () => asked };
}

describe('Rates fetched from an address', () => {
  test('are asked for at once and then every so often; a date that stays is said once', async () => {
    const { world, loaded, lines } = follow('2026-11-21', '2026-11-21', '2026-11-22');
    await world.advance(1);
    expect(loaded).toEqual(['2026-11-21']);
    await world.advance(120_000);
    expect(loaded).toEqual(['2026-11-21', '2026-11-21', '2026-11-22']);
    expect(lines).toEqual(['rates_loaded 2026-11-21', 'rates_loaded 2026-11-22']);
  });

  test('that do not come, or are refused, are an alarm once for each reason and asked for sooner', async () => {
    const { world, loaded, lines, asked } = follow(null, null, 'bad', 'bad', '2026-11-22', null);
    await world.advance(20_001);
    expect(asked()).toBe(5);
    expect(loaded).toEqual(['2026-11-22']);
    expect(lines).toEqual([
      'rates_refused LINK_DOWN',
      'rates_refused RATE_FILE_INVALID',
      'rates_loaded 2026-11-22',
    ]);
    await world.advance(60_000);
    expect(lines.at(-1)).toBe('rates_refused LINK_DOWN');
  });

  test('are not asked for, nor taken, after the stop', async () => {
    const { world, loaded, stop, asked } = follow('2026-11-21');
    stop();
    await world.advance(600_000);
    expect(asked()).toBe(1);
    expect(loaded).toEqual([]);
  });
});
