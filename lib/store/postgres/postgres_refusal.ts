import { MarketError, type Remedy } from "../../model/errors.ts";

/** What to do about a refusal of the server: stable name, remedy, why, what next. */
type Refusal = readonly [code: string, remedy: Remedy, why: string, next: string];

const LOST_CONNECTION: Refusal = [
  "store-unreachable",
  "retry",
  "the connection was lost",
  "Nothing is taken for stored until the server says so; it is tried again.",
];

/** By code of the socket or the client, or by the first letters of SQLSTATE; the longest that fits. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ECONNREFUSED: [
    "store-unreachable",
    "retry",
    "nothing answers at its address",
    "Start the server, or look at host and port in store.url.",
  ],
  ENOTFOUND: [
    "store-unreachable",
    "configure",
    "its host is not known",
    "Look at the host in store.url.",
  ],
  ETIMEDOUT: [
    "store-unreachable",
    "retry",
    "the server does not answer",
    "Look at host, port and firewall; it is tried again.",
  ],
  ECONNRESET: LOST_CONNECTION,
  EPIPE: LOST_CONNECTION,
  CONNECTION_LOST: LOST_CONNECTION,
  "08": LOST_CONNECTION,
  "57P": [
    "store-unreachable",
    "retry",
    "the server is shutting down or starting",
    "It is tried again.",
  ],
  "53300": [
    "store-busy",
    "retry",
    "the server has no connection left",
    "Raise max_connections, or stop readers.",
  ],
  "53100": [
    "store-full",
    "configure",
    "the server's disk is full",
    "Nothing of this write was stored, and what was stored before is whole. Make room there.",
  ],
  "28": [
    "store-denied",
    "configure",
    "the server takes neither this user nor this password",
    "Look at user and password in store.url, and at the server's pg_hba.conf.",
  ],
  "3D000": [
    "no-store",
    "configure",
    "there is no such database",
    "Make it (createdb), or name another one in store.url.",
  ],
  "42501": [
    "store-denied",
    "configure",
    "the user may not do this",
    "Give it the right to the database's schema: a writer creates tables, a reader selects.",
  ],
  "40": ["store-busy", "retry", "another transaction was in the way", "It is tried again."],
  "55P03": ["store-busy", "retry", "another transaction holds a lock", "It is tried again."],
  XX001: [
    "store-damaged",
    "configure",
    "the server found damaged pages",
    "Put a backup of the database back; the server's log says more.",
  ],
};

/**
 * What a server refused, for people: what, why, what next. Every other error stays what it is.
 *
 * @param what `The store postgres://host/markets cannot be opened`, without a full stop.
 */
export function postgresRefusal(what: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof MarketError || code === undefined) return error;
  const known = Object.keys(REFUSALS).filter((begin) => code.startsWith(begin));
  const begin = known.toSorted((a, b) => b.length - a.length)[0];
  if (begin === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return new MarketError(
      "store-defect",
      "give-up",
      `${what}: the server refused a statement (${message}). This is a defect of Comove; please report it.`,
      { cause: error },
    );
  }
  const [name, remedy, why, next] = REFUSALS[begin]!;
  return new MarketError(name, remedy, `${what}: ${why}. ${next}`, { cause: error });
}

/** The code of an error of the server, of its client or of the socket. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}
