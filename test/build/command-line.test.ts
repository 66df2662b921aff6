import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { CommandLineError, helpText, parseCommandLine } from '../../build/command-line.ts';
import { ROOT } from '../../build/process.ts';

const COMMAND = {
  name: 'npm run weigh',
  says: 'Weighs something.',
  words: { name: 'what', of: ['apples', 'pears'] },
  options: {
    times: { kind: 'whole', from: 1, default: 3, says: 'how often' },
    most: { kind: 'whole', from: 0, says: 'grams' },
    unit: { kind: 'one', of: ['g', 'lb'], default: 'g', says: 'what is printed' },
    label: { kind: 'text', says: 'above it' },
    json: { kind: 'flag', says: 'one JSON object last' },
  },
} as const;

const line = (...args: string[]) => parseCommandLine(COMMAND, args);

test('options come as what they are, and what is not said as it is by default', () => {
  expect(line('pears')).toEqual({
    words: ['pears'],
    values: { times: 3, most: undefined, unit: 'g', label: undefined, json: false },
  });
  expect(line('--times=12', 'apples', '--unit', 'lb', '--most', '0', '--label', 'a b', '--json')).toEqual({
    words: ['apples'],
    values: { times: 12, most: 0, unit: 'lb', label: 'a b', json: true },
  });
  expect(line('apples', '--times', '1', '--times', '2')?.values.times).toBe(2);
});

test.each([
  [['apples', '--tims', '3'], /no option --tims.*--times --most --unit --label --json --help/],
  [['apples', '-t'], /no option -t/],
  [['apples', '--times', '0'], /--times takes a whole number from 1, not "0"/],
  [['apples', '--times', '-1'], /--times takes a whole number from 1, not "-1"/],
  [['apples', '--times', '1e3'], /--times takes a whole number from 1, not "1e3"/],
  [['apples', '--times', '99999999999999999999'], /--times takes a whole number from 1/],
  [['apples', '--times='], /--times takes a whole number from 1, not ""/],
  [['apples', '--times'], /--times takes a whole number from 1/],
  [['apples', '--unit', 'kg'], /--unit takes one of g, lb, not "kg"/],
  [['apples', '--json=yes'], /--json takes no value/],
  [['plums'], /one of apples, pears, not "plums"/],
  [['apples', 'pears'], /one of apples, pears, not "apples pears"/],
  [[], /one of apples, pears/],
] as const)('%j is refused with what it takes', (args, sentence) => {
  expect(() => line(...args)).toThrow(CommandLineError);
  expect(() => line(...args)).toThrow(sentence);
});

test('a command without words refuses them, and one with a word of its own takes that when none is said', () => {
  const { words, ...bare } = COMMAND;
  expect(() => parseCommandLine(bare, ['apples'])).toThrow(/options only, not "apples"/);
  expect(parseCommandLine({ ...bare, words: { ...words, default: 'pears' } }, [])?.words).toEqual(['pears']);
  expect(parseCommandLine({ ...bare, words: { name: 'hex' } }, ['01', '02'])?.words).toEqual(['01', '02']);
});

test('help names each option, what it takes and what it is when not said', () => {
  expect(line('--times', 'what', '--help')).toBeNull();
  expect(helpText(COMMAND)).toBe(`Weighs something.

  npm run weigh -- <apples | pears> [options]

  --times N      how often (3 when not said)
  --most N       grams
  --unit UNIT    what is printed: g, lb (g when not said)
  --label LABEL  above it
  --json         one JSON object last
  --help         this list
`);
});

const PROGRAMS = [
  'build/demo.ts',
  'build/describe.ts',
  'build/pictures.ts',
  'build/start.ts',
  'test/bench/main.ts',
  'test/crash/main.ts',
  'test/fuzz/main.ts',
  'test/sim/main.ts',
  'test/witness/main.ts',
];

test.each(PROGRAMS)('%s does nothing on a line it cannot take, and says why in two lines', (program) => {
  const run = (arg: string) =>
    spawnSync(process.execPath, [program, arg], { cwd: ROOT, encoding: 'utf8', timeout: 120_000 });
  const refused = run('--nonsense');
  expect(refused.stderr).toMatch(
    /^There is no option --nonsense; there are: .*--help\n`npm .* --help` lists/,
  );
  expect(refused.stderr.trimEnd().split('\n')).toHaveLength(2);
  expect(refused.stdout).toBe('');
  expect(refused.status).toBe(2);
  const helped = run('--help');
  expect(helped.stdout).toMatch(/\n {2}npm .* -- .*[\s\S]*\n {2}--help +this list\n$/);
  expect(helped.status).toBe(0);
});
