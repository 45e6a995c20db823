import type { Interval } from "../../model/time.ts";
import type { Theme } from "../theme.ts";
import { coordinateOf, type Pane, PaneMarks } from "./pane_marks.ts";
import type { TimeAxis } from "./time_axis.ts";

/** What another panel points out in the charts. Positions are those of a {@link TimeAxis}. */
export interface PlacedSpans {
  readonly spans: readonly Interval[];
  /** The bar that a link leads to; undefined without one. */
  readonly place: number | undefined;
}

/** Each span with the bars it touches, whole; spans without a bar are left out. */
export function placedSpans(
  axis: TimeAxis,
  spans: readonly Interval[],
  time: number | undefined,
): PlacedSpans {
  const rowOf = (at: number) => axis.firstFrom(at + 1) - 1;
  const endOf = (row: number) => axis.times[row]! + axis.stepMs;
  const placed = spans.map(({ from, to }) => {
    const row = rowOf(from);
    const first = row >= 0 && from < endOf(row) ? row : row + 1;
    return { from: first - 0.5, to: axis.firstFrom(to) - 0.5 };
  });
  const row = time === undefined ? -1 : rowOf(time);
  return {
    spans: placed.filter(({ from, to }) => to > from),
    place: row < 0 ? undefined : row,
  };
}

/** Draws {@link PlacedSpans} behind the bars: bands with an edge, and an arrow over the bar that a link leads to. */
export class SpanMarks extends PaneMarks {
  #placed: PlacedSpans = { spans: [], place: undefined };

  constructor(theme: Theme) {
    super(theme, "bottom");
  }

  set placed(placed: PlacedSpans) {
    this.#placed = placed;
    this.changed();
  }

  get placed(): PlacedSpans {
    return this.#placed;
  }

  protected override draw({ context, width, height, scale }: Pane): void {
    const { spans, place } = this.#placed;
    const ink = this.theme.lines[1]!;
    for (const { from, to } of spans) {
      const left = coordinateOf(scale, from), right = coordinateOf(scale, to);
      if (right < 0 || left > width) continue;
      context.fillStyle = `${ink}30`;
      context.fillRect(left, 0, Math.max(1, right - left), height);
      context.fillStyle = ink;
      context.fillRect(left, 0, Math.max(1, right - left), 2);
    }
    if (place !== undefined) {
      const x = coordinateOf(scale, place);
      context.strokeStyle = context.fillStyle = ink;
      context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, height);
      context.stroke();
      context.beginPath();
      context.moveTo(x - 5, height - 9);
      context.lineTo(x + 5, height - 9);
      context.lineTo(x, height - 2);
      context.fill();
    }
  }
}
