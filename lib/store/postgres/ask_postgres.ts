import { MarketError } from "../../model/errors.ts";
import type { Cell } from "../../runtime/database_answer.ts";
import { AnswerRows } from "../../runtime/database_answer.ts";
import { assertSqlOptions, lateRefusal } from "../sql_options.ts";
import { type SqlAnswer, type SqlOptions, USUAL_SQL } from "../store.ts";
import { codeOf } from "./postgres_refusal.ts";
import type { PostgresClient, PostgresTransaction } from "./postgres_client.ts";

/** Rows that come from the server at once. */
const PIECE = 500;
const CANCELED = "57014";

/**
 * Asks somebody's query: one SELECT, in a transaction that only reads and is ended when its time is over. What the
 * role of the connection may do beside reading tables is the server's to refuse.
 */
export async function askPostgres(
  client: PostgresClient,
  statement: string,
  options: SqlOptions = {},
): Promise<SqlAnswer> {
  assertSqlOptions(options);
  const { limit, maxBytes, timeoutMs } = { ...USUAL_SQL, ...options };
  const { signal } = options;
  signal?.throwIfAborted();
  let backend: number | undefined;
  const cancel = () => {
    if (backend !== undefined) void cancelOf(client, backend);
  };
  signal?.addEventListener("abort", cancel);
  try {
    return await client.begin("read only", async (sql) => {
      const [own] = await sql.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid");
      backend = own!.pid;
      signal?.throwIfAborted();
      await sql.unsafe(`set local statement_timeout = ${timeoutMs}`);
      await sql.unsafe(`declare answer no scroll cursor for ${statement}`, [], EXTENDED);
      const answer = new AnswerRows({ rows: limit, bytes: maxBytes });
      const columns = await takeAll(sql, answer);
      const { cut } = answer;
      return { columns, data: answer.rows, isCut: cut !== undefined, cutBy: cut };
    });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw refusalOf(error, timeoutMs);
  } finally {
    backend = undefined;
    signal?.removeEventListener("abort", cancel);
  }
}

/** One statement at a time, whatever the text holds. */
const EXTENDED = { simple: false, prepare: false };

async function takeAll(sql: PostgresTransaction, answer: AnswerRows): Promise<readonly string[]> {
  for (;;) {
    const rows = await sql.unsafe(`fetch ${PIECE} from answer`).values();
    for (const row of rows as unknown[][]) {
      answer.add(row.map(cellOf));
      if (answer.cut !== undefined) break;
    }
    if (answer.cut !== undefined || rows.length < PIECE) {
      return rows.columns.map(({ name }) => name);
    }
  }
}

async function cancelOf(client: PostgresClient, pid: number): Promise<void> {
  await client`select pg_cancel_backend(${pid})`.catch(() => {});
}

/** What the client made of a value, as a cell: a truth as 1 or 0, a date as its text. */
function cellOf(value: unknown): Cell | Uint8Array {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}

function refusalOf(error: unknown, timeoutMs: number): unknown {
  const code = codeOf(error);
  if (code === CANCELED) return lateRefusal(timeoutMs, error);
  const isSql = code !== undefined && /^(2[0-5]|42|0A|54|22)/.test(code);
  if (!isSql) return error;
  return new MarketError(
    "not-sql",
    "configure",
    `The query was not run: ${
      (error as Error).message
    }. Ask with one SELECT over instruments, bars, trades, ` +
      "coverage, alerts, deliveries, runs, contracts or meta.",
    { cause: error },
  );
}
