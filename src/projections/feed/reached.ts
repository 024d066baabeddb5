import type { Pool } from 'pg';
import { type Position, START } from '../../event-store.ts';
import { MODELS } from './changes.ts';
import { FEED_TOPICS, type FeedTopic } from './read-model.ts';

/** How far the read models of each topic are, as they were last asked. Never back. */
export class Reached {
  readonly #pool: Pool;
  readonly #positions = new Map<FeedTopic, Position>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** What all of these have. */
  by(topics: readonly FeedTopic[]): Position {
    const positions = topics.map((topic) => this.#positions.get(topic) ?? START);
    return positions.toSorted()[0] ?? START;
  }

  /** True when one of them went on. */
  async refresh(): Promise<boolean> {
    const { rows } = await this.#pool.query<{ name: string; version: number; position: string }>({
      name: 'how far the topics are',
      text: `select l.name, l.version, c.position
        from projections.live l join projections.checkpoints c using (schema)
        where l.name = any($1)`,
      values: [FEED_TOPICS.flatMap((topic) => MODELS[topic].map(({ name }) => name))],
    });
    let wentOn = false;
    for (const topic of FEED_TOPICS) {
      const positions = MODELS[topic].map(({ name, version }) => {
        const row = rows.find((each) => each.name === name && each.version === version);
        return row?.position ?? START;
      });
      const position = positions.toSorted()[0] ?? START;
      if (position <= (this.#positions.get(topic) ?? START)) continue;
      this.#positions.set(topic, position);
      wentOn = true;
    }
    return wentOn;
  }
}
