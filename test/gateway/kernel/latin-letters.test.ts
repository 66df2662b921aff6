import { expect, test } from 'vitest';
import { acceptorName } from '../../../gateway/banks/acceptor-name.ts';
import { latinLetters } from '../../../gateway/kernel/latin-letters.ts';
import { swiftText } from '../../../gateway/settlement/files/swift-characters.ts';

const RUSSIAN = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя';
const spelled = (text: string) => [...text].map((letter) => latinLetters(letter) ?? letter).join('');

test('every letter of Russian has its spelling of passports, a capital one with one capital', () => {
  expect(spelled('Щукин Юрий Ёлкин, объект Жуков, Цой, ясень')).toBe(
    'Shchukin Iurii Elkin, obieekt Zhukov, Tsoi, iasen',
  );
  for (const letter of RUSSIAN) {
    const [small, capital] = [latinLetters(letter), latinLetters(letter.toUpperCase())];
    expect(small).toMatch(/^[a-z]{0,4}$/);
    expect(capital?.toLowerCase()).toBe(small);
    expect(capital).toMatch(/^([A-Z][a-z]{0,3})?$/);
  }
});

test('what is no letter of Russian has none', () => {
  for (const other of ['a', 'і', '结', '«', '№', '', 'аб']) expect(latinLetters(other)).toBeNull();
});

test('card banks and banks abroad are sent the same letters', () => {
  for (const letter of [...RUSSIAN, ...RUSSIAN.toUpperCase()]) {
    const text = `x${letter}x`;
    expect(acceptorName(text, '', '').trim()).toBe(`x${latinLetters(letter)}x`);
    expect(swiftText(text)).toEqual({ text: `x${latinLetters(letter)}x` });
  }
});
