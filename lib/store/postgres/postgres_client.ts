// @ts-types="@types/pg"
import pg from "pg";
// @ts-types="@types/pg-copy-streams"
import { from as copyFrom } from "pg-copy-streams";
import type { Cell } from "../../runtime/database_answer.ts";
import type { Connection, TableAnswer } from "../tables/connection.ts";

/** How connections are made. */
export interface ClientOptions {
  /** Most connections at once. */
  readonly most: number;
  /** What the server's list of connections calls this one; 63 characters at most. */
  readonly name: string;
}

/** One connection amid a transaction. */
export interface PostgresTransaction extends Connection {
  /** Asks one statement, for its cells as the client makes them; nothing is prepared. */
  values(statement: string): Promise<{
    readonly columns: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
  }>;
  /** Runs statements without values. */
  run(statements: string): Promise<void>;
  /** Where the rows of `copy … from stdin` are written; done when it says `finish`. */
  copyTo(statement: string): CopyStream;
}

/** Rows on their way to the server. */
export interface CopyStream {
  write(text: string, written: () => void): void;
  end(done: () => void): void;
  once(event: "error", failed: (error: Error) => void): void;
}

/** A connection that is not made by then is refused. */
const CONNECT_MS = 10_000;

/** The error of a connection that was lost, where the client names none. */
export const LOST = "CONNECTION_LOST";

/**
 * Connections to a server, made when they are first needed, and made anew after they were lost. Every error has the
 * `code` of the server or of the socket, or {@link LOST}.
 */
export class PostgresClient implements Connection {
  readonly #pool: pg.Pool;
  #ending: Promise<void> | undefined;

  /** @param url with its secrets */
  constructor(url: string, { most, name }: ClientOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: most,
      application_name: name,
      connectionTimeoutMillis: CONNECT_MS,
      idleTimeoutMillis: 0,
      keepAlive: true,
      types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    });
    // One that is lost while nobody uses it is made again by the next who does.
    this.#pool.on("error", () => {});
  }

  async ask(statement: string, ...values: readonly Cell[]): Promise<TableAnswer> {
    return await this.#with((client) => ask(client, statement, values));
  }

  /** All of some work, or nothing of it. @param mode such as `read only` */
  transaction<T>(work: (sql: PostgresTransaction) => Promise<T>, mode = ""): Promise<T> {
    return this.#with(async (client) => {
      await client.query(`begin ${mode}`);
      const result = await work(transactionBy(client));
      await client.query("commit");
      return result;
    }, (client) => client.query("rollback"));
  }

  /** Waits for what is asked, and closes. Safe to call twice. */
  async end(): Promise<void> {
    await (this.#ending ??= this.#pool.end());
  }

  /** Uses a connection; one that failed in a way of its own is not used again. */
  async #with<T>(
    use: (client: pg.PoolClient) => Promise<T>,
    mend?: (client: pg.PoolClient) => Promise<unknown>,
  ): Promise<T> {
    const client = await this.#pool.connect().catch((error) => {
      throw named(error);
    });
    // Without a listener the loss of a connection ends the process.
    const ignore = () => {};
    client.on("error", ignore);
    try {
      const result = await use(client);
      client.off("error", ignore);
      client.release();
      return result;
    } catch (error) {
      const isMended = mend !== undefined && await mend(client).then(() => true, () => false);
      client.off("error", ignore);
      client.release(!isMended);
      throw named(error);
    }
  }
}

/** What {@link listenOnce} listens to. */
export interface ListenOptions {
  /** See {@link ClientOptions.name}. */
  readonly name: string;
  /** The statement that gives the channel's name. */
  readonly channel: string;
  readonly signal: AbortSignal;
  /** It listens from now on. */
  readonly onReady: () => void;
  readonly onNotice: (text: string) => void;
}

/** Listens by a connection of its own, until that is lost or it is stopped. @throws where it cannot be made */
export async function listenOnce(url: string, options: ListenOptions): Promise<void> {
  const { name, channel, signal, onReady, onNotice } = options;
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  const lost = new Promise<void>((resolve) => {
    client.once("error", () => resolve());
    client.once("end", () => resolve());
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  // Later errors of a connection that is lost already have nobody else to listen.
  client.on("error", () => {});
  client.on("notification", ({ payload }) => onNotice(payload ?? ""));
  try {
    await client.connect();
    const { rows: [row] } = await client.query({ text: channel, rowMode: "array" });
    await client.query(`listen ${client.escapeIdentifier(String(row![0]))}`);
    onReady();
    await lost;
  } finally {
    // A server that is gone answers no farewell.
    void client.end().catch(() => {});
  }
}

/** The server's error has a code; the client's own have none. */
function named(error: unknown): unknown {
  if (!(error instanceof Error) || "code" in error && error.code !== undefined) return error;
  if (!/connection|timeout|not queryable/i.test(error.message)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: LOST });
}

function transactionBy(client: pg.PoolClient): PostgresTransaction {
  return {
    ask: (statement, ...values) => ask(client, statement, values),
    askEach: (statement, each) =>
      pipelined(client, () => each.map((values) => ask(client, statement, values))),
    run: async (statements) => void await client.query(statements),
    copyTo: (statement) => client.query(copyFrom(statement)) as CopyStream,
    async values(statement) {
      const answer = await client.query({
        text: statement,
        rowMode: "array",
        queryMode: "extended",
      } as pg.QueryArrayConfig);
      return { columns: answer.fields.map(({ name }) => name), rows: answer.rows };
    },
  };
}

/**
 * Sends all of some questions before the first is answered. The client takes no COPY while it does so, and may only
 * change over while nothing is under way: the connection is in the hands of one transaction.
 *
 * @throws the first failure, once all have ended.
 */
async function pipelined<T>(client: pg.PoolClient, ask: () => readonly Promise<T>[]): Promise<T[]> {
  const mode = client as { pipeline: boolean };
  mode.pipeline = true;
  try {
    const ended = await Promise.allSettled(ask());
    return ended.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  } finally {
    mode.pipeline = false;
  }
}

async function ask(
  client: pg.PoolClient,
  statement: string,
  values: readonly Cell[],
): Promise<TableAnswer> {
  const { text, name } = numbered(statement);
  const cells = values.map(valueOf);
  const answer = await client.query({ text, name, values: cells, rowMode: "array" });
  return { columns: answer.fields.map(({ name }) => name), rows: answer.rows as Cell[][] };
}

/** A statement of ours as the server takes it, with the name under which a connection prepares it. */
interface Numbered {
  readonly text: string;
  readonly name: string;
}

const statements = new Map<string, Numbered>();

/** `?1` is written `$1` here. */
function numbered(statement: string): Numbered {
  const known = statements.get(statement);
  if (known !== undefined) return known;
  const made = {
    text: statement.replace(/\?(\d+)/g, "$$$1"),
    name: `comove_${statements.size}`,
  };
  statements.set(statement, made);
  return made;
}

const LAST_BIGINT = "9223372036854775807";

/** The ends of all times are those of `bigint`. */
function valueOf(cell: Cell): string | null {
  if (cell === null) return null;
  if (cell === Infinity) return LAST_BIGINT;
  if (cell === -Infinity) return `-${LAST_BIGINT}`;
  return String(cell);
}

const BOOLEAN = 16, BYTES = 17, BIGINT = 20, SMALLINT = 21, INTEGER = 23, REAL = 700, DOUBLE = 701;

/** Numbers, truths as 1 and 0, and bytes in hexadecimal; the server's text for all else. */
function parserOf(type: number): (text: string) => unknown {
  switch (type) {
    case SMALLINT:
    case INTEGER:
    case REAL:
    case DOUBLE:
      return Number;
    case BIGINT:
      return wholeOf;
    case BOOLEAN:
      return (text) => text === "t" ? 1 : 0;
    case BYTES:
      return (text) => text.replace(/^\\x/, "");
    default:
      return String;
  }
}

/** An integer that no number holds exactly stays a text of its digits. */
function wholeOf(digits: string): number | string {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}
