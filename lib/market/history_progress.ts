import { counted } from "../model/counted.ts";
import { SECOND } from "../model/time.ts";
import type { StreamOverview } from "./stream_overview.ts";
import { namesText } from "./venue_troubles.ts";

/** How much of the wanted history is in, of the instruments that still wait for some. */
export interface HistoryProgress {
  readonly instruments: readonly string[];
  /** Minutes that are in, and of how many. */
  readonly minutes: number;
  readonly of: number;
  /** Local ms until the rest is in, by the pace so far and the venues' limits; NaN while unknown. */
  readonly leftMs: number;
}

/** Fewer minutes are no history: the newest are always on their way. */
const LEAST_MINUTES = 30;
/** The pace is measured over this long at least, local ms. */
const LEAST_MEASURED_MS = 500;

type Awaited = Pick<StreamOverview, "instrument" | "minutes" | "absent" | "missing" | "backlog">;

/** Watches history come in, to say how long the rest will take. */
export class HistoryWatch {
  /** Since when these are awaited, and how much was missing then. */
  #since: { readonly at: number; readonly names: string; readonly missing: number } | undefined;

  /**
   * Takes in how things stand, and gives the progress; undefined when no history is awaited.
   *
   * @param now local monotonic ms.
   */
  take(streams: readonly Awaited[], now: number): HistoryProgress | undefined {
    const waiting = streams.filter(({ backlog, missing }) =>
      backlog !== undefined && missing >= LEAST_MINUTES
    );
    if (waiting.length === 0) {
      this.#since = undefined;
      return undefined;
    }
    const missing = sum(waiting.map((stream) => stream.missing));
    const names = waiting.map(({ instrument }) => instrument).join();
    // The pace of one venue says nothing of another's, and an outage meanwhile adds to it.
    if (this.#since?.names !== names || missing > this.#since.missing) {
      this.#since = { at: now, names, missing };
    }
    const minutes = sum(waiting.map(({ minutes, absent }) => minutes + absent));
    const lastInMs = Math.max(...waiting.map(({ backlog }) => backlog!.lastInMs));
    const measuredMs = now - this.#since.at, came = this.#since.missing - missing;
    const leftMs = came > 0 && measuredMs >= LEAST_MEASURED_MS
      ? Math.max(lastInMs, missing * measuredMs / came)
      : NaN;
    return {
      instruments: waiting.map(({ instrument }) => instrument),
      minutes,
      of: minutes + missing,
      leftMs,
    };
  }
}

/** `History of ES: 17,040 of 29,895 minutes are in, the newest first, 10 s left.` */
export function historyText({ instruments, minutes, of, leftMs }: HistoryProgress): string {
  const names = namesText(instruments.map((instrument) => ({ instrument })));
  const left = Number.isNaN(leftMs) ? "" : `, ${leftText(leftMs)} left`;
  return `History of ${names}: ${whole(minutes)} of ${
    whole(of)
  } minutes are in, the newest first${left}.`;
}

const MINUTE_FROM_S = 120;

function leftText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  return seconds < MINUTE_FROM_S ? `${seconds} s` : counted(Math.ceil(seconds / 60), "minute");
}

function whole(value: number): string {
  return value.toLocaleString("en-US");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
