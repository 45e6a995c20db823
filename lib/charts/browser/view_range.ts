import type { TimeAxis } from "./time_axis.ts";

/** Positions on an axis, of which a chart shows those between. */
export interface Positions {
  readonly from: number;
  readonly to: number;
}

/** What the reader looks at: the newest bars as they come, or a stretch of time that stays. */
export type ViewRange =
  | {
    readonly kind: "following";
    /** Bars across the chart. */
    readonly span: number;
    /** Room right of the newest bar, in bars. */
    readonly margin: number;
  }
  | { readonly kind: "fixed"; readonly from: number; readonly to: number };

/** Room right of the newest bar at first. */
const MARGIN_BARS = 4;

/** The newest bars, about 8 px each. */
export function initialRange(width: number): ViewRange {
  const span = Math.min(300, Math.max(50, Math.round(width / 8)));
  return { kind: "following", span, margin: MARGIN_BARS };
}

/** What the reader has chosen by moving the chart there: while the newest bar shows, it is followed. */
export function rangeAt(axis: TimeAxis, { from, to }: Positions): ViewRange {
  if (to >= axis.last - 0.5) return { kind: "following", span: to - from, margin: to - axis.last };
  return { kind: "fixed", from: axis.timeAt(from), to: axis.timeAt(to) };
}

/** Where a range lies on an axis; undefined when the axis has nothing of it. */
export function positionsOf(axis: TimeAxis, range: ViewRange): Positions | undefined {
  if (axis.last < 0) return undefined;
  if (range.kind === "following") {
    const to = axis.last + range.margin;
    return { from: to - range.span, to };
  }
  const from = axis.positionAt(range.from), to = axis.positionAt(range.to);
  return to > 0 && from < axis.last ? { from, to } : undefined;
}

/** The newest bars, as wide as the chart is zoomed now. */
export function followed({ from, to }: Positions): ViewRange {
  return { kind: "following", span: to - from, margin: MARGIN_BARS };
}

/** Reads what was kept; undefined when it is no range. */
export function readRange(kept: unknown): ViewRange | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const { kind, span, margin, from, to } = kept as Record<string, unknown>;
  if (kind === "following" && isNumber(span) && isNumber(margin) && span > 0) {
    return { kind, span, margin };
  }
  if (kind === "fixed" && isNumber(from) && isNumber(to) && to > from) return { kind, from, to };
  return undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
