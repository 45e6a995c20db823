/**
 * Why a database refused:
 * - `busy`: another connection holds a lock; passing.
 * - `full`: the disk, or the share of it that is allowed, is used up. The transaction is rolled back.
 * - `damaged`: pages do not fit together, or the file ends too early.
 * - `foreign`: no SQLite database.
 * - `read-only`: neither the file nor its folder can be written to.
 * - `unreachable`: there is no such file or folder, or it may not be opened.
 * - `disk`: the disk failed to read or write.
 * - `statement`: the statement itself, or a value, is wrong.
 */
export type DatabaseFault =
  | "busy"
  | "full"
  | "damaged"
  | "foreign"
  | "read-only"
  | "unreachable"
  | "disk"
  | "statement";

/** SQLite gives a message and seldom a number, so the message decides. */
const FAULTS: readonly (readonly [text: string, fault: DatabaseFault])[] = [
  ["is locked", "busy"],
  ["disk is full", "full"],
  ["disk image is malformed", "damaged"],
  ["malformed database schema", "damaged"],
  ["is not a database", "foreign"],
  ["readonly database", "read-only"],
  ["unable to open database", "unreachable"],
  ["Requires read access", "unreachable"],
  ["Requires write access", "unreachable"],
  ["disk I/O error", "disk"],
];

/** A refusal of the database, with the reason as a value. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly fault: DatabaseFault;

  constructor(fault: DatabaseFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }

  /** Any error of the database as this one. */
  static of(error: unknown): DatabaseError {
    if (error instanceof DatabaseError) return error;
    const message = error instanceof Error ? error.message : String(error);
    const known = FAULTS.find(([text]) => message.includes(text));
    return new DatabaseError(known?.[1] ?? "statement", message, error);
  }
}
