import type { RowNotice, StoreBatch } from "../store.ts";

/** A notice takes 8,000 bytes less one at most. */
const MOST_BYTES = 7_900;
/** Says that more has changed than one notice can name. */
const ANYTHING = "*";

/** What a batch may have changed of bars, trades and coverage, as the text of one notice; undefined for nothing. */
export function noticeOf(
  { bars = [], trades = [], coverage = [] }: StoreBatch,
): string | undefined {
  const ranges = new Map<string, [instrument: string, stepMs: number, from: number, to: number]>();
  const add = (instrument: string, stepMs: number, from: number, to: number) => {
    const key = `${stepMs} ${instrument}`, known = ranges.get(key);
    const [, , first, last] = known ?? [instrument, stepMs, from, to];
    ranges.set(key, [instrument, stepMs, Math.min(first, from), Math.max(last, to)]);
  };
  for (const { instrument, stepMs, bars: { openTime } } of bars) {
    for (const time of openTime) add(instrument, stepMs, time, time + stepMs);
  }
  for (const { instrument, trades: { time } } of trades) {
    for (const one of time) add(instrument, 0, one, one + 1);
  }
  for (const { instrument, stepMs, from, to } of coverage) add(instrument, stepMs, from, to);
  if (ranges.size === 0) return undefined;
  const text = JSON.stringify([...ranges.values()]);
  return new TextEncoder().encode(text).length > MOST_BYTES ? ANYTHING : text;
}

/** What a notice names; undefined for one that says that anything may have changed, or is of no such form. */
export function rowsOfNotice(text: string): readonly RowNotice[] | undefined {
  if (text === ANYTHING) return undefined;
  try {
    const rows = JSON.parse(text) as readonly unknown[][];
    return rows.map(([instrument, stepMs, from, to]) => {
      if (typeof instrument !== "string") throw new TypeError("instrument");
      const numbers = [stepMs, from, to].map((value) => {
        if (typeof value !== "number") throw new TypeError("range");
        return value;
      });
      return { instrument, stepMs: numbers[0]!, from: numbers[1]!, to: numbers[2]! };
    });
  } catch {
    return undefined;
  }
}
