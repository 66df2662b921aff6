/** What the log asks of the store. Leaves and checkpoints are only ever added, in one writer's order. */
import type { EpochMs } from '../../kernel/time.ts';
import type { Frontier } from './frontier.ts';
import type { Leaf, LeafDraft } from './leaf.ts';

export interface KeptCheckpoint {
  readonly frontier: Frontier;
  /** The signed note, with the cosignatures that have come since. */
  readonly note: string;
  readonly signedAt: EpochMs;
}

/** How far the two sources of the log have been read. */
export interface LogReach {
  readonly position: number;
  readonly documentNumber: number;
}

export interface Unlogged {
  readonly drafts: readonly LeafDraft[];
  readonly reach: LogReach;
}

export interface LogStore {
  /** What has a position in the ledger, or was recorded as a document, and is not in the log yet: transfers in the order of
   *  their positions, then documents. At most so many. */
  unlogged(most: number): Promise<Unlogged>;
  last(): Promise<KeptCheckpoint | null>;
  /** Adds leaves and the checkpoint over them in one commit. False, and nothing added, when the checkpoint does not follow
   *  the last one: another writer was first. */
  append(leaves: readonly Leaf[], checkpoint: KeptCheckpoint, reach: LogReach): Promise<boolean>;
}
