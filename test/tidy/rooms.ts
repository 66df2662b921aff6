/** The import table of the house, as data. Paths are relative to the project and use `/`. */

export interface Room {
  /** Files whose path starts with this belong to the room; the longest prefix wins. */
  readonly room: string;
  /** Prefixes it may import from, beside itself. */
  readonly mayImport: readonly string[];
  /** Prefixes it may import from by `import type` only. */
  readonly mayImportTypes?: readonly string[];
  /** What to do instead, for the message of a breach. */
  readonly instead: string;
  /** No Node built-in modules beside these. */
  readonly nodeModules?: readonly string[];
}

const PURE = [
  'gateway/iso8583/',
  'gateway/keys/',
  'gateway/fx/',
  'gateway/ledger/',
  'gateway/settlement/',
  'gateway/reconciliation/',
];

const PURE_NODE = ['node:crypto'];
const KERNEL = 'gateway/kernel/';
const WIRE = 'gateway/wire/';
const PORTS = [
  'gateway/payments/ports.ts',
  'gateway/payments/wallet-port.ts',
  'gateway/payments/service.ts',
  'gateway/payments/card/bank-totals.ts',
  'gateway/payments/card/books.ts',
  'gateway/payments/card/matters.ts',
  'gateway/payments/card/ports.ts',
  'gateway/payments/card/records.ts',
  'gateway/console/ports.ts',
  'gateway/console/contract/',
];

export const ROOMS: readonly Room[] = [
  {
    room: KERNEL,
    mayImport: [],
    nodeModules: [],
    instead: 'The kernel imports nothing: pass what it needs as an argument.',
  },
  {
    room: WIRE,
    mayImport: [KERNEL],
    nodeModules: ['node:buffer', 'node:crypto'],
    instead: 'Messages know only the kernel.',
  },
  {
    room: 'drivers/contract/',
    mayImport: [KERNEL],
    nodeModules: [],
    instead: 'A contract knows only the kernel.',
  },
  {
    room: 'electron/contract/',
    mayImport: [KERNEL, 'drivers/contract/'],
    nodeModules: [],
    instead: 'What a screen may ask knows only the kernel and the drivers’ contract.',
  },
  ...PURE.map((room) => ({
    room,
    mayImport: [KERNEL],
    mayImportTypes: PURE,
    nodeModules: PURE_NODE,
    instead:
      'A pure room imports the kernel, and other pure rooms by `import type`; hand the value in as an argument.',
  })),
  {
    room: 'gateway/payments/',
    mayImport: [KERNEL, WIRE, ...PURE],
    nodeModules: PURE_NODE,
    instead: 'Payments are pure: add a port in ports.ts and implement it in store, wallets or banks.',
  },
  {
    room: 'gateway/run/',
    mayImport: [KERNEL, WIRE, 'gateway/payments/', ...PURE],
    nodeModules: PURE_NODE,
    instead: 'Running work reaches the world through the ports of gateway/payments.',
  },
  {
    room: 'gateway/hsm/',
    mayImport: [KERNEL, 'gateway/keys/'],
    nodeModules: ['node:worker_threads'],
    instead: 'A driver of a security module knows the port it implements, and no key.',
  },
  ...['gateway/store/', 'gateway/wallets/', 'gateway/banks/'].map((room) => ({
    room,
    mayImport: [KERNEL, WIRE, ...PORTS, ...PURE],
    instead: 'An adapter knows the kernel, the ports and the pure room it carries, never another adapter.',
  })),
  {
    room: 'gateway/edge/',
    mayImport: [KERNEL, WIRE, 'gateway/payments/', 'gateway/run/'],
    mayImportTypes: PURE,
    instead: 'An edge talks to payments and run; what it needs from an adapter is handed in by main.ts.',
  },
  {
    room: 'gateway/console/contract/',
    mayImport: [KERNEL],
    nodeModules: [],
    instead: 'What the operator’s pages are answered knows only the kernel.',
  },
  {
    room: 'gateway/console/',
    mayImport: [
      KERNEL,
      WIRE,
      'gateway/payments/',
      'gateway/run/',
      // Limits by address are the same at every door.
      'gateway/edge/address.ts',
      'gateway/edge/token-bucket.ts',
    ],
    mayImportTypes: PURE,
    instead:
      'The pages talk to payments and run; what they need from an adapter is handed in by bank-main.ts.',
  },
  { room: 'gateway/', mayImport: ['gateway/'], instead: 'The composition root stays inside the gateway.' },
  {
    room: 'drivers/transport/',
    mayImport: ['drivers/contract/', KERNEL],
    instead: 'A transport carries bytes and knows no device.',
  },
  {
    room: 'drivers/',
    mayImport: ['drivers/contract/', 'drivers/transport/', KERNEL],
    instead: 'A driver knows its contract and a transport, never another driver.',
  },
  {
    room: 'electron/devices/',
    mayImport: ['electron/', 'drivers/', KERNEL, WIRE],
    instead: 'Devices are opened here from drivers.',
  },
  {
    room: 'electron/card/',
    mayImport: ['electron/', KERNEL, WIRE, 'drivers/contract/', 'gateway/iso8583/'],
    instead: 'Card messages use the shared codec and the drivers’ contract.',
  },
  {
    room: 'electron/',
    mayImport: ['electron/', KERNEL, WIRE, 'drivers/contract/'],
    instead: 'Ask electron/devices for a device and the gateway link for a payment.',
  },
  {
    room: 'renderer/',
    mayImport: ['renderer/', 'electron/contract/', 'gateway/console/contract/', KERNEL],
    nodeModules: [],
    instead: 'A screen shows the view and sends commands; the host does the rest.',
  },
  {
    room: 'simulators/',
    mayImport: [
      'simulators/',
      KERNEL,
      WIRE,
      'drivers/contract/',
      'electron/contract/',
      // Published vectors and a dissector witness these two.
      'gateway/iso8583/',
      'gateway/keys/',
    ],
    instead: 'A simulator that shares our code shares its bugs: write it from the specification.',
  },
  {
    room: 'build/',
    mayImport: [
      'build/',
      KERNEL,
      WIRE,
      'electron/contract/',
      'electron/shift/staff.ts',
      // The set-up makes one machine's card keys and issues the cards of its drawer.
      'gateway/keys/',
      'simulators/bank/issue.ts',
      'simulators/pinpad/card-deck.ts',
    ],
    instead: 'Scripts start the real processes and talk to them from outside.',
  },
  {
    room: 'build/days/',
    mayImport: ['build/', 'gateway/', 'simulators/', 'test/sim/'],
    instead:
      'The played days put the real parts together over the seeded world, the only place where days pass at once.',
  },
  {
    room: 'build/demo-days.ts',
    mayImport: ['build/'],
    instead: 'It plays and prints; what it plays is in build/days.',
  },
  {
    room: 'build/describe.ts',
    mayImport: ['gateway/iso8583/', KERNEL, 'build/command-line.ts'],
    instead: 'The table of a message is made by gateway/iso8583/describe.ts; this script prints it.',
  },
  { room: 'test/', mayImport: [''], instead: '' },
];

/** Files that may read clocks, start timers and draw random bytes: composition roots and adapters of the clock. */
export const CLOCK_ALLOWED: readonly RegExp[] = [
  /^gateway\/(main|bank-main|bank-cli|log-cli)\.ts$/,
  /^(gateway|electron|simulators)\/system-runtime\.ts$/,
  /^electron\/(main|host|serve)\.ts$/,
  /^simulators\/counter\.ts$/,
  /^simulators\/[a-z]+\/main\.ts$/,
  /^simulators\/alipay\/phone\/phone\.js$/,
  /^renderer\/(cashier|console|customer|gallery)\/main\.tsx?$/,
  /^renderer\/clock\.ts$/,
  /^renderer\/vite\.config\.ts$/,
  /^build\//,
  /^test\//,
];

/** Longest file, in lines. */
export const FILE_LINES_MAX = 500;
