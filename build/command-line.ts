/** What a command of the project takes on its line, as data: read, checked and explained in one way. A line that cannot be
 *  taken ends the command before it does anything, with a sentence that names the option and what it takes (exit 2). */
import { parseArgs } from 'node:util';

type Kind =
  | { readonly kind: 'flag' }
  | { readonly kind: 'whole'; readonly from: number; readonly default?: number }
  | { readonly kind: 'one'; readonly of: readonly string[]; readonly default?: string }
  | { readonly kind: 'text'; readonly default?: string };

export type Option = Kind & {
  /** What it is for, on its line of `--help`. */
  readonly says: string;
};

export interface Command {
  /** As it is typed: `npm run sim`. */
  readonly name: string;
  readonly says: string;
  /** Words beside the options; none where this is not said. Of those in `of` one is wanted, or `default` when none is said. */
  readonly words?: { readonly name: string; readonly of?: readonly string[]; readonly default?: string };
  readonly options: Readonly<Record<string, Option>>;
}

type Read<O extends Option> = O extends { readonly kind: 'flag' }
  ? boolean
  : O extends { readonly kind: 'whole' }
    ? number
    : O extends { readonly of: readonly (infer V)[] }
      ? V
      : string;
type ValueOf<O extends Option> =
  | Read<O>
  | (O extends { readonly kind: 'flag' } | { readonly default: number | string } ? never : undefined);

export interface CommandLine<C extends Command> {
  readonly values: { readonly [N in keyof C['options']]: ValueOf<C['options'][N]> };
  readonly words: readonly string[];
}

/** The line cannot be taken: the message names the option or word, and what it takes. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

export const JSON_RESULT = { json: { kind: 'flag', says: 'one JSON object last' } } as const;

const HELP = { kind: 'flag', says: 'this list' } as const satisfies Option;

function takes(option: Option): string {
  if (option.kind === 'whole') return `a whole number from ${option.from}`;
  if (option.kind === 'one') return `one of ${option.of.join(', ')}`;
  return option.kind === 'text' ? 'a text' : 'no value';
}

function readValue(name: string, option: Option, given: string | undefined): string | number | undefined {
  if (option.kind === 'flag') return undefined;
  if (given === undefined) return option.default;
  const number = Number(given);
  const fits =
    option.kind === 'whole'
      ? /^\d+$/.test(given) && Number.isSafeInteger(number) && number >= option.from
      : option.kind === 'text' || option.of.includes(given);
  if (!fits) throw new CommandLineError(`--${name} takes ${takes(option)}, not "${given}".`);
  return option.kind === 'whole' ? number : given;
}

/** Reads a command's arguments (without node and program).
 *  @returns null when its help is asked for.
 *  @throws {CommandLineError} */
export function parseCommandLine<const C extends Command>(
  command: C,
  args: readonly string[],
): CommandLine<C> | null {
  const options: Readonly<Record<string, Option>> = { ...command.options, help: HELP };
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { kind }]) => [
        name,
        { type: kind === 'flag' ? 'boolean' : 'string' },
      ]),
    ),
    ...{ allowPositionals: true, strict: false, tokens: true },
  });
  const given = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const known = Object.keys(options).map((name) => `--${name}`);
      throw new CommandLineError(`There is no option ${token.rawName}; there are: ${known.join(' ')}`);
    }
    if ((option.kind === 'flag') !== (token.value === undefined))
      throw new CommandLineError(`${token.rawName} takes ${takes(option)}.`);
    given.set(token.name, token.value ?? '');
  }
  if (given.has('help')) return null;
  const values = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [
      name,
      option.kind === 'flag' ? given.has(name) : readValue(name, option, given.get(name)),
    ]),
  );
  return { values: values as CommandLine<C>['values'], words: readWords(command, words) };
}

function readWords(command: Command, given: readonly string[]): readonly string[] {
  if (command.words === undefined && given.length > 0)
    throw new CommandLineError(`It takes options only, not "${given[0]}".`);
  const { of, default: otherwise } = command.words ?? {};
  const words = given.length === 0 && otherwise !== undefined ? [otherwise] : given;
  if (of !== undefined && (words.length !== 1 || !of.includes(words[0] ?? '')))
    throw new CommandLineError(`It takes one of ${of.join(', ')}, not "${words.join(' ')}".`);
  return words;
}

export function helpText(command: Command): string {
  const rows = Object.entries({ ...command.options, help: HELP }).map(([name, option]: [string, Option]) => {
    const value = option.kind === 'flag' ? '' : option.kind === 'whole' ? ' N' : ` ${name.toUpperCase()}`;
    const otherwise =
      option.kind === 'flag' || option.default === undefined ? '' : ` (${option.default} when not said)`;
    const range = option.kind === 'one' ? `: ${option.of.join(', ')}` : '';
    return [`--${name}${value}`, `${option.says}${range}${otherwise}`] as const;
  });
  const width = Math.max(...rows.map(([option]) => option.length));
  const word = command.words === undefined ? '' : ` <${command.words.of?.join(' | ') ?? command.words.name}>`;
  const lines = rows.map(([option, says]) => `  ${option.padEnd(width)}  ${says}`);
  return `${command.says}\n\n  ${command.name} --${word} [options]\n\n${lines.join('\n')}\n`;
}

/** The line of this process; what cannot be taken, and help, end it here. */
export function readCommandLine<const C extends Command>(command: C): CommandLine<C> {
  try {
    const line = parseCommandLine(command, process.argv.slice(2));
    if (line !== null) return line;
    process.stdout.write(helpText(command));
    process.exit(0);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    process.stderr.write(`${error.message}\n\`${command.name} -- --help\` lists what it takes.\n`);
    process.exit(2);
  }
}
