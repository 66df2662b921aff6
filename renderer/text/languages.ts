/** The words and codes of a language. */
import type { Language } from '../../electron/contract/commands.ts';
import type { Codes } from './code-list.ts';
import { codesEn } from './codes-en.ts';
import { codesRu } from './codes-ru.ts';
import { codesZh } from './codes-zh.ts';
import { en } from './en.ts';
import { ru, type Words } from './ru.ts';
import { zh } from './zh.ts';

export const WORDS: Readonly<Record<Language, Words>> = { ru, zh, en };
export const CODES: Readonly<Record<Language, Codes>> = { ru: codesRu, zh: codesZh, en: codesEn };
