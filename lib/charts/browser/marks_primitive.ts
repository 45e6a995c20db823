import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  ITimeScaleApi,
  Logical,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";
import type { Theme } from "../theme.ts";
import type { SessionMarks } from "./session_marks.ts";

type Target = Parameters<IPrimitivePaneRenderer["draw"]>[0];
type Scope = Parameters<Parameters<Target["useMediaCoordinateSpace"]>[0]>[0];

/** Draws {@link SessionMarks} behind the bars of a series. */
export class MarksPrimitive implements ISeriesPrimitive<Time> {
  #theme: Theme;
  readonly #hasLabels: boolean;
  readonly #views: readonly IPrimitivePaneView[];
  #marks: SessionMarks = { shut: [], gaps: [], lines: [] };
  #attached: SeriesAttachedParameter<Time> | undefined;

  constructor(theme: Theme, options: { readonly hasLabels: boolean }) {
    this.#theme = theme;
    this.#hasLabels = options.hasLabels;
    const drawnBy = (draw: (scope: Scope) => void): IPrimitivePaneRenderer => ({
      draw: (target) => target.useMediaCoordinateSpace(draw),
    });
    const [bands, words] = [
      drawnBy((scope) => this.#draw(scope)),
      drawnBy((scope) => this.#write(scope)),
    ];
    this.#views = [
      { zOrder: () => "bottom", renderer: () => bands },
      // Above the grid, whose lines would go through the words.
      { zOrder: () => "top", renderer: () => words },
    ];
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#attached?.requestUpdate();
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  set(marks: SessionMarks): void {
    this.#marks = marks;
    this.#attached?.requestUpdate();
  }

  #draw({ context, mediaSize: { width, height } }: Scope): void {
    const scale = this.#attached?.chart.timeScale();
    if (scale === undefined) return;
    context.save();
    for (const { left, right, text, ink } of this.#bands(scale, width)) {
      if (text === "gap") hatch(context, { left, right, height, ink });
      else {
        context.fillStyle = this.#theme.grid;
        context.fillRect(left, 0, right - left, height);
      }
    }
    for (const { at, kind } of this.#marks.lines) {
      this.#line(context, coordinateOf(scale, at), height, kind);
    }
    context.restore();
  }

  /** The words of bands and lines. */
  #write({ context, mediaSize: { width, height } }: Scope): void {
    const scale = this.#attached?.chart.timeScale();
    if (scale === undefined || !this.#hasLabels) return;
    context.save();
    context.font = `11px ${this.#theme.fontFamily}`;
    context.textBaseline = "bottom";
    const word = (text: string, left: number, { ink, ground }: { ink: string; ground: string }) => {
      context.fillStyle = ground;
      context.fillRect(left - 3, height - 20, context.measureText(text).width + 6, 16);
      context.fillStyle = ink;
      context.fillText(text, left, height - 6);
    };
    const { grid, background, warning } = this.#theme;
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
    context.restore();
  }

  /** The bands in sight, CSS px. */
  #bands(scale: ITimeScaleApi<Time>, width: number) {
    const { shut, gaps } = this.#marks;
    return [
      ...shut.map((band) => ({ ...band, text: "closed", ink: this.#theme.faintText })),
      ...gaps.map((band) => ({ ...band, text: "gap", ink: this.#theme.warning })),
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
    context.strokeStyle = kind === "jump" ? this.#theme.faintText : this.#theme.warning;
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

/** The scale answers for whole positions only, and beyond the bars as well. */
export function coordinateOf(scale: ITimeScaleApi<Time>, position: number): number {
  const before = Math.floor(position);
  const left = scale.logicalToCoordinate(before as Logical) ?? NaN;
  const right = scale.logicalToCoordinate(before + 1 as Logical) ?? NaN;
  return left + (position - before) * (right - left);
}
