import { formatUtc } from "../model/time.ts";
import { entryOf, type LogEntry, plainFields } from "./log_entry.ts";
import { RepeatedTroubles } from "./repeated_troubles.ts";

/** Changes of state that a reader waits for; those between are steps on the way. */
const ARRIVALS: ReadonlySet<unknown> = new Set(["live", "stale", "recovering", "failed", "closed"]);

/**
 * The log for a person at a screen: a plain line where standard error has JSON otherwise, each trouble once with a
 * reminder while it lasts, and of a connection's steps only those that matter. The files of `log.dir` hold everything.
 *
 * @example
 * ```ts
 * import { ScreenLog } from "./screen_log.ts";
 * import assert from "node:assert/strict";
 * const lines: string[] = [];
 * const log = new ScreenLog((text) => void lines.push(text));
 * const line = (second: string, message: string) =>
 *   JSON.stringify({ time: `2026-12-02T00:46:${second}.000Z`, level: "warn", source: "ibkr", message, fields: {} });
 * log.take(line("55", "Nothing listens on 127.0.0.1:4002."));
 * log.take(line("56", "Nothing listens on 127.0.0.1:4002."));
 * assert.deepEqual(lines, [
 *   "Log of 2026-12-02, times in UTC by this machine's clock. A trouble that repeats is shown once.\n",
 *   "00:46:55 ibkr     warning: Nothing listens on 127.0.0.1:4002.\n",
 * ]);
 * ```
 */
export class ScreenLog {
  readonly #write: (text: string) => void;
  readonly #troubles = new RepeatedTroubles();
  /** The newest line of each source. */
  readonly #last = new Map<string, string>();
  /** Sources that have states. */
  readonly #connections = new Set<string>();
  #day = "";

  /** @param write takes each line for the screen, with its end. */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** @param line of the log, as JSON; anything else is shown as it is. */
  take(line: string): void {
    const entry = entryOf(line);
    if (entry === undefined) return this.#write(line);
    const text = this.#textOf(entry);
    if (text === undefined || text === this.#last.get(entry.source)) return;
    this.#last.set(entry.source, text);
    this.#sayDay(entry.time);
    this.#write(`${formatUtc(entry.time).slice(11, 19)} ${entry.source.padEnd(8)} ${text}\n`);
  }

  /** What there is to say; undefined for what has been said. */
  #textOf(entry: LogEntry): string | undefined {
    const { level, source, message, fields } = entry;
    if (typeof fields["to"] === "string") return this.#stateText(entry);
    if (level === "warn" || level === "error") {
      const trouble = this.#troubles.textOf(entry);
      return trouble && `${level === "warn" ? "warning" : "error"}: ${trouble}`;
    }
    if (this.#troubles.isShown(message)) return undefined;
    if (!this.#connections.has(source)) this.#troubles.end(source);
    return this.#troubles.brief(entry) + plainFields(fields);
  }

  #stateText({ source, fields }: LogEntry): string | undefined {
    const { from, to } = fields, reason = String(fields["reason"] ?? "");
    this.#connections.add(source);
    if (to === "live") {
      const trouble = this.#troubles.end(source);
      return trouble === undefined
        ? "live"
        : `live again; the trouble began at ${formatUtc(trouble.since).slice(11, 19)}`;
    }
    if (from === "idle") return String(to);
    if (!ARRIVALS.has(to) || this.#troubles.isShown(reason)) return undefined;
    return reason === "" ? String(to) : `${to}: ${reason}`;
  }

  #sayDay(time: number): void {
    const day = formatUtc(time).slice(0, 10);
    if (day === this.#day) return;
    const more = this.#day === "" ? " A trouble that repeats is shown once." : "";
    this.#day = day;
    this.#write(`Log of ${day}, times in UTC by this machine's clock.${more}\n`);
  }
}
