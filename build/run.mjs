// The one way into every command (`npm start`, `npm test`, `npm run …`): sets the machine up, then runs the command's
// program on the Node that the project brings. Plain JavaScript without dependencies, because it runs before they exist.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WINDOWS = process.platform === 'win32';
const NODE = join(ROOT, 'node_modules', 'node', 'bin', WINDOWS ? 'node.exe' : 'node');

/** What each command runs, and which Debian packages it needs (command -> package). `wants` are useful, not needed. */
const COMMANDS = {
  start: { program: ['build/start.ts'], needs: {}, wants: { socat: 'socat' } },
  demo: { program: ['build/demo.ts'], needs: { socat: 'socat' }, wants: {} },
  test: {
    program: ['build/test.ts'],
    needs: {
      chromium: 'chromium',
      socat: 'socat',
      zbarimg: 'zbar-tools',
      Xvfb: 'xvfb',
      xdotool: 'xdotool',
      setxkbmap: 'x11-xkb-utils',
      strace: 'strace',
      tshark: 'tshark',
    },
    wants: {},
  },
  crash: { program: ['test/crash/main.ts'], needs: { strace: 'strace' }, wants: {} },
  sim: { program: ['test/sim/main.ts'], needs: {}, wants: {} },
  fuzz: { program: ['test/fuzz/main.ts'], needs: {}, wants: {} },
  bench: {
    program: ['test/bench/main.ts'],
    needs: { chromium: 'chromium', socat: 'socat' },
    wants: { strace: 'strace' },
  },
  describe: { program: ['build/describe.ts'], needs: {}, wants: {} },
  bank: { program: ['gateway/bank-cli.ts'], needs: {}, wants: {} },
  log: { program: ['gateway/log-cli.ts'], needs: {}, wants: {} },
  witness: { program: ['test/witness/main.ts'], needs: { tshark: 'tshark' }, wants: {} },
  pictures: { program: ['build/pictures.ts'], needs: { chromium: 'chromium', socat: 'socat' }, wants: {} },
};

function say(text) {
  process.stderr.write(`${text}\n`);
}

function refuse(text) {
  say(text);
  process.exit(1);
}

function onPath(command) {
  return spawnSync(WINDOWS ? 'where' : 'which', [command], { stdio: 'ignore' }).status === 0;
}

function missing(list) {
  return [
    ...new Set(
      Object.entries(list)
        .filter(([command]) => !onPath(command))
        .map(([, name]) => name),
    ),
  ];
}

function apt(packages) {
  const root = process.getuid?.() === 0;
  const before = root ? [] : ['sudo', '-n'];
  const run = (args) => {
    const [command, ...rest] = [...before, 'apt-get', ...args];
    return (
      spawnSync(command, rest, {
        stdio: ['ignore', 2, 2],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0
    );
  };
  return run(['update', '-q']) && run(['install', '-y', '-q', '--no-install-recommends', ...packages]);
}

function ensureDebianPackages(command, needs, wants) {
  const lacking = missing(needs);
  const wanted = missing(wants);
  if (lacking.length + wanted.length === 0) return;
  if (existsSync('/etc/debian_version') && onPath('apt-get')) {
    say(`Installing Debian packages: ${[...lacking, ...wanted].join(' ')}`);
    if (apt([...lacking, ...wanted])) return;
  }
  if (lacking.length > 0)
    refuse(`\`${command}\` needs these programs, install them and run it again: ${lacking.join(' ')}`);
  say(`Going on without: ${wanted.join(' ')}`);
}

/** Installs the packages of the lock file once per lock file, platform and processor.
 *
 *  `npm ci` would refuse the lock file wherever a registry does not carry every platform's binaries, because it wants all
 *  optional packages listed. `npm install --no-save` takes the locked versions and leaves the file alone. The lock file was
 *  made on Linux; elsewhere npm would miss that platform's binaries in it, so there the ranges of package.json decide. */
function ensureNodePackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const mark = createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
  const markFile = join(ROOT, 'node_modules', '.amur-installed');
  const has = existsSync(NODE) && existsSync(markFile) && readFileSync(markFile, 'utf8') === mark;
  if (has) return;
  say('Installing packages (once) …');
  const how = process.platform === 'linux' ? '--no-save' : '--no-package-lock';
  const done = spawnSync('npm', ['install', how, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: WINDOWS,
  });
  if (done.status !== 0 || !existsSync(NODE))
    refuse('`npm install` did not finish; see its messages above, then run the command again.');
  mkdirSync(dirname(markFile), { recursive: true });
  writeFileSync(markFile, mark);
}

const [name = '', ...rest] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) refuse(`Unknown command "${name}"; there are: ${Object.keys(COMMANDS).join(' ')}`);
const major = Number.parseInt(process.versions.node, 10);
if (major < 20)
  refuse(
    `Amur needs Node.js 20 or newer to set itself up and this is ${process.version}; install it and run the command again.`,
  );
ensureNodePackages();
ensureDebianPackages(name, command.needs, command.wants);

const child = spawn(NODE, [...command.program, ...rest], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(NODE)}${WINDOWS ? ';' : ':'}${process.env.PATH ?? ''}` },
});
// Ctrl-C reaches the child by the terminal's process group; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
