import type { Pool } from 'pg';
import type { System } from '../system.ts';
import { type Move, moveCheckpoint } from './checkpoint.ts';

type Turns = Pick<System, 'turn'>;
type Schemas = ReadonlySet<string>;

const NONE: Schemas = new Set();

/**
 * By compare-and-set like a single one, but what somebody else holds is passed over: who waits for
 * that is not to hold up the others.
 */
const MOVE_FREE = {
  name: 'move free checkpoints',
  text: `with asked as (
      select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[],
        $6::timestamptz[]) as a (schema, was_at, generation, position, reached_at, newest_at)
    ), free as (
      select a.* from projections.checkpoints c join asked a
        on c.schema = a.schema and c.position = a.was_at and c.generation = a.generation
      where c.stopped is null and c.state <> 'old'
      for update of c skip locked
    )
    update projections.checkpoints c
    set position = f.position, reached_at = f.reached_at,
      newest_at = coalesce(f.newest_at, c.newest_at)
    from free f where c.schema = f.schema returning c.schema`,
};

/**
 * Most events are of no interest to most read models, which stand at the same place: their
 * checkpoints go over those together, in one statement and one commit.
 */
export class CheckpointMoves {
  static readonly #ofPools = new WeakMap<Pool, CheckpointMoves>();
  readonly #pool: Pool;
  #asked: Move[] = [];
  #moved: Promise<Schemas> | undefined;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  static of(pool: Pool): CheckpointMoves {
    const known = CheckpointMoves.#ofPools.get(pool) ?? new CheckpointMoves(pool);
    CheckpointMoves.#ofPools.set(pool, known);
    return known;
  }

  /** Throws CheckpointMoved. */
  async move(move: Move, system: Turns): Promise<void> {
    const { schema } = move;
    const isTwice = this.#asked.some((other) => other.schema === schema);
    // Of two that would move the same one, each has to hear what became of its own.
    if (!isTwice && (await this.#together(move, system)).has(schema)) return;
    await moveCheckpoint(this.#pool, move);
  }

  #together(move: Move, system: Turns): Promise<Schemas> {
    this.#asked.push(move);
    // Whatever failed, each tries by itself, and tells its own failure.
    this.#moved ??= this.#send(system).catch(() => NONE);
    return this.#moved;
  }

  async #send(system: Turns): Promise<Schemas> {
    await system.turn();
    const asked = this.#asked;
    this.#asked = [];
    this.#moved = undefined;
    if (asked.length === 1) return NONE;
    const { rows } = await this.#pool.query<{ schema: string }>({
      ...MOVE_FREE,
      values: [
        asked.map(({ schema }) => schema),
        asked.map(({ from }) => from.position),
        asked.map(({ from }) => from.generation),
        asked.map(({ to }) => to),
        asked.map(({ reachedAt }) => reachedAt),
        asked.map(({ newestAt }) => newestAt),
      ],
    });
    return new Set(rows.map(({ schema }) => schema));
  }
}
