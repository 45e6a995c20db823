import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  ITimeScaleApi,
  Logical,
  PrimitivePaneViewZOrder,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";
import type { Theme } from "../theme.ts";

type Target = Parameters<IPrimitivePaneRenderer["draw"]>[0];
type Scope = Parameters<Parameters<Target["useMediaCoordinateSpace"]>[0]>[0];

/** What marks are drawn with; lengths in CSS px. */
export interface Pane {
  readonly context: Scope["context"];
  readonly width: number;
  readonly height: number;
  readonly scale: ITimeScaleApi<Time>;
  /** Height of a price of the series; NaN where it has none. */
  readonly yOf: (price: number) => number;
}

/** Something drawn with a series on its pane: what it shows is its own, when and where it is drawn is the same for all. */
export abstract class PaneMarks implements ISeriesPrimitive<Time> {
  #theme: Theme;
  #attached: SeriesAttachedParameter<Time> | undefined;
  readonly #views: readonly IPrimitivePaneView[];

  /** @param layers in which it is drawn: `bottom` is behind the bars, `top` above the grid and them. */
  constructor(theme: Theme, ...layers: readonly PrimitivePaneViewZOrder[]) {
    this.#theme = theme;
    this.#views = layers.map((layer) => {
      const renderer = { draw: (target: Target) => this.#draw(target, layer) };
      return { zOrder: () => layer, renderer: () => renderer };
    });
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.changed();
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

  /** The context's state is put back afterwards. */
  protected abstract draw(pane: Pane, layer: PrimitivePaneViewZOrder): void;

  /** Has it drawn anew. */
  protected changed(): void {
    this.#attached?.requestUpdate();
  }

  #draw(target: Target, layer: PrimitivePaneViewZOrder): void {
    const attached = this.#attached;
    if (attached === undefined) return;
    const scale = attached.chart.timeScale();
    const yOf = (price: number) => attached.series.priceToCoordinate(price) ?? NaN;
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      context.save();
      this.draw({ context, width, height, scale, yOf }, layer);
      context.restore();
    });
  }
}

/** The scale answers for whole positions only, and beyond the bars as well. */
export function coordinateOf(scale: ITimeScaleApi<Time>, position: number): number {
  const before = Math.floor(position);
  const left = scale.logicalToCoordinate(before as Logical) ?? NaN;
  const right = scale.logicalToCoordinate(before + 1 as Logical) ?? NaN;
  return left + (position - before) * (right - left);
}
