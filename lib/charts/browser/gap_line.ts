import type { Logical } from "lightweight-charts";
import type { Theme } from "../theme.ts";
import { type Pane, PaneMarks } from "./pane_marks.ts";

/** How a {@link GapLine} looks. */
export interface GapLineLook {
  /** Which of the theme's colours of lines. */
  readonly ink: number;
  /** CSS px. @default 1.5 */
  readonly width?: number;
  /** @default a line without gaps */
  readonly dash?: readonly number[];
  /** Whether it fills the pane's height by itself, whatever the series' scale is. @default false */
  readonly isFitted?: boolean;
  /** Written in the corner of the pane. @default none */
  readonly label?: string;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * A line of values over a series, one a row of the axis. It has a gap where a value is not known, which the charts'
 * own lines would bridge, and does not change what the price axis covers.
 */
export class GapLine extends PaneMarks {
  readonly #look: GapLineLook;
  #values: Float64Array = new Float64Array();
  #begins: ReadonlySet<number> = NONE;

  constructor(theme: Theme, look: GapLineLook) {
    super(theme, "normal");
    this.#look = look;
  }

  get colour(): string {
    return this.theme.lines[this.#look.ink]!;
  }

  /** @param begins rows at which the line begins anew. */
  set(values: Float64Array, begins: ReadonlySet<number> = NONE): void {
    this.#values = values;
    this.#begins = begins;
    this.changed();
  }

  move(row: number, value: number): void {
    this.#values[row] = value;
    this.changed();
  }

  /** NaN where it is not known. */
  at(row: number): number {
    return this.#values[row] ?? NaN;
  }

  /** The last value that is known; NaN without one. */
  get newest(): number {
    return this.#values.findLast((value) => !Number.isNaN(value)) ?? NaN;
  }

  protected override draw({ context, height, scale, yOf }: Pane): void {
    const range = scale.getVisibleLogicalRange();
    if (range === null) return;
    const first = Math.max(0, Math.floor(range.from) - 1);
    const last = Math.min(this.#values.length - 1, Math.ceil(range.to) + 1);
    const toY = this.#look.isFitted === true ? this.#fitted(first, last, height) : yOf;
    context.strokeStyle = this.colour;
    context.lineWidth = this.#look.width ?? 1.5;
    context.lineJoin = "round";
    context.setLineDash([...this.#look.dash ?? []]);
    context.beginPath();
    let isOn = false;
    for (let row = first; row <= last; row++) {
      const y = toY(this.#values[row]!);
      if (Number.isNaN(y)) {
        isOn = false;
        continue;
      }
      const x = scale.logicalToCoordinate(row as Logical) ?? NaN;
      if (isOn && !this.#begins.has(row)) context.lineTo(x, y);
      else {
        // A point between two gaps shows too.
        context.moveTo(x - 1, y);
        context.lineTo(x, y);
      }
      isOn = true;
    }
    context.stroke();
    const { label = "" } = this.#look;
    if (label !== "") {
      context.font = `11px ${this.theme.fontFamily}`;
      context.textBaseline = "top";
      context.fillStyle = this.colour;
      context.fillText(label, 4, 4);
    }
  }

  #fitted(first: number, last: number, height: number): (value: number) => number {
    let lo = Infinity, hi = -Infinity;
    for (let row = first; row <= last; row++) {
      const value = this.#values[row]!;
      if (value < lo) lo = value;
      if (value > hi) hi = value;
    }
    const room = height * 0.8;
    return (value) => height * 0.1 + (hi > lo ? (hi - value) / (hi - lo) : 0.5) * room;
  }
}
