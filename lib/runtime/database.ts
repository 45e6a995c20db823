import { backup, DatabaseSync, type DatabaseSyncOptions } from "node:sqlite";
import {
  type AnswerBounds,
  AnswerRows,
  type Cell,
  type DatabaseAnswer,
  type Rows,
} from "./database_answer.ts";
import { DatabaseError } from "./database_error.ts";
import {
  ACTION,
  ALLOW,
  DENY,
  type NativeDatabase,
  type NativeStatement,
} from "./database_native.ts";
import { nothingOf } from "./sql_nothing.ts";

export type { Cell, Rows } from "./database_answer.ts";

/** How a database file is opened. */
export interface DatabaseOptions {
  /** Reads only, and never makes the file. @default false */
  readonly isReadOnly?: boolean;
}

/** A connection waits this long by itself for another one's lock; it stops the event loop meanwhile. */
const LOCK_WAIT_MS = 20;

/** Longest text or bytes in one cell of the answer to a query that somebody wrote, in bytes. */
const LONGEST_CELL = 1_000_000;

/** One prepared statement. Values are bound in the order of `?1`, `?2`, …; all of them must be given. */
export interface Statement {
  /** Names of the columns it answers with. */
  readonly columns: readonly string[];
  /** @returns how many rows it changed. */
  run(...values: readonly Cell[]): number;
  /** The first row; undefined where there is none. */
  first(...values: readonly Cell[]): readonly Cell[] | undefined;
  all(...values: readonly Cell[]): Rows;
}

/**
 * One connection to a SQLite database: synchronous, so nothing that is asked of it may be large. Every error is a
 * {@link DatabaseError}. Rows come as arrays, all at once: `iterate` of Deno 2.9 ends without an error where SQLite
 * fails amid a query, as on a damaged page.
 */
export class Database {
  readonly #native: NativeDatabase;
  readonly #statements = new Map<string, Statement>();

  private constructor(path: string, options: DatabaseSyncOptions) {
    this.#native = new DatabaseSync(path, options) as unknown as NativeDatabase;
  }

  /** Opens a file, or `:memory:`; makes it where it is not there. @throws {DatabaseError} */
  static open(path: string, { isReadOnly = false }: DatabaseOptions = {}): Database {
    return guarded(() => new Database(path, { readOnly: isReadOnly, timeout: LOCK_WAIT_MS }));
  }

  /** Opens a file on a medium that nobody can write to, where SQLite cannot make the files it needs beside it. */
  static openFrozen(path: string): Database {
    const url = `file:${encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23")}?immutable=1`;
    return guarded(() => new Database(url, { readOnly: true }));
  }

  /** Runs statements without values or rows. */
  exec(sql: string): void {
    guarded(() => this.#native.exec(sql));
  }

  /** A statement, prepared once a connection. */
  prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = statementOf(guarded(() => this.#native.prepare(sql)));
    this.#statements.set(sql, statement);
    return statement;
  }

  /**
   * Asks a query that somebody wrote. It may only read, and nothing but this database. It stops the thread for as long
   * as it takes, which may be for ever: see `askDatabase`.
   *
   * @throws {DatabaseError} for what is no such query.
   */
  ask(sql: string, { rows, bytes }: AnswerBounds): DatabaseAnswer {
    return guarded(() => {
      this.#native.limits.attach = 0;
      this.#native.limits.length = LONGEST_CELL;
      const { columns, query } = this.#assertReads(sql);
      // `iterate` ends without an error where the query fails, so the last row has to say that it is the last.
      const ended = `select 1${", null".repeat(columns.length)}`;
      const native = this.#native.prepare(
        `select 0, answer.* from (${query}\n) answer union all ${ended}`,
      );
      native.setReturnArrays(true);
      native.setReadBigInts(true);
      const answer = new AnswerRows({ rows, bytes });
      for (const row of native.iterate()) {
        if (row[0] === 1n) return { columns, rows: answer.rows };
        answer.add(row.slice(1));
        if (answer.cut !== undefined) return { columns, rows: answer.rows, cut: answer.cut };
      }
      native.all();
      throw new DatabaseError("statement", "the query ended too early");
    });
  }

  #assertReads(sql: string): { readonly columns: readonly string[]; readonly query: string } {
    let isQuery = false;
    this.#native.setAuthorizer((action, _table, name) => {
      isQuery ||= action === ACTION.select;
      return isReading(action, name) ? ALLOW : DENY;
    });
    try {
      const native = this.#native.prepare(sql.slice(nothingOf(sql)));
      if (!isQuery) throw new DatabaseError("statement", "not authorized");
      const query = native.sourceSQL;
      const rest = sql.slice(sql.indexOf(query) + query.length);
      if (nothingOf(rest) < rest.length) {
        throw new DatabaseError("statement", "more than one statement");
      }
      return { columns: statementOf(native).columns, query: query.trimEnd().replace(/;$/, "") };
    } finally {
      this.#native.setAuthorizer(null);
    }
  }

  /** Makes a copy of the whole database as of now. What the other file held is gone. */
  async copyTo(path: string): Promise<void> {
    try {
      await backup(this.#native as unknown as DatabaseSync, path);
    } catch (error) {
      throw DatabaseError.of(error);
    }
  }

  /** True between `begin` and `commit` or `rollback`. */
  get isInTransaction(): boolean {
    return this.#native.isTransaction;
  }

  /** Safe to call twice. */
  close(): void {
    if (!this.#native.isOpen) return;
    this.#statements.clear();
    guarded(() => this.#native.close());
  }
}

/** The steps of a statement that only reads. */
function isReading(action: number, name: string | null): boolean {
  switch (action) {
    case ACTION.select:
    case ACTION.read:
    case ACTION.recurse:
      return true;
    case ACTION.call:
      return name !== "load_extension";
    default:
      return false;
  }
}

function statementOf(native: NativeStatement): Statement {
  native.setReturnArrays(true);
  // With setReturnArrays a row is an array; the types do not say so.
  const rows = (values: unknown) => values as Rows;
  return {
    columns: native.columns().map(({ name }) => String(name)),
    run: (...values) => guarded(() => Number(native.run(...values).changes)),
    first: (...values) => guarded(() => native.get(...values) as readonly Cell[] | undefined),
    all: (...values) => guarded(() => rows(native.all(...values))),
  };
}

/** Gives every error of SQLite its kind. */
function guarded<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw DatabaseError.of(error);
  }
}
