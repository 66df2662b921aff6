import { builtinModules } from 'node:module';
import { describe, expect, test } from 'vitest';
import { type Import, importsOf, readSource, resolveRelative, roomOf, sourceFiles } from './sources.ts';

function breach(path: string, one: Import): string | null {
  const room = roomOf(path);
  if (room === null) return null;
  const target = resolveRelative(path, one.specifier);
  if (target === null) {
    const bare = one.specifier.replace(/^node:/, '');
    if (room.nodeModules === undefined || !builtinModules.includes(bare)) return null;
    return room.nodeModules.includes(one.specifier)
      ? null
      : `${path} imports ${one.specifier}. ${room.instead}`;
  }
  const allowed = [room.room, ...room.mayImport, ...(one.typeOnly ? (room.mayImportTypes ?? []) : [])];
  if (allowed.some((prefix) => target.startsWith(prefix))) return null;
  return `${path} imports ${target}${one.typeOnly ? ' (types)' : ''}. ${room.instead}`;
}

describe('rooms', () => {
  test('import only what the table allows', () => {
    const breaches = sourceFiles().flatMap((path) =>
      importsOf(path, readSource(path))
        .map((one) => breach(path, one))
        .filter((found) => found !== null),
    );
    expect(breaches).toEqual([]);
  });

  test('breaches are found: a renderer importing the journal, the kernel importing anything, a type through a pure wall', () => {
    expect(
      breach('renderer/cashier/app.tsx', { specifier: '../../electron/journal/journal.ts', typeOnly: true }),
    ).toMatch(/journal/);
    expect(breach('renderer/cashier/app.tsx', { specifier: 'node:fs', typeOnly: false })).toMatch(/node:fs/);
    expect(breach('gateway/kernel/money.ts', { specifier: '../wire/messages.ts', typeOnly: true })).toMatch(
      /wire/,
    );
    expect(breach('gateway/fx/cbr.ts', { specifier: '../ledger/transfer.ts', typeOnly: false })).toMatch(
      /ledger/,
    );
    expect(breach('gateway/fx/cbr.ts', { specifier: '../ledger/transfer.ts', typeOnly: true })).toBeNull();
    expect(
      breach('gateway/main.ts', { specifier: '../simulators/alipay/books.ts', typeOnly: false }),
    ).toMatch(/simulators/);
    expect(
      breach('electron/sale/basket.ts', { specifier: '../../drivers/printer/encoder.ts', typeOnly: false }),
    ).toMatch(/drivers/);
  });
});
