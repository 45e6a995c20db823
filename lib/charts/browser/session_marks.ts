import type { TimeAxis } from "./time_axis.ts";
import type { Interval } from "../../model/time.ts";

/** What is drawn behind the bars of one chart. Positions are those of a {@link TimeAxis}. */
export interface SessionMarks {
  /** The market was shut: shaded. */
  readonly shut: readonly { readonly from: number; readonly to: number }[];
  /** Lines between two bars. */
  readonly lines: readonly { readonly at: number; readonly kind: "jump" | "roll" }[];
}

/**
 * Where breaks and rolls lie on an axis, half a bar before the first bar they touch. A break in which no
 * series has a bar takes no room: it is a line, as is any other time the axis leaves out.
 */
export function sessionMarks(
  axis: TimeAxis,
  breaks: readonly Interval[],
  rolls: readonly number[],
): SessionMarks {
  const shut = breaks.map(({ from, to }) => ({
    from: axis.firstFrom(from) - 0.5,
    to: axis.firstFrom(to) - 0.5,
  })).filter(({ from, to }) => to > from);
  const inside = (time: number) =>
    axis.last >= 0 && time > axis.times[0]! && time <= axis.times.at(-1)!;
  return {
    shut,
    lines: [
      ...axis.jumps().map((before) => ({ at: before + 0.5, kind: "jump" as const })),
      ...rolls.filter(inside).map((time) => ({
        at: axis.firstFrom(time) - 0.5,
        kind: "roll" as const,
      })),
    ],
  };
}
