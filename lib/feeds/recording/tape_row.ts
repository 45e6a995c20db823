import type { NetworkFault } from "../../runtime/http.ts";

/**
 * What came in from outside. Ids count the connections, requests and timers of a program from 1, in the order in
 * which it made them. `bytes` are written as characters 0 to 255.
 */
export type Input =
  | { readonly in: "start" }
  | { readonly in: "timer"; readonly id: number; readonly delayMs: number }
  | {
    readonly in: "socket-open";
    readonly id: number;
    /** Of the upgrade; left out where it had none that is kept. */
    readonly headers?: Readonly<Record<string, string>>;
  }
  | { readonly in: "socket-text"; readonly id: number; readonly text: string }
  | { readonly in: "socket-end"; readonly id: number; readonly end: SocketEnd }
  /** The socket is gone that the program closed. */
  | { readonly in: "socket-gone"; readonly id: number }
  | {
    readonly in: "http-answer";
    readonly id: number;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
  }
  | {
    readonly in: "http-failure";
    readonly id: number;
    readonly fault: NetworkFault;
    readonly message: string;
  }
  | { readonly in: "tcp-open"; readonly id: number }
  | { readonly in: "tcp-data"; readonly id: number; readonly bytes: string }
  | { readonly in: "tcp-end"; readonly id: number }
  | {
    readonly in: "tcp-error";
    readonly id: number;
    readonly code: string | null;
    readonly message: string;
  }
  | { readonly in: "tcp-close"; readonly id: number };

/** How a stream socket ended, in a form that can be serialized. */
export type SocketEnd =
  | {
    readonly kind: "refused-upgrade";
    readonly status: number;
    readonly retryAfterMs?: number;
    readonly serverTime?: number;
    readonly text?: string;
  }
  | { readonly kind: "broken"; readonly fault: NetworkFault; readonly message: string }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** What the program did about it. */
export type Output =
  | { readonly out: "random"; readonly value: number }
  | { readonly out: "socket-dial"; readonly id: number; readonly url: string }
  | { readonly out: "socket-send"; readonly id: number; readonly text: string }
  | { readonly out: "socket-close"; readonly id: number }
  | {
    readonly out: "http-ask";
    readonly id: number;
    readonly url: string;
    readonly limitMs: number;
  }
  | { readonly out: "http-abandon"; readonly id: number }
  | {
    readonly out: "tcp-dial";
    readonly id: number;
    readonly host: string;
    readonly port: number;
  }
  | { readonly out: "tcp-send"; readonly id: number; readonly bytes: string }
  | { readonly out: "tcp-close"; readonly id: number };

/** What the recorder has to say itself. */
export type Note =
  /** Rows that are missing here, because the disk was too slow. */
  | { readonly note: "lost"; readonly rows: number }
  /** The recording was ended in order. */
  | { readonly note: "end" };

/** When something came in, on the local clocks. */
export interface Stamp {
  /** Monotonic ms; only differences mean anything. */
  readonly at: number;
  /** Wall clock, epoch ms UTC. */
  readonly wall: number;
}

export type StampedInput = Input & Stamp;

/** One line of a recording. An input opens a turn; the outputs after it are what the program did in it. */
export type Row = StampedInput | Output | Note;

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const bytes: Check = (value) => typeof value === "string" && !/[^\0-\xff]/.test(value);
const code: Check = (value) => value === null || typeof value === "string";

const SHAPES: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  "in start": {},
  "in timer": { id: count, delayMs: number },
  "in socket-open": { id: count, headers: mayBeHeaders },
  "in socket-text": { id: count, text },
  "in socket-end": { id: count, end: isSocketEnd },
  "in socket-gone": { id: count },
  "in http-answer": { id: count, status: count, headers: isHeaders, text },
  "in http-failure": { id: count, fault: text, message: text },
  "in tcp-open": { id: count },
  "in tcp-data": { id: count, bytes },
  "in tcp-end": { id: count },
  "in tcp-error": { id: count, code, message: text },
  "in tcp-close": { id: count },
  "out random": { value: number },
  "out socket-dial": { id: count, url: text },
  "out socket-send": { id: count, text },
  "out socket-close": { id: count },
  "out http-ask": { id: count, url: text, limitMs: number },
  "out http-abandon": { id: count },
  "out tcp-dial": { id: count, host: text, port: count },
  "out tcp-send": { id: count, bytes },
  "out tcp-close": { id: count },
  "note lost": { rows: count },
  "note end": {},
};

/** One line without its line break. */
export function encodeRow(row: Row): string {
  return JSON.stringify(row);
}

/** Longest line, characters: an answer of 8 MB, escaped. */
const MAX_LINE = 16 * 2 ** 20;
/** Local clocks: no machine runs for so long, and no wall clock shows it. */
const MAX_MONOTONIC_MS = 1e12;
const MAX_WALL_MS = 4.2e12;
const within = (value: unknown, most: number) =>
  number(value) && value as number >= 0 && value as number <= most;

/** Undoes {@link encodeRow}. @returns undefined for anything else; never throws. */
export function decodeRow(line: string): Row | undefined {
  if (line.length > MAX_LINE) return undefined;
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isTree(row)) return undefined;
  const sort = ["in", "out", "note"].find((name) => Object.hasOwn(row, name));
  const shape = sort === undefined ? undefined : shapeOf(`${sort} ${row[sort]}`);
  if (shape === undefined) return undefined;
  const isStamped = sort !== "in" ||
    (within(row["at"], MAX_MONOTONIC_MS) && within(row["wall"], MAX_WALL_MS));
  const isGood = isStamped && Object.entries(shape).every(([name, check]) => check(row[name]));
  return isGood ? row as unknown as Row : undefined;
}

function shapeOf(name: string) {
  return Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mayBeHeaders(value: unknown): boolean {
  return value === undefined || isHeaders(value);
}

function isHeaders(value: unknown): boolean {
  return isTree(value) && Object.values(value).every(text);
}

function isSocketEnd(value: unknown): boolean {
  if (!isTree(value)) return false;
  const { kind, status, retryAfterMs, serverTime } = value;
  if (kind === "closed") return number(value["code"]) && text(value["reason"]);
  if (kind === "broken") return text(value["fault"]) && text(value["message"]);
  return kind === "refused-upgrade" && number(status) &&
    (retryAfterMs === undefined || number(retryAfterMs)) &&
    (serverTime === undefined || number(serverTime)) &&
    (value["text"] === undefined || text(value["text"]));
}
