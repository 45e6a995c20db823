import type { AnswerBounds, DatabaseAnswer } from "./database_answer.ts";
import type { DatabaseFault } from "./database_error.ts";

/** A query that somebody wrote, as its process is given it: one JSON text on standard input. */
export interface Query extends AnswerBounds {
  /** The database's file. */
  readonly path: string;
  /** See `DatabaseFile`. */
  readonly hasLog: boolean;
  readonly sql: string;
  /** Most memory of SQLite, bytes: rows that are sorted or grouped lie there. */
  readonly memory: number;
  /** It may take so long, local ms. */
  readonly timeoutMs: number;
}

/** What became of it: one JSON text on standard output. */
export type QueryOutcome =
  | { readonly answer: DatabaseAnswer }
  | { readonly fault: DatabaseFault; readonly message: string }
  | { readonly isLate: true };
