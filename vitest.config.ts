import { defineConfig } from 'vitest/config';

/** Tests that start whole processes or a browser have the machine to themselves, one file after another; all others share it. */
const SYSTEM = [
  'test/e2e/**/*.test.ts',
  'test/crash/**/*.test.ts',
  'test/build/{demo,demo-days,estate}.test.ts',
  'test/gateway/log-cli.test.ts',
  'test/simulators/bank/process.test.ts',
  'test/renderer/screens.test.ts',
  'test/renderer/{cashier,connection,customer}/*.test.ts',
  'test/renderer/scanner/wedge-adapter.test.ts',
  'test/bench/**/*.test.ts',
  'test/gateway/iso8583/tshark.test.ts',
];

/** No test measures time, so this only ends what hangs: a rented machine may be given a tenth of its processor for minutes. */
const HANGS_AFTER_MS = 300_000;

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: SYSTEM,
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: HANGS_AFTER_MS,
          hookTimeout: HANGS_AFTER_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'system',
          include: SYSTEM,
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: HANGS_AFTER_MS,
          hookTimeout: HANGS_AFTER_MS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
