import { MarketError, type Remedy } from "../model/errors.ts";
import { formatUtc } from "../model/time.ts";
import { DatabaseError, type DatabaseFault } from "../runtime/database_error.ts";

/** What to do about each refusal of the database: stable name, remedy, why, what next. */
const REFUSALS: Readonly<
  Record<DatabaseFault, readonly [code: string, remedy: Remedy, why: string, next: string]>
> = {
  busy: [
    "store-busy",
    "retry",
    "another program holds a lock on it",
    "Close what else writes to it, such as a database browser, and try again.",
  ],
  full: [
    "store-full",
    "configure",
    "the disk is full",
    "Nothing of this write was stored, and what was stored before is whole. Make room, or point store.path to " +
    "another disk.",
  ],
  damaged: [
    "store-damaged",
    "configure",
    "the file is damaged: its pages do not fit together, or it ends too early",
    "It was left as it is. `deno task store check` names what is wrong; put a copy of it back, or move it away and " +
    "fetch anew.",
  ],
  foreign: [
    "store-foreign",
    "configure",
    "the file is no SQLite database",
    "It was left as it is. Point store.path to another file.",
  ],
  "read-only": [
    "store-read-only",
    "configure",
    "the file cannot be written to",
    "Give this user the right to write to it and to its folder, or point store.path elsewhere.",
  ],
  unreachable: [
    "store-unreachable",
    "configure",
    "the file cannot be opened",
    "Look at the path, and at the rights to the file and its folder.",
  ],
  disk: [
    "store-disk",
    "configure",
    "the disk failed to read or write, or lets no file grow that large",
    "Nothing of this write was stored. Look at the disk; then `deno task store check`.",
  ],
  statement: [
    "store-defect",
    "give-up",
    "the database refused a statement",
    "This is a defect of Comove; please report it.",
  ],
};

/**
 * What a database refused, for people: what, why, what next. Every other error stays what it is.
 *
 * @param what `The store /data/comove-live.db cannot be opened`, without a full stop.
 */
export function storeRefusal(what: string, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const [code, remedy, why, next] = REFUSALS[error.fault];
  const detail = error.fault === "statement" ? ` (${error.message})` : "";
  return new MarketError(code, remedy, `${what}: ${why}${detail}. ${next}`, { cause: error });
}

/** Who writes to a store. */
export interface WriterNote {
  readonly pid: number;
  /** Name of the machine; undefined where it is not known. */
  readonly host: string | undefined;
  /** Local wall clock, epoch ms UTC. */
  readonly since: number;
}

/** There is another writer. */
export function heldRefusal(place: string, writer: WriterNote | undefined, pid: number) {
  const who = writer === undefined ? "another process" : whoIs(writer, pid);
  return new MarketError(
    "store-held",
    "configure",
    `The store ${place} has a writer: ${who}. A store has one writer and any number of readers: stop that one, ` +
      `open it to read only, or point store.path to another file.`,
  );
}

/** `process 12 on desk, since 2026-01-26 23:00:00 UTC`. @param own this process */
export function whoIs({ pid, host, since }: WriterNote, own: number): string {
  const what = pid === own ? "this very process" : "process";
  return `${what} ${pid} on ${host ?? "this machine"}, since ${formatUtc(since)}`;
}
