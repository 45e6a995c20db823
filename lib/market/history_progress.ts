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
/** … and over so many answers at most: a venue's first ones come faster than its limits let the others come. */
const MOST_ANSWERS = 8;

type Awaited = Pick<
  StreamOverview,
  "instrument" | "venue" | "minutes" | "absent" | "missing" | "backlog"
>;

/** Watches history come in, to say how long the rest will take: each venue at its own pace. */
export class HistoryWatch {
  readonly #venues = new Map<string, VenuePace>();

  /**
   * Takes in how things stand, and gives the progress; undefined when no history is awaited.
   *
   * @param now local monotonic ms.
   */
  take(streams: readonly Awaited[], now: number): HistoryProgress | undefined {
    const waiting = streams.filter(({ backlog, missing }) =>
      backlog !== undefined && missing >= LEAST_MINUTES
    );
    const venues = new Set(waiting.map(({ venue }) => venue));
    for (const venue of this.#venues.keys()) if (!venues.has(venue)) this.#venues.delete(venue);
    if (waiting.length === 0) return undefined;
    const left = [...venues].map((venue) => {
      const own = waiting.filter((stream) => stream.venue === venue);
      const pace = this.#venues.get(venue) ?? new VenuePace();
      this.#venues.set(venue, pace);
      pace.take(sum(own.map(({ missing }) => missing)), now);
      return Math.max(pace.leftMs(now), ...own.map(({ backlog }) => backlog!.lastInMs));
    });
    const minutes = sum(waiting.map(({ minutes, absent }) => minutes + absent));
    return {
      instruments: waiting.map(({ instrument }) => instrument),
      minutes,
      of: minutes + sum(waiting.map(({ missing }) => missing)),
      leftMs: Math.max(...left),
    };
  }
}

/** How fast one venue answers: history comes in pieces, so time counts from one to the next. */
class VenuePace {
  /** The newest pieces, oldest first, the start before them: when each came, and what was missing then. */
  #pieces: { readonly at: number; readonly missing: number }[] = [];

  take(missing: number, at: number): void {
    const last = this.#pieces.at(-1);
    if (last?.missing === missing) return;
    // An outage meanwhile, or one instrument more.
    if (last !== undefined && missing > last.missing) this.#pieces = [];
    this.#pieces.push({ at, missing });
    if (this.#pieces.length > MOST_ANSWERS) this.#pieces.shift();
  }

  /** Local ms until nothing is missing; NaN while there is no pace. */
  leftMs(now: number): number {
    const first = this.#pieces[0], last = this.#pieces.at(-1);
    if (first === undefined || last === undefined) return NaN;
    const tookMs = last.at - first.at, came = first.missing - last.missing;
    if (came <= 0 || tookMs < LEAST_MEASURED_MS) return NaN;
    return Math.max(0, last.at + last.missing * tookMs / came - now);
  }
}

/** `history 17,040 of 29,895 minutes`, and how long the rest takes: true only now. */
export function historyBrief(
  { minutes, of, leftMs }: HistoryProgress,
): { readonly was: string; readonly now: string } {
  const was = `history ${whole(minutes)} of ${whole(of)} minutes`;
  return { was, now: Number.isNaN(leftMs) ? was : `${was}, ${leftText(leftMs)} left` };
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
