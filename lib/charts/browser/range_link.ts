import { isTyping } from "./chart_keys.ts";
import type { CandleChart } from "./candle_chart.ts";
import type { PageState } from "./page_state.ts";
import { element } from "./panel_style.ts";
import { TimeAxis } from "./time_axis.ts";
import {
  followed,
  initialRange,
  type Positions,
  positionsOf,
  rangeAt,
  readRange,
  type ViewRange,
} from "./view_range.ts";

export interface RangeLinkOptions {
  readonly panel: HTMLElement;
  readonly charts: readonly CandleChart[];
  readonly width: number;
  readonly state: PageState;
  readonly id: string;
  readonly guard: (action: () => void) => void;
  /** The charts are drawn where they should be. */
  readonly onSettled: () => void;
  /** The reader has moved one chart, and the others have followed. */
  readonly onFollowed: (leader: CandleChart) => void;
}

/** Fewest bars across a chart: fewer would be broader than they are high. */
const LEAST_FIT = 6;
/** Differences in position that only come from rounding. */
const ROUNDING = 1e-6;

/**
 * Keeps charts at one range of time: moves all when the reader moves one, holds the range (or follows the
 * newest bar) when data comes or the width changes, and offers the way back to the newest bar.
 */
export class RangeLink {
  readonly #options: RangeLinkOptions;
  readonly #button: HTMLButtonElement;
  readonly #listening = new AbortController();
  #axis = new TimeAxis([], 1);
  #width: number;
  #axisWidth = 0;
  #isNewStep = false;
  /** What showed, and how many bars, before fewer than those were there; undefined while none lacks. */
  #unfitted: { readonly range: ViewRange; readonly most: number } | undefined;
  #range: ViewRange;
  /** Where the charts were last put, or were moved to. */
  #target: Positions | undefined;
  /** The chart that the reader has last touched: the others only follow it. */
  #leader: CandleChart | undefined;
  /** A frame is awaited in which the charts take the positions they were given. */
  #frame: number | undefined;

  constructor(options: RangeLinkOptions) {
    this.#options = options;
    const { panel, charts, width, state, id, guard } = options;
    this.#width = width;
    this.#range = readRange(state.get(id)) ?? initialRange(width);
    this.#button = panel.appendChild(element("button", "live", "Go to live ▸"));
    this.#button.type = "button";
    this.#button.hidden = true;
    const { signal } = this.#listening;
    this.#button.addEventListener("click", () => guard(() => this.#goLive()), { signal });
    panel.addEventListener("keydown", (event) => guard(() => this.#onKey(event)), { signal });
    for (const chart of charts) {
      const lead = () => this.#leader = chart;
      for (const name of ["pointerenter", "pointerdown", "wheel", "touchstart"]) {
        chart.element.addEventListener(name, lead, { signal, capture: true, passive: true });
      }
      chart.onMove((positions) => guard(() => this.#onMove(chart, positions)));
    }
  }

  /** Those that show. */
  get #charts(): readonly CandleChart[] {
    return this.#options.charts.filter((chart) => chart.isShown);
  }

  get leader(): CandleChart | undefined {
    return this.#leader;
  }

  /** The charts have new data on this axis. */
  setAxis(axis: TimeAxis): void {
    if (this.#isNewStep) this.#changeStep(axis);
    this.#isNewStep = false;
    this.#axis = axis;
    this.#place();
  }

  /** As many bars as now, or all there are if they are fewer; back at shorter bars there are as many again as before. */
  #changeStep(axis: TimeAxis): void {
    const { from, to } = this.#target ?? { from: 0, to: 0 };
    const { range, most } = this.#unfitted ??= { range: this.#range, most: to - from };
    const last = range.kind === "fixed" ? axis.positionAt(range.to) : axis.last + range.margin;
    const isWhole = last + 1 >= most;
    if (isWhole) this.#unfitted = undefined;
    // Few bars stand in the middle.
    const span = Math.max(LEAST_FIT, axis.last + 2);
    const middle = axis.last / 2;
    const at = isWhole
      ? { from: last - most, to: last }
      : { from: middle - span / 2, to: middle + span / 2 };
    this.#keep(isWhole && range.kind === "following" ? range : rangeAt(axis, at));
  }

  /** The next axis has bars of another length: as many as now are to show, up to the same time. */
  keepBars(): void {
    this.#isNewStep = true;
  }

  /** Brings a time to the middle; the zoom stays. */
  showTime(time: number): void {
    if (this.#target === undefined) return;
    const axis = this.#axis;
    const middle = axis.positionAt(time), half = (this.#target.to - this.#target.from) / 2;
    this.#unfitted = undefined;
    this.#keep({
      kind: "fixed",
      from: axis.timeAt(middle - half),
      to: axis.timeAt(middle + half),
    });
    this.#place();
  }

  resize(width: number): void {
    this.#width = width;
    this.#place();
  }

  timesOf(chart: CandleChart): { from: number; to: number } | undefined {
    const positions = chart.positions;
    if (positions === undefined) return undefined;
    const time = (position: number) => Math.round(this.#axis.timeAt(position));
    return { from: time(positions.from), to: time(positions.to) };
  }

  dispose(): void {
    this.#listening.abort();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Puts all charts where the reader's range is on the present axis. */
  #place(): void {
    const found = positionsOf(this.#axis, this.#range);
    // What the reader looked at is gone: the newest bars, then.
    if (found === undefined) this.#range = initialRange(this.#width);
    this.#target = found ?? positionsOf(this.#axis, this.#range);
    if (this.#target !== undefined) {
      for (const chart of this.#charts) chart.positions = this.#target;
    }
    this.#showButton();
    this.#settle();
  }

  /** Charts take positions with the next frame; what they report until then is not the reader's doing. */
  #settle(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = undefined;
        this.#options.guard(() => this.#onSettled());
      });
    });
  }

  #onSettled(): void {
    const charts = this.#charts, { onSettled } = this.#options;
    const widths = charts.map((chart) => chart.axisWidth);
    const widest = Math.max(...widths);
    if (widest > this.#axisWidth && widths.some((width) => width < widest)) {
      // Equal price axes, or one bar would stand at two places. They only grow, so this comes to an end.
      this.#axisWidth = widest;
      for (const chart of charts) chart.axisWidth = widest;
      this.#place();
      return;
    }
    const leader = this.#leader?.isShown === true ? this.#leader.positions : undefined;
    if (leader !== undefined) this.#adopt(leader, this.#leader!);
    onSettled();
  }

  #onMove(chart: CandleChart, positions: Positions): void {
    if (this.#frame === undefined && chart === this.#leader) this.#adopt(positions, chart);
  }

  /** Takes over where the reader has moved a chart. */
  #adopt(positions: Positions, from: CandleChart): void {
    if (this.#target !== undefined && isSame(positions, this.#target)) return;
    this.#target = positions;
    this.#unfitted = undefined;
    this.#keep(rangeAt(this.#axis, positions));
    for (const chart of this.#charts) {
      if (chart !== from) chart.positions = positions;
    }
    this.#showButton();
    this.#options.onFollowed(from);
  }

  #keep(range: ViewRange): void {
    this.#range = range;
    this.#options.state.set(this.#options.id, range);
  }

  #goLive(): void {
    if (this.#target === undefined) return;
    this.#keep(followed(this.#target));
    this.#place();
  }

  #showButton(): void {
    const isAway = this.#range.kind === "fixed";
    // A hidden button loses the focus to the page; keep it within the panel.
    if (!isAway && this.#button.matches(":focus")) {
      this.#options.panel.focus({ preventScroll: true });
    }
    this.#button.hidden = !isAway;
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#target === undefined || event.target === this.#button) return;
    if (isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moved = afterKey(event.key, this.#target, this.#axis.last);
    const { from, to } = this.#target;
    if (event.key === "End") this.#goLive();
    else if (event.key === "Home") {
      this.#keep(rangeAt(this.#axis, { from: -1, to: to - from - 1 }));
      this.#place();
    } else if (moved !== undefined) {
      this.#keep(rangeAt(this.#axis, moved));
      this.#place();
    } else return;
    // Notebooks have keys of their own for these.
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * Where a key moves the charts: left and right by a tenth, the others about the right edge, and about the oldest bar
 * once that shows: there is nothing before it.
 */
function afterKey(key: string, { from, to }: Positions, last: number): Positions | undefined {
  const span = to - from;
  switch (key) {
    case "ArrowLeft":
      return { from: from - span / 10, to: to - span / 10 };
    case "ArrowRight":
      return { from: from + span / 10, to: to + span / 10 };
    case "+":
    case "ArrowUp":
      return { from: from + span / 5, to };
    case "-":
    case "ArrowDown":
      return {
        from: Math.max(from - span / 4, Math.min(from, -1)),
        to: from - span / 4 < -1 ? Math.max(to, Math.min(to + span / 4, last + 1)) : to,
      };
    default:
      return undefined;
  }
}

function isSame(a: Positions, b: Positions): boolean {
  return Math.abs(a.from - b.from) < ROUNDING && Math.abs(a.to - b.to) < ROUNDING;
}
