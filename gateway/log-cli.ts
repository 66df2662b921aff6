/** `npm run log -- <command>`: the transparency log for those who keep it, for partner banks that witness it, and for
 *  whoever wants to check. All but `publish`, `disclose` and `verify --database` works from files alone. */
import { requireNode } from './kernel/node-version.ts';

requireNode();

import { parseArgs } from 'node:util';
import { AmurError } from './kernel/errors.ts';
import {
  disclose,
  keyOf,
  type Outcome,
  proveEntry,
  proveGrowth,
  publish,
  showKey,
  verifyDatabase,
  verifyFolder,
  verifyProofFile,
  witness,
} from './log-commands.ts';

const USAGE = `npm run log -- <command> [--json]
  key      --key-file KEY.pem --name NAME [--cosigner]       the public key, as it is given away
  publish  --database FILE --log DIR --key KEY [--cosigned NOTE]...
  disclose --database FILE [--mid MID]... [--party NAME]... --out FILE
  prove    --log DIR --key KEY --disclosed FILE --ref ID --out FILE     that an entry stands in the log
  prove    --log DIR --key KEY --since NOTE --out FILE                  that the log continues that checkpoint
  witness  --log DIR --key KEY --key-file WITNESS.pem --name NAME --seen FILE --out NOTE
  verify   --key KEY --proof FILE [--witness KEY]...
  verify   --key KEY --log DIR [--disclosed FILE]
  verify   --key KEY --database FILE [--checkpoint NOTE]...
KEY is a key's text or a file that holds it.`;

const OPTIONS = {
  database: { type: 'string' },
  log: { type: 'string' },
  key: { type: 'string' },
  'key-file': { type: 'string' },
  name: { type: 'string' },
  cosigner: { type: 'boolean', default: false },
  witness: { type: 'string', multiple: true, default: [] as string[] },
  cosigned: { type: 'string', multiple: true, default: [] as string[] },
  mid: { type: 'string', multiple: true, default: [] as string[] },
  party: { type: 'string', multiple: true, default: [] as string[] },
  checkpoint: { type: 'string', multiple: true, default: [] as string[] },
  disclosed: { type: 'string' },
  ref: { type: 'string' },
  since: { type: 'string' },
  seen: { type: 'string' },
  proof: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

class UsageError extends Error {}

const readArguments = () => parseArgs({ allowPositionals: true, options: OPTIONS });
type Values = ReturnType<typeof readArguments>['values'];
type Named = { [N in keyof Values]: Values[N] extends string | undefined ? N : never }[keyof Values] & string;

function run(command: string | undefined, values: Values): Outcome {
  const needed = (name: Named): string => {
    const value = values[name];
    if (typeof value !== 'string') throw new UsageError(`${command} needs --${name}.`);
    return value;
  };
  const key = () => keyOf(needed('key'));
  switch (command) {
    case 'key':
      return showKey(needed('key-file'), needed('name'), values.cosigner ? 'cosignature' : 'ed25519');
    case 'publish':
      return publish(needed('database'), needed('log'), key(), values.cosigned);
    case 'disclose':
      return disclose(needed('database'), { mids: values.mid, parties: values.party }, needed('out'));
    case 'prove':
      return values.since === undefined
        ? proveEntry(needed('log'), key(), needed('disclosed'), needed('ref'), needed('out'))
        : proveGrowth(needed('log'), key(), values.since, needed('out'));
    case 'witness': {
      const by = { keyFile: needed('key-file'), name: needed('name'), at: Date.now() };
      return witness(needed('log'), key(), by, needed('seen'), needed('out'));
    }
    case 'verify':
      if (values.proof !== undefined) return verifyProofFile(values.proof, key(), values.witness.map(keyOf));
      if (values.log !== undefined) return verifyFolder(values.log, key(), values.disclosed ?? null);
      return verifyDatabase(needed('database'), key(), values.checkpoint);
    default:
      throw new UsageError(command === undefined ? 'Name a command.' : `There is no command ${command}.`);
  }
}

/** What the world did: a wrong argument, a file that is not there, a proof that does not hold. A bug is thrown on. */
function refusalOf(error: unknown): {
  readonly code: string;
  readonly sentence: string;
  readonly exit: number;
} {
  if (error instanceof AmurError) {
    const facts = Object.entries(error.facts).map(([name, value]) => ` ${name} ${value}`);
    return { code: error.code, sentence: `${error.code}: ${error.message}${facts.join('')}`, exit: 1 };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) {
    return { code: 'USAGE', sentence: `${(error as Error).message}\n${USAGE}`, exit: 2 };
  }
  if (/^(E[A-Z]+|SQLITE_[A-Z]+)$/.test(code)) {
    return { code, sentence: `${code}: ${(error as Error).message}`, exit: 1 };
  }
  throw error;
}

const wantsJson = process.argv.includes('--json');
const conditions = { command: process.argv[2] ?? null, node: process.version };
try {
  const { values, positionals } = readArguments();
  const { ok, lines, facts } = run(positionals[0], values);
  const text = wantsJson ? JSON.stringify({ ...facts, ok, conditions }) : lines.join('\n');
  process.stdout.write(`${text}\n`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  const { code, sentence, exit } = refusalOf(error);
  process.stderr.write(`${sentence}\n`);
  if (wantsJson) process.stdout.write(`${JSON.stringify({ ok: false, code, conditions })}\n`);
  process.exitCode = exit;
}
