import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILE_LINES_MAX } from './rooms.ts';
import { projectFiles, ROOT, readSource, sourceFiles } from './sources.ts';

const TEXT = /\.(ts|tsx|mjs|js|json|md|css|html|yml|sql|csv|txt)$/;

describe('files', () => {
  test(`have at most ${FILE_LINES_MAX} lines`, () => {
    const long = sourceFiles()
      .map((path) => [path, readSource(path).split('\n').length] as const)
      .filter(([, lines]) => lines > FILE_LINES_MAX);
    expect(long).toEqual([]);
  });

  test('have names that say what they hold', () => {
    const vague = sourceFiles().filter((path) =>
      /^(utils?|helpers?|common|misc|index)\.[a-z]+$/.test(basename(path)),
    );
    expect(vague).toEqual([]);
  });

  test('leave nothing unfinished, unchecked or skipped', () => {
    // The words are put together here, so that this file does not find itself.
    const words = [
      'TO' + 'DO',
      'FIX' + 'ME',
      'XX' + 'X',
      '@ts-' + 'ignore',
      '@ts-' + 'nocheck',
      'biome-' + 'ignore',
      'as an' + 'y',
    ];
    const pattern = new RegExp(`(^|[^A-Za-z])(${words.join('|')})([^A-Za-z]|$)`);
    const skipped = new RegExp(
      `\\b(it|test|describe)\\.(${['sk' + 'ip', 'on' + 'ly', 'to' + 'do'].join('|')})\\b`,
    );
    const found = sourceFiles().flatMap((path) =>
      readSource(path)
        .split('\n')
        .flatMap((line, index) =>
          pattern.test(line) || skipped.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
    expect(found).toEqual([]);
  });

  test('name no path of a machine, no registry, and hold no private key', () => {
    const machine = new RegExp(`(^|[^.\\w-])/(${['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me'].join('|')})/[a-z]`);
    const registry = new RegExp(`"${'reso' + 'lved'}": "http`);
    const key = new RegExp(`${'BEGIN'} (RSA |EC |)PRIVATE KEY-----\\n[A-Za-z0-9+/]`);
    const found = projectFiles()
      .filter((path) => TEXT.test(path))
      .flatMap((path) => {
        const text = readFileSync(join(ROOT, path), 'utf8');
        return machine.test(text) || registry.test(text) || key.test(text) ? [path] : [];
      });
    expect(found).toEqual([]);
  });

  test('are small enough to be sources, fonts excepted', () => {
    const large = projectFiles().filter((path) => statSync(join(ROOT, path)).size > 1024 * 1024);
    expect(large).toEqual([]);
  });
});
