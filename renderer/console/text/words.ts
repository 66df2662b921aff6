/** The operator's words by language. */
import type { Language } from '../../../electron/contract/commands.ts';
import { en } from './en.ts';
import { type ConsoleWords, ru } from './ru.ts';
import { zh } from './zh.ts';

export const CONSOLE_WORDS: Readonly<Record<Language, ConsoleWords>> = { ru, zh, en };
