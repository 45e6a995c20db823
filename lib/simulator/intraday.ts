import { DAY, HOUR, MINUTE } from "../model/time.ts";

const MINUTES_A_DAY = DAY / MINUTE;

/** One value for every minute of a day. */
export type DayShape = Float64Array;

/**
 * A day's shape drawn through points `[hour, value]`, straight between them and round midnight.
 */
function through(points: readonly (readonly [hour: number, value: number])[]): DayShape {
  const shape = new Float64Array(MINUTES_A_DAY);
  const last = points.at(-1)!, first = points[0]!;
  const ring = [[last[0] - 24, last[1]] as const, ...points, [first[0] + 24, first[1]] as const];
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    const hour = minute / 60;
    const next = ring.findIndex(([at]) => at > hour);
    const [from, low] = ring[next - 1]!, [to, high] = ring[next]!;
    shape[minute] = low + (high - low) * (hour - from) / (to - from);
  }
  return shape;
}

/**
 * Volume of a US index future by New York time, 1 = a plain minute of the regular session: a U from 09:30
 * to 16:00, thin nights, a rise at Europe's open and at the 08:30 releases.
 */
export const FUTURES_VOLUME = through([
  [0, 0.028],
  [2, 0.05],
  [3, 0.14],
  [5, 0.1],
  [8, 0.14],
  [8.5, 0.32],
  [9.48, 0.36],
  [9.5, 2.1],
  [10.5, 1.25],
  [12.5, 0.72],
  [14, 0.85],
  [15.5, 1.3],
  [15.98, 2.3],
  [16.02, 0.4],
  [16.5, 0.1],
  [17, 0.06],
  [18, 0.09],
  [19, 0.05],
  [20, 0.07],
  [22, 0.04],
]);

/** Volatility of US index futures by New York time, 1 = a plain minute of the regular session. */
export const FUTURES_VOLATILITY = through([
  [0, 0.33],
  [2, 0.38],
  [3, 0.6],
  [5, 0.48],
  [8, 0.5],
  [8.5, 0.9],
  [9.48, 0.75],
  [9.5, 1.7],
  [10.5, 1.15],
  [12.5, 0.82],
  [14, 0.9],
  [15.5, 1.1],
  [15.98, 1.35],
  [16.02, 0.7],
  [17, 0.4],
  [18, 0.48],
  [19, 0.4],
  [20, 0.45],
  [22, 0.36],
]);

/** Volume of the big coins by New York time, mean near 1: never shut, heaviest in US hours. */
export const CRYPTO_VOLUME = through([
  [0, 0.75],
  [3, 0.95],
  [6, 0.85],
  [8, 1.05],
  [9.5, 1.8],
  [11, 1.45],
  [13, 1.1],
  [15.5, 1.2],
  [17, 0.8],
  [20, 0.9],
  [22, 0.7],
]);

/** Volatility of the big coins by New York time, 1 = a plain minute of US hours. */
export const CRYPTO_VOLATILITY = through([
  [0, 0.62],
  [3, 0.7],
  [6, 0.65],
  [8, 0.75],
  [9.5, 1.25],
  [11, 1.05],
  [13, 0.9],
  [15.5, 1],
  [17, 0.7],
  [20, 0.7],
  [22, 0.6],
]);

/** Spot volume at weekends over that of other days. */
export const WEEKEND_VOLUME = 0.6;

/**
 * New York's minute of the day at the first minute of a UTC day. The offset is taken at noon UTC: the
 * clocks change on Sunday nights, when the index futures are shut.
 */
export function newYorkShift(dayStart: number): number {
  const noon = Temporal.Instant.fromEpochMilliseconds(dayStart + 12 * HOUR);
  const offset = noon.toZonedDateTimeISO("America/New_York").offsetNanoseconds / 60e9;
  return (offset + MINUTES_A_DAY) % MINUTES_A_DAY;
}

/** The shape's value at a minute of the UTC day, given that day's {@link newYorkShift}. */
export function shapeAt(shape: DayShape, minuteOfDay: number, shift: number): number {
  return shape[(minuteOfDay + shift) % MINUTES_A_DAY]!;
}
