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
    return await client.transaction(async (sql) => {
      const [own] = (await sql.values("select pg_backend_pid()")).rows;
      backend = Number(own![0]);
      signal?.throwIfAborted();
      await sql.run(`set local statement_timeout = ${timeoutMs}`);
      await sql.values(`declare answer no scroll cursor for ${statement}`);
      const answer = new AnswerRows({ rows: limit, bytes: maxBytes });
      const columns = await takeAll(sql, answer);
      const { cut } = answer;
      return { columns, data: answer.rows, isCut: cut !== undefined, cutBy: cut };
    }, "read only");
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw refusalOf(error, timeoutMs);
  } finally {
    backend = undefined;
    signal?.removeEventListener("abort", cancel);
  }
}

async function takeAll(sql: PostgresTransaction, answer: AnswerRows): Promise<readonly string[]> {
  for (;;) {
    const { columns, rows } = await sql.values(`fetch ${PIECE} from answer`);
    for (const row of rows) {
      answer.add(row as Cell[]);
      if (answer.cut !== undefined) break;
    }
    if (answer.cut !== undefined || rows.length < PIECE) return columns;
  }
}

async function cancelOf(client: PostgresClient, pid: number): Promise<void> {
  await client.ask("select pg_cancel_backend(?1)", pid).catch(() => {});
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
