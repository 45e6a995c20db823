import { faultOf } from "../../model/bar.ts";
import {
  ceilTo,
  DAY,
  floorTo,
  HOUR,
  type Interval,
  mergeIntervals,
  MINUTE,
  SECOND,
} from "../../model/time.ts";
import type { VenueBar } from "./gateway.ts";

/** One question to the venue's history: which minutes it is about, and its wire form. */
export interface HistoryPlan extends Interval {
  readonly end: string;
  readonly duration: string;
  /** Where the answer ends; undefined: when the service looks at the question. */
  readonly endTime: number | undefined;
  /** How far before its end the answer begins, ms. */
  readonly spanMs: number;
}

/** One request asks for at most this much. */
export const MAX_SPAN_MS = DAY;
/**
 * Minutes this near to those that are due are asked for along with them; what lies further apart, with known minutes
 * between, is another question's.
 */
const JOINED_MS = 2 * HOUR;
/** A hole that ends this recently is asked for up to now. */
const RECENT_MS = 30 * MINUTE;
/** Bars beside the hole prove that the answer reaches over it. */
const MARGIN_MS = 2 * MINUTE;
/** Longest duration that TWS takes in seconds. */
const MAX_SECONDS = 86_400;
/** A question of whole days may reach back so far before what it is about: over a weekend and a holiday. */
export const DAYS_REACH_MS = 4 * DAY;

/** What a question is planned with, beside the holes. */
export interface PlanOptions {
  /**
   * The service looks at the question at most so much after `now`, ms. What is asked for up to "now" begins that much
   * later, so it is asked for from that much earlier. @default 0
   */
  readonly servedWithinMs?: number;
  /**
   * Whether minutes that open before a time are known already, within {@link DAYS_REACH_MS}. A question in whole days
   * would bring them again: it is cut to what can be asked in seconds. @default none are
   */
  readonly isKnownBefore?: (openTime: number) => boolean;
}

/**
 * The next question that covers as many of the holes as one request can, oldest first; the newest part of them where
 * more would bring known minutes again.
 *
 * @param holes sorted, not empty.
 * @param now best guess of the venue's time.
 */
export function planHistory(
  holes: readonly Interval[],
  now: number,
  { servedWithinMs = 0, isKnownBefore = () => false }: PlanOptions = {},
): HistoryPlan {
  const oldest = holes[0]!.from;
  const reach = oldest + MAX_SPAN_MS;
  let to = oldest;
  for (const hole of holes) if (hole.from < reach) to = Math.min(hole.to, reach);
  const isRecent = now - to < RECENT_MS;
  const end = isRecent ? now : to + MARGIN_MS;
  const marginMs = isRecent ? Math.max(MARGIN_MS, servedWithinMs) : MARGIN_MS;
  const inSeconds = ceilTo(end + marginMs - MAX_SECONDS * SECOND, MINUTE);
  const isCut = oldest < inSeconds && inSeconds < to && isKnownBefore(oldest);
  const from = isCut ? inSeconds : oldest;
  const seconds = Math.ceil((end - from + marginMs) / SECOND);
  const days = Math.ceil(seconds / MAX_SECONDS);
  const isShort = seconds <= MAX_SECONDS;
  return {
    from,
    to,
    end: isRecent ? "" : endText(end),
    duration: isShort ? `${seconds} S` : `${days} D`,
    endTime: isRecent ? undefined : floorTo(end, SECOND),
    spanMs: isShort ? seconds * SECOND : days * DAY,
  };
}

/**
 * Minutes that open at this time or later lie within the answer, whenever the service looked at the question.
 *
 * @param latest a venue time that cannot have passed when the answer came.
 */
export function coveredFrom({ endTime = Infinity, spanMs }: HistoryPlan, latest: number): number {
  return Math.min(endTime, latest) - spanMs;
}

/** How many questions cover all of the holes. */
export function questionsFor(holes: readonly Interval[], now: number): number {
  let count = 0;
  for (let rest = holes; rest.length > 0; count++) {
    const { to } = planHistory(rest, now);
    rest = rest.filter((hole) => hole.to > to)
      .map((hole) => ({ from: Math.max(hole.from, to), to: hole.to }));
  }
  return count;
}

/**
 * What the next question is about: the newest of what is due and as much before it as one request can cover. Parts of
 * other holes that lie near the newest are asked for along with it: requests are scarce, rows are not.
 *
 * @param due sorted, not empty; @param holes sorted.
 * @param since nothing that opens before it, which another contract traded.
 */
export function newestFirst(
  due: readonly Interval[],
  holes: readonly Interval[],
  since: number,
): Interval[] {
  const newest = due.at(-1)!;
  const start = Math.max(since, newest.to - MAX_SPAN_MS);
  const nearFrom = Math.max(start, Math.min(newest.to - MINUTE, newest.from) - JOINED_MS);
  const wanted = mergeIntervals([
    ...within(due, { from: start, to: newest.to }),
    ...within(holes, { from: nearFrom, to: newest.to }),
  ]);
  const apart = wanted.findLastIndex(({ from }, i) =>
    i > 0 && from - wanted[i - 1]!.to > JOINED_MS
  );
  return wanted.slice(Math.max(0, apart));
}

function within(holes: readonly Interval[], { from, to }: Interval): Interval[] {
  return holes.map((hole) => ({ from: Math.max(hole.from, from), to: Math.min(hole.to, to) }))
    .filter((hole) => hole.from < hole.to);
}

/** `20251203-14:30:00`, which TWS reads as UTC. */
function endText(time: number): string {
  const [date, clock] = new Date(time).toISOString().split("T");
  return `${date!.replaceAll("-", "")}-${clock!.slice(0, 8)}`;
}

/**
 * Rows of an answer that are surely closed. The last row is often the minute still being made, and the service
 * may trail the venue's clock, so that the last row is half a minute although that minute is over. A row that
 * another follows is whole. Rows from the future are stamped wrongly and prove nothing.
 *
 * @param options.sentAtLeast a venue time that had surely passed when the question was sent.
 * @param options.latest a venue time that cannot have passed when the answer came.
 * @param options.isWhole judges the last row, once its minute is over.
 */
export function closedRows(
  bars: readonly VenueBar[],
  { sentAtLeast, latest, isWhole }: {
    readonly sentAtLeast: number;
    readonly latest: number;
    readonly isWhole: (last: VenueBar) => boolean;
  },
): VenueBar[] {
  const isPossible = ({ time }: VenueBar) =>
    Number.isSafeInteger(time) && time % MINUTE === 0 && time <= latest;
  const rows = bars.filter(isPossible).sort((a, b) => a.time - b.time);
  const last = rows.at(-1)?.time;
  const isClosed = (bar: VenueBar) => bar.time + MINUTE <= sentAtLeast;
  return rows.filter((bar) => isClosed(bar) && (bar.time !== last || isWhole(bar)));
}

/**
 * True when an answer proves that the venue has no bar for a minute it left out: bars on both sides of it
 * are there. Without them the answer may have been cut short, or have come too early.
 */
export function provesAbsent(openTime: number, bars: readonly VenueBar[]): boolean {
  return bars.some((bar) => bar.time > openTime) && bars.some((bar) => bar.time < openTime) &&
    !bars.some((bar) => bar.time === openTime);
}

/**
 * True for a row that can be what it says. One that cannot makes the whole answer doubtful as a proof of
 * what it leaves out.
 */
export function isBelievable(row: VenueBar, latest: number): boolean {
  const { time: openTime, open, high, low, close, volume } = row;
  const values = { open, high, low, close, volume };
  const bar = { openTime, ...values, closed: true, revision: 0, source: "live" } as const;
  return faultOf(bar, MINUTE) === undefined && openTime <= latest;
}
