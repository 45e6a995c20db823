import postgres from "postgres";
import type { Cell } from "../../runtime/database_answer.ts";
import type { Connection, TableAnswer } from "../tables/connection.ts";

/** A pool of connections to a server, or one connection amid a transaction. */
export type PostgresClient = postgres.Sql;
export type PostgresTransaction = postgres.TransactionSql;

/** How a pool is made. */
export interface ClientOptions {
  /** Most connections at once. */
  readonly most: number;
  /** What the server's list of connections calls this one. */
  readonly name: string;
}

/** A connection that is not made by then is refused, in seconds. */
const CONNECT_SECONDS = 10;
/** What the server and its extensions say beside the answers; nobody reads it. */
const NOBODY = () => {};

/** `bigint`, whose digits a number holds where it can. */
const BIGINT = {
  to: 20,
  from: [20],
  serialize: String,
  parse: (digits: string): number | string => {
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : digits;
  },
};

/** Opens a pool; connections are made when they are first needed. @param url with its secrets */
export function openClient(url: string, { most, name }: ClientOptions): PostgresClient {
  return postgres(url, {
    max: most,
    connect_timeout: CONNECT_SECONDS,
    connection: { application_name: name },
    // Arrays are written as texts here, so the server need not be asked for its types.
    fetch_types: false,
    types: { bigint: BIGINT },
    onnotice: NOBODY,
    // Every default, so that the environment has nothing to say.
    idle_timeout: 0,
    max_lifetime: 0,
    keep_alive: 60,
    backoff: (retries: number) => Math.min(2 ** retries / 10, 5),
  }) as unknown as PostgresClient;
}

/** One statement at a time, which the server prepares once a connection. */
const ALONE = { prepare: true, simple: false };

/** Asks by a pool, or within a transaction. */
export function connectionBy(sql: PostgresClient | PostgresTransaction): Connection {
  return {
    async ask(statement, ...values): Promise<TableAnswer> {
      const cells = values.map(valueOf);
      const answer = await sql.unsafe(numbered(statement), cells, ALONE).values();
      return {
        columns: (answer.columns ?? []).map(({ name }) => name),
        rows: [...answer] as Cell[][],
      };
    },
  };
}

const numberedTexts = new Map<string, string>();

/** `?1` is written `$1` here. */
function numbered(statement: string): string {
  let text = numberedTexts.get(statement);
  if (text === undefined) {
    text = statement.replace(/\?(\d+)/g, "$$$1");
    numberedTexts.set(statement, text);
  }
  return text;
}

const LAST_BIGINT = "9223372036854775807";

/** The ends of all times are those of `bigint`. */
function valueOf(cell: Cell): string | null {
  if (cell === null) return null;
  if (cell === Infinity) return LAST_BIGINT;
  if (cell === -Infinity) return `-${LAST_BIGINT}`;
  return String(cell);
}
