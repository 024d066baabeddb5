import type { BlockRef } from './chain.ts';
import type { Position } from './event-store.ts';

/**
 * The port to what the shell must remember beside the log. All of it can be lost: it is built again
 * from the log or from the chain, and doing work twice has no second effect.
 */
export interface Checkpoints {
  /** START when there is none. */
  load(name: string): Promise<Position>;
  save(name: string, position: Position): Promise<void>;
}

export interface ScannedBlock extends BlockRef {
  readonly parentHash: string;
}

/** The blocks of one chain that were scanned, a contiguous range up to the cursor. */
export interface ScannedBlocks {
  /** The cursor: the highest scanned block. */
  last(): Promise<ScannedBlock | undefined>;
  at(height: number): Promise<ScannedBlock | undefined>;
  /** Moves the cursor to a block whose parent is the last one. */
  push(block: ScannedBlock): Promise<void>;
  /** The highest height that the chain ever called final; -1 when none was heard of. */
  finalHeight(): Promise<number>;
  /** Never goes back. */
  setFinalHeight(height: number): Promise<void>;
  /** Moves the cursor back to `height`, forgetting what was above. */
  rewind(height: number): Promise<void>;
}
