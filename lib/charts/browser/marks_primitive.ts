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
  readonly #theme: Theme;
  readonly #hasLabels: boolean;
  readonly #views: readonly IPrimitivePaneView[];
  #marks: SessionMarks = { shut: [], lines: [] };
  #attached: SeriesAttachedParameter<Time> | undefined;

  constructor(theme: Theme, options: { readonly hasLabels: boolean }) {
    this.#theme = theme;
    this.#hasLabels = options.hasLabels;
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) => target.useMediaCoordinateSpace((scope) => this.#draw(scope)),
    };
    this.#views = [{ zOrder: () => "bottom", renderer: () => renderer }];
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
    const x = (position: number) => coordinateOf(scale, position);
    context.save();
    context.font = `11px ${this.#theme.fontFamily}`;
    context.textBaseline = "bottom";
    for (const { from, to } of this.#marks.shut) {
      const left = Math.max(-1, x(from)), right = Math.min(width + 1, x(to));
      if (!(right > left)) continue;
      context.fillStyle = this.#theme.grid;
      context.fillRect(left, 0, right - left, height);
      context.fillStyle = this.#theme.faintText;
      context.textAlign = "center";
      const middle = (left + right) / 2;
      if (this.#hasLabels && right - left > 40) context.fillText("closed", middle, height - 6);
    }
    for (const { at, kind } of this.#marks.lines) this.#line(context, x(at), height, kind);
    context.restore();
  }

  #line(context: CanvasRenderingContext2D, x: number, height: number, kind: "jump" | "roll"): void {
    const isRoll = kind === "roll";
    context.beginPath();
    context.setLineDash(isRoll ? [6, 3] : [1, 4]);
    context.strokeStyle = isRoll ? this.#theme.warning : this.#theme.faintText;
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    if (!isRoll || !this.#hasLabels) return;
    context.fillStyle = this.#theme.warning;
    context.textAlign = "left";
    context.fillText("roll", x + 4, height - 6);
  }
}

/** The scale answers for whole positions only, and beyond the bars as well. */
function coordinateOf(scale: ITimeScaleApi<Time>, position: number): number {
  const before = Math.floor(position);
  const left = scale.logicalToCoordinate(before as Logical) ?? NaN;
  const right = scale.logicalToCoordinate(before + 1 as Logical) ?? NaN;
  return left + (position - before) * (right - left);
}
