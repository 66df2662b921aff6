import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openSecret, Secret } from '../../../gateway/kernel/secret.ts';

const CODE = '281234567890123456';
const secret = new Secret(CODE, '3456');

describe('A secret', () => {
  test('opens only by the call that can be searched for', () => {
    expect(openSecret(secret)).toBe(CODE);
  });

  test.each([
    ['text', () => String(secret)],
    ['a template', () => `${secret}`],
    ['JSON', () => JSON.stringify({ code: secret })],
    ['inspection', () => inspect({ code: secret }, { depth: 9, showHidden: true })],
    ['its own fields', () => JSON.stringify(Object.entries(secret))],
    ['a copy', () => JSON.stringify({ ...secret })],
    ['an error', () => inspect(new Error(`refused ${secret}`, { cause: secret }))],
  ])('does not show itself in %s', (_where, show) => {
    expect(show()).not.toContain(CODE);
    expect(show()).not.toContain(CODE.slice(0, 6));
  });

  test('shows its hint, or none', () => {
    expect(String(secret)).toBe('[secret …3456]');
    expect(String(new Secret('x'))).toBe('[secret]');
  });

  test('is not carried by a copy of the object', () => {
    expect(() => openSecret(structuredClone({ ...secret }) as unknown as Secret<string>)).toThrow(TypeError);
  });
});
