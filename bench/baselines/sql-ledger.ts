import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { query } from '../servers.ts';

export interface SqlBet {
  readonly account: string;
  readonly provider: string;
  readonly transaction: string;
  readonly round: string;
  readonly game: string;
  readonly amount: number;
}

export interface SqlAnswer {
  readonly id: number;
  readonly balance: number;
  readonly repeat: boolean;
}

interface Row {
  readonly id: string;
  readonly balance: string;
}

const UNIQUE_VIOLATION = '23505';

const BET = {
  name: 'bet',
  text: `with debited as (
      update accounts set balance = balance - $6
      where account = $1 and balance >= $6 returning balance
    )
    insert into transactions (account, provider, transaction, kind, round, game, amount, balance)
    select $1, $2, $3, 'bet', $4, $5, $6, balance from debited returning id, balance`,
};

const EARLIER = {
  name: 'earlier',
  text: 'select id, balance from transactions where provider = $1 and transaction = $2',
};

/** Creates the tables with accounts that have a balance. */
export async function createSqlLedger(
  url: string,
  accounts: readonly string[],
  balance: number,
): Promise<void> {
  await query(url, await readFile(new URL('./sql-ledger.sql', import.meta.url), 'utf8'));
  const text = 'insert into accounts select account, $2 from unnest($1::text[]) account';
  await query(url, text, [accounts, balance]);
  await query(url, 'vacuum analyze');
}

/**
 * The baseline: one statement, one transaction and one commit for each command, over prepared
 * statements. A caller has a connection to itself while it is served, up to the pool's size.
 */
export class SqlLedger {
  readonly #idle: pg.Client[];
  readonly #all: readonly pg.Client[];
  readonly #waiting: ((client: pg.Client) => void)[] = [];

  private constructor(clients: readonly pg.Client[]) {
    this.#all = clients;
    this.#idle = [...clients];
  }

  static async open(url: string, connections: number): Promise<SqlLedger> {
    const clients = Array.from(
      { length: connections },
      () => new pg.Client({ connectionString: url }),
    );
    await Promise.all(clients.map((client) => client.connect()));
    return new SqlLedger(clients);
  }

  get connections(): number {
    return this.#all.length;
  }

  /** Null: the funds don't suffice. The same transaction again gets its first answer. */
  async bet(bet: SqlBet): Promise<SqlAnswer | null> {
    const client = this.#idle.pop() ?? (await this.#turn());
    try {
      const { account, provider, transaction, round, game, amount } = bet;
      const values = [account, provider, transaction, round, game, amount];
      const { rows } = await client.query<Row>({ ...BET, values });
      return answered(rows[0], false);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
      const values = [bet.provider, bet.transaction];
      const { rows } = await client.query<Row>({ ...EARLIER, values });
      return answered(rows[0], true);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(client);
      else this.#idle.push(client);
    }
  }

  #turn(): Promise<pg.Client> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((client) => client.end()));
  }
}

function answered(row: Row | undefined, repeat: boolean): SqlAnswer | null {
  return row ? { id: Number(row.id), balance: Number(row.balance), repeat } : null;
}
