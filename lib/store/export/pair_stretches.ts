import type { Instrument } from "../../model/instrument.ts";
import type { MinuteGrid } from "../../model/minute_grid.ts";
import { DAY, floorTo, type Interval } from "../../model/time.ts";
import { type ExportQuery, type ExportSource, rangeOf } from "./export_kind.ts";
import { stretchesOf } from "./stretches.ts";

/** The minutes of a pair for the rows of one stretch. */
export interface PairStretch {
  readonly a: MinuteGrid;
  readonly b: MinuteGrid;
  /** Rows are wanted that open at or after `from` and end by `to`. */
  readonly range: Interval;
}

/** How {@link pairStretches} cuts. */
export interface PairStretchOptions {
  /** Ms before a stretch that its first window needs. */
  readonly before: number;
  /** Does not cut. @default false */
  readonly isWhole?: boolean;
}

/**
 * The minutes of a pair, stretch by stretch, over the time that both have and that was asked for. The first stretch may
 * begin in the middle of a window: what stands before it is read too.
 */
export async function* pairStretches(
  { minutes }: ExportSource,
  sides: readonly [Instrument, Instrument],
  query: ExportQuery,
  { before, isWhole = false }: PairStretchOptions,
): AsyncGenerator<PairStretch> {
  const spans = [await minutes.span(sides[0]), await minutes.span(sides[1])];
  const [ofA, ofB] = spans;
  if (ofA === undefined || ofB === undefined) return;
  const common = {
    // The slot that holds the first minute of both is not complete, and a row all the same.
    from: floorTo(Math.max(ofA.from, ofB.from), DAY),
    to: Math.min(ofA.to, ofB.to),
  };
  const asked = rangeOf(query, common);
  if (!(asked.from < asked.to)) return;
  for (const range of isWhole ? [asked] : stretchesOf(asked)) {
    // Whole days before it, so that pairs and timeframes read the same stretch.
    const stretch = { from: floorTo(range.from - before, DAY), to: range.to };
    const a = await minutes.grid(sides[0], stretch);
    const b = await minutes.grid(sides[1], stretch);
    yield { a, b, range };
  }
}
