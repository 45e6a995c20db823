import { DAY, HOUR, type Interval, MINUTE } from "../model/time.ts";

/** A mark on a time axis. */
export interface TimeTick {
  readonly time: number;
  readonly x: number;
  /** `14:30`, or `12-03` where steps are days. */
  readonly text: string;
  /** `2025-12-03` under the first tick and where a day begins, or the year where steps are days; else undefined. */
  readonly date: string | undefined;
}

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY),
];

/** Least distance of two ticks, CSS px: `00:00` and room around it. */
const LEAST_PX = 64;

/**
 * Round UTC times for an axis, far enough apart to be read.
 *
 * @param stretches where time runs evenly; none is set between them.
 * @param xOf CSS px of a time.
 * @param options.within ticks keep their text inside these px.
 */
export function timeTicks(
  stretches: readonly Interval[],
  xOf: (time: number) => number,
  options: { readonly within: readonly [number, number] },
): TimeTick[] {
  const [left, right] = options.within;
  const stepMs = stepFor(stretches, xOf);
  const ticks: TimeTick[] = [];
  let day = "", lastX = -Infinity;
  for (const { from, to } of stretches) {
    for (let time = Math.ceil(from / stepMs) * stepMs; time < to; time += stepMs) {
      const x = xOf(time);
      if (x < left + 18 || x > right - 18 || x - lastX < 0.7 * LEAST_PX) continue;
      const today = dateText(time, stepMs);
      const date = today === day ? undefined : today;
      ticks.push({ time, x, text: stepMs >= DAY ? shortDate(time) : clockText(time), date });
      [day, lastX] = [today, x];
    }
  }
  return ticks;
}

function stepFor(stretches: readonly Interval[], xOf: (time: number) => number): number {
  const ms = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const px = stretches.reduce((sum, { from, to }) => sum + xOf(to) - xOf(from), 0);
  return STEPS.find((step) => step * px / ms >= LEAST_PX) ?? STEPS.at(-1)!;
}

/** `14:30` */
function clockText(time: number): string {
  return new Date(time).toISOString().slice(11, 16);
}

/** `12-03` */
function shortDate(time: number): string {
  return new Date(time).toISOString().slice(5, 10);
}

/** `2025-12-03`; with steps of days, the year. */
function dateText(time: number, stepMs: number): string {
  return new Date(time).toISOString().slice(0, stepMs >= DAY ? 4 : 10);
}
