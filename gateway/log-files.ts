/** The log as a folder of files that can be handed on, mirrored or served as it is: tiles, and the latest checkpoint.
 *  It holds salted digests and signatures only. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmurError } from './kernel/errors.ts';
import { type Checkpoint, openCheckpoint } from './ledger/log/checkpoint.ts';
import type { Note, NoteKey } from './ledger/log/note.ts';
import { type Disclosure, parseDisclosure } from './ledger/log/proof-file.ts';
import { growTiles, type ReadTile, TILE_WIDTH, tiledNodes, tilePath } from './ledger/log/tiles.ts';
import { type Hash, rootOf } from './ledger/log/tree.ts';

const HASH_BYTES = 32;

export class LogFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Errors  LOG_TILE_INVALID for a tile that is not there */
  readonly readTile: ReadTile = (level, index, width) => {
    const path = tilePath(level, index, width);
    try {
      return readFileSync(join(this.#folder, path));
    } catch (error) {
      throw new AmurError('LOG_TILE_INVALID', { path }, { cause: error });
    }
  };

  /** The latest checkpoint as it was published; null before the first. */
  checkpointText(): string | null {
    try {
      return readFileSync(join(this.#folder, 'checkpoint'), 'utf8');
    } catch {
      return null;
    }
  }

  /** Errors  LOG_NOTE_INVALID | LOG_SIGNATURE_INVALID; LOG_NOTE_INVALID where there is none */
  checkpoint(key: NoteKey): { readonly checkpoint: Checkpoint; readonly note: Note; readonly text: string } {
    const text = this.checkpointText();
    if (text === null) throw new AmurError('LOG_NOTE_INVALID', { file: 'checkpoint' });
    return { ...openCheckpoint(text, key), text };
  }

  /** Adds leaves after the `size` that are there, then the checkpoint: who reads it finds every tile that it speaks of. */
  publish(size: number, leaves: readonly Hash[], checkpoint: string): void {
    growTiles(this.readTile, size, leaves, ({ level, index, width, bytes }) =>
      this.#write(tilePath(level, index, width), bytes),
    );
    this.#write('checkpoint', checkpoint);
  }

  /** Reads every tile of level 0 and holds the root they make, and the tiles above them, against the checkpoint.
   *  Errors  as for `checkpoint`, and LOG_PROOF_INVALID for tiles that are not what was signed */
  verify(key: NoteKey): Checkpoint {
    const { checkpoint } = this.checkpoint(key);
    const tiles = new Map<string, Uint8Array>();
    const leaves = this.leafHashes(checkpoint.size);
    growTiles(noTile, 0, leaves, ({ level, index, width, bytes }) =>
      tiles.set(tilePath(level, index, width), bytes),
    );
    const nodes = tiledNodes((...tile) => tiles.get(tilePath(...tile)) ?? noTile(...tile), checkpoint.size);
    if (Buffer.compare(rootOf(nodes, checkpoint.size), checkpoint.root) !== 0) {
      throw new AmurError('LOG_PROOF_INVALID', { size: checkpoint.size });
    }
    for (const [path, bytes] of tiles) {
      if (Buffer.compare(bytes, readFileSync(join(this.#folder, path))) !== 0) {
        throw new AmurError('LOG_TILE_INVALID', { path });
      }
    }
    return checkpoint;
  }

  leafHashes(size: number): readonly Hash[] {
    const hashes: Hash[] = [];
    for (let index = 0; index * TILE_WIDTH < size; index += 1) {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const tile = this.readTile(0, index, width);
      if (tile.length !== width * HASH_BYTES) {
        throw new AmurError('LOG_TILE_INVALID', { path: tilePath(0, index, width) });
      }
      for (let at = 0; at < tile.length; at += HASH_BYTES) hashes.push(tile.subarray(at, at + HASH_BYTES));
    }
    return hashes;
  }

  #write(path: string, bytes: Uint8Array | string): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, bytes, { flush: true });
    renameSync(`${file}.part`, file);
  }
}

/** Errors  LOG_PROOF_INVALID with the line */
export function readDisclosures(file: string): readonly Disclosure[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map(parseDisclosure);
}

function noTile(level: number, index: number, width: number): never {
  throw new AmurError('LOG_TILE_INVALID', { path: tilePath(level, index, width) });
}
