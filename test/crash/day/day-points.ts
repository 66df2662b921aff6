/** The moments at which the bank's process is killed, by the job they belong to. */

export const JOBS = ['cut', 'calculate', 'write', 'import', 'reconcile', 'confirm', 'log'] as const;
export type Job = (typeof JOBS)[number];

export interface DayPoint {
  readonly job: Job;
  /** `<label>:<side>`, as the preloaded module names it. */
  readonly point: string;
  /** How often it comes at least in a whole day; the kill is at one of them. */
  readonly times: number;
}

const COMMIT = ['before_commit', 'after_commit'];
const STEP = ['before', 'after'];

/** Label -> sides and times. */
const TABLE: Readonly<Record<Job, Readonly<Record<string, readonly [readonly string[], number]>>>> = {
  cut: { 'ledger.folded': [COMMIT, 2], 'cycle.CUT': [COMMIT, 5] },
  calculate: {
    'net.line': [COMMIT, 5],
    'posted.payout_due': [COMMIT, 5],
    'cycle.CALCULATED': [COMMIT, 5],
  },
  write: {
    stage_open: [['after'], 30],
    stage_write: [['before', 'half', 'after'], 30],
    stage_sync: [STEP, 30],
    folder_sync: [STEP, 10],
    'file.staged': [COMMIT, 5],
    publish: [STEP, 30],
    'file.delivered': [COMMIT, 5],
    'cycle.SENT': [COMMIT, 5],
    'posted.payout_sent': [COMMIT, 5],
  },
  import: {
    inbox_read: [['after'], 4],
    'file.importing': [COMMIT, 4],
    'row.scheme': [COMMIT, 10],
    'row.statement': [COMMIT, 1],
    'file.imported': [COMMIT, 4],
    archive: [STEP, 4],
  },
  reconcile: {
    'posted.card_settled': [COMMIT, 3],
    'recon.taken_in': [COMMIT, 4],
    'recon.paired': [COMMIT, 3],
    'posted.card_received': [COMMIT, 1],
  },
  confirm: {
    'cycle.CONFIRMED': [COMMIT, 5],
    'posted.payout_confirmed': [COMMIT, 5],
    'cycle.CLOSED': [COMMIT, 5],
  },
  log: { 'log.appended': [COMMIT, 1] },
};

export const DAY_POINTS: readonly DayPoint[] = JOBS.flatMap((job) =>
  Object.entries(TABLE[job]).flatMap(([label, [sides, times]]) =>
    sides.map((side) => ({ job, point: `${label}:${side}`, times })),
  ),
);

/** No point: the process has been loaded and begins. */
export const LOADED = 'loaded:now';

/** Where a job begins and where the next one does, to be killed at any instant between. */
export const SPANS: readonly { readonly job: Job; readonly from: string; readonly to: string }[] = [
  { job: 'log', from: LOADED, to: 'ledger.folded:before_commit' },
  { job: 'cut', from: 'ledger.folded:before_commit', to: 'net.line:before_commit' },
  { job: 'calculate', from: 'net.line:before_commit', to: 'inbox_read:after' },
  { job: 'import', from: 'inbox_read:after', to: 'posted.card_settled:before_commit' },
  { job: 'reconcile', from: 'posted.card_settled:before_commit', to: 'stage_open:after' },
  { job: 'write', from: 'stage_open:after', to: 'row.statement:before_commit' },
  { job: 'confirm', from: 'row.statement:before_commit', to: 'cycle.CLOSED:after_commit' },
];
