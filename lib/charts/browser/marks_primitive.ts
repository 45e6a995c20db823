import type { ITimeScaleApi, PrimitivePaneViewZOrder, Time } from "lightweight-charts";
import type { Theme } from "../theme.ts";
import { coordinateOf, type Pane, PaneMarks } from "./pane_marks.ts";
import type { SessionMarks } from "./session_marks.ts";

/** Draws {@link SessionMarks} behind the bars of a series. */
export class MarksPrimitive extends PaneMarks {
  readonly #hasLabels: boolean;
  #marks: SessionMarks = { shut: [], gaps: [], lines: [] };

  constructor(theme: Theme, options: { readonly hasLabels: boolean }) {
    // Words stand above the grid, whose lines would go through them.
    super(theme, "bottom", "top");
    this.#hasLabels = options.hasLabels;
  }

  set(marks: SessionMarks): void {
    this.#marks = marks;
    this.changed();
  }

  protected override draw(pane: Pane, layer: PrimitivePaneViewZOrder): void {
    if (layer === "bottom") this.#drawBands(pane);
    else if (this.#hasLabels) this.#write(pane);
  }

  #drawBands({ context, width, height, scale }: Pane): void {
    for (const { left, right, text, ink } of this.#bands(scale, width)) {
      if (text === "gap") hatch(context, { left, right, height, ink });
      else {
        context.fillStyle = this.theme.grid;
        context.fillRect(left, 0, right - left, height);
      }
    }
    for (const { at, kind } of this.#marks.lines) {
      this.#line(context, coordinateOf(scale, at), height, kind);
    }
  }

  /** The words of bands and lines. */
  #write({ context, width, height, scale }: Pane): void {
    context.font = `11px ${this.theme.fontFamily}`;
    context.textBaseline = "bottom";
    const word = (text: string, left: number, { ink, ground }: { ink: string; ground: string }) => {
      context.fillStyle = ground;
      context.fillRect(left - 3, height - 20, context.measureText(text).width + 6, 16);
      context.fillStyle = ink;
      context.fillText(text, left, height - 6);
    };
    const { grid, background, warning } = this.theme;
    for (const { left, right, text, ink } of this.#bands(scale, width)) {
      const room = right - left - context.measureText(text).width;
      if (room > 4) {
        word(text, left + room / 2, { ink, ground: text === "gap" ? background : grid });
      }
    }
    for (const { at, kind } of this.#marks.lines) {
      if (kind === "jump") continue;
      word(kind, coordinateOf(scale, at) + 4, { ink: warning, ground: background });
    }
  }

  /** The bands in sight, CSS px. */
  #bands(scale: ITimeScaleApi<Time>, width: number) {
    const { shut, gaps } = this.#marks;
    return [
      ...shut.map((band) => ({ ...band, text: "closed", ink: this.theme.faintText })),
      ...gaps.map((band) => ({ ...band, text: "gap", ink: this.theme.warning })),
    ].map(({ from, to, text, ink }) => ({
      left: Math.max(-1, coordinateOf(scale, from)),
      right: Math.min(width + 1, coordinateOf(scale, to)),
      text,
      ink,
    })).filter(({ left, right }) => right > left);
  }

  #line(
    context: CanvasRenderingContext2D,
    x: number,
    height: number,
    kind: SessionMarks["lines"][number]["kind"],
  ): void {
    const isRoll = kind === "roll";
    context.beginPath();
    context.setLineDash(isRoll ? [6, 3] : [1, 4]);
    context.strokeStyle = kind === "jump" ? this.theme.faintText : this.theme.warning;
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
  }
}

/** Distance of two diagonals, CSS px. */
const HATCH_PX = 7;

/** A tinted band with diagonals, as in the pictures drawn in the kernel. */
function hatch(
  context: CanvasRenderingContext2D,
  { left, right, height, ink }: Record<"left" | "right" | "height", number> & { ink: string },
): void {
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  context.fillStyle = `${ink}1f`;
  context.fillRect(left, 0, right - left, height);
  context.setLineDash([]);
  context.strokeStyle = `${ink}73`;
  context.beginPath();
  for (let x = left; x < right + height; x += HATCH_PX) {
    context.moveTo(x, 0);
    context.lineTo(x - height, height);
  }
  context.stroke();
  context.restore();
}
