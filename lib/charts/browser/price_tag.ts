import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";

/** Least distance of the tag's middle from the pane's edges, CSS px. */
const EDGE_PX = 9;

/** Marks of the axis and the tag are so high together that they touch, CSS px. */
const MARK_PX = 17;

/** What the tag shows. */
export interface TagPrice {
  readonly price: number;
  readonly text: string;
  readonly colour: string;
}

/**
 * The newest price on the price axis, with a line across. It is of now wherever the reader has scrolled to; a price
 * outside of what the axis covers stands at its edge with an arrow.
 */
export class PriceTag implements ISeriesPrimitive<Time> {
  /** Of the text on the tag. */
  textColour: string;
  readonly #paneViews: readonly IPrimitivePaneView[];
  readonly #axisViews: readonly ISeriesPrimitiveAxisView[];
  #shown: TagPrice | undefined;
  #attached: SeriesAttachedParameter<Time> | undefined;

  constructor(textColour: string) {
    this.textColour = textColour;
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          const y = this.#exactY();
          if (y === undefined || this.#shown === undefined) return;
          context.save();
          context.strokeStyle = this.#shown.colour;
          context.setLineDash([2, 3]);
          context.beginPath();
          context.moveTo(0, y);
          context.lineTo(mediaSize.width, y);
          context.stroke();
          context.restore();
        }),
    };
    this.#paneViews = [{ zOrder: () => "top", renderer: () => renderer }];
    this.#axisViews = [{
      coordinate: () => this.#place()?.y ?? -100,
      text: () => this.text,
      textColor: () => this.textColour,
      backColor: () => this.#shown?.colour ?? this.textColour,
      visible: () => this.#shown !== undefined,
      tickVisible: () => false,
    }];
  }

  /** What stands on the axis: the price, and an arrow where it lies outside. */
  get text(): string {
    const mark = { in: "", above: "▲ ", below: "▼ " }[this.#place()?.side ?? "in"];
    return this.#shown === undefined ? "" : mark + this.#shown.text;
  }

  /** True for a price whose mark on the axis the tag would cover in part. */
  covers(y: number | undefined): boolean {
    const place = this.#place();
    return place !== undefined && y !== undefined && Math.abs(place.y - y) < MARK_PX;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#paneViews;
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.#axisViews;
  }

  set(shown: TagPrice | undefined): void {
    this.#shown = shown;
    this.#attached?.requestUpdate();
  }

  #exactY(): number | undefined {
    if (this.#shown === undefined) return undefined;
    const series = this.#attached?.series as ISeriesApi<"Candlestick"> | undefined;
    return series?.priceToCoordinate(this.#shown.price) ?? undefined;
  }

  #place(): { y: number; side: "in" | "above" | "below" } | undefined {
    const y = this.#exactY();
    const chart = this.#attached?.chart as IChartApi | undefined;
    const height = chart?.panes()[0]?.getHeight() ?? 0;
    if (y === undefined || height === 0) return undefined;
    if (y < 0) return { y: EDGE_PX, side: "above" };
    if (y > height) return { y: height - EDGE_PX, side: "below" };
    return { y: Math.min(height - EDGE_PX, Math.max(EDGE_PX, y)), side: "in" };
  }
}
