import type { TimeAxis } from "./time_axis.ts";
import type { SeriesBreak } from "../price_series.ts";

/** What is drawn behind the bars of one chart. Positions are those of a {@link TimeAxis}. */
export interface SessionMarks {
  /** The market was shut: shaded. */
  readonly shut: readonly { readonly from: number; readonly to: number }[];
  /** It was open, and bars are missing: hatched. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Lines between two bars; a `gap` is a jump in time that should have had bars. */
  readonly lines: readonly { readonly at: number; readonly kind: "jump" | "gap" | "roll" }[];
}

/**
 * Where breaks and rolls lie on an axis, half a bar before the first bar they touch. A break in which no
 * series has a bar takes no room: it is a line, as is any other time the axis leaves out.
 */
export function sessionMarks(
  axis: TimeAxis,
  breaks: readonly SeriesBreak[],
  rolls: readonly number[],
): SessionMarks {
  const placed = (wanted: SeriesBreak["kind"]) =>
    breaks.filter(({ kind }) => kind === wanted).map(({ from, to }) => ({
      from: axis.firstFrom(from) - 0.5,
      to: axis.firstFrom(to) - 0.5,
    }));
  const isWide = ({ from, to }: { from: number; to: number }) => to > from;
  const gaps = placed("gap");
  const folded = new Set(gaps.filter((gap) => !isWide(gap)).map(({ from }) => from));
  const inside = (time: number) =>
    axis.last >= 0 && time > axis.times[0]! && time <= axis.times.at(-1)!;
  return {
    shut: placed("session").filter(isWide),
    gaps: gaps.filter(isWide),
    lines: [
      ...axis.jumps().map((before) => ({
        at: before + 0.5,
        kind: folded.has(before + 0.5) ? "gap" as const : "jump" as const,
      })),
      ...rolls.filter(inside).map((time) => ({
        at: axis.firstFrom(time) - 0.5,
        kind: "roll" as const,
      })),
    ],
  };
}
