import {
  CandlestickSeries,
  type ChartOptions,
  createChart,
  type DeepPartial,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type Logical,
  type LogicalRange,
  type MouseEventParams,
  type UTCTimestamp,
} from "lightweight-charts";
import { SECOND } from "../../model/time.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { ChartSeries } from "../trading_view.ts";
import { ChartLegend } from "./chart_legend.ts";
import { MarksPrimitive } from "./marks_primitive.ts";
import { element } from "./panel_style.ts";
import type { SessionMarks } from "./session_marks.ts";
import type { TimeAxis } from "./time_axis.ts";
import type { Positions } from "./view_range.ts";

export interface CandleChartOptions {
  readonly root: HTMLElement;
  readonly series: ChartSeries;
  /** For the words in the corner, which may be in CSS variables. */
  readonly theme: Theme;
  /** The same as colours that a canvas takes. */
  readonly colours: Theme;
  readonly width: number;
  readonly height: number;
  /** Only the lowest chart writes the times. */
  readonly hasTimes: boolean;
}

/** Part of the height that volume takes. */
const VOLUME_SHARE = 0.22;

/** Candles and volume of one instrument. */
export class CandleChart {
  readonly series: ChartSeries;
  readonly element: HTMLElement;
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  /**
   * Draws nothing, at every time of the axis. A chart does not scroll past its own newest bar but for two bars: one
   * whose market is shut would stand still while the other goes on, at other times under the same labels.
   */
  readonly #times: ISeriesApi<"Line">;
  readonly #marks: readonly MarksPrimitive[];
  readonly #legend: ChartLegend;
  #colours: Theme;
  #shown: Parameters<CandleChart["setBars"]> | undefined;
  #bars: ReadonlyMap<number, PageBar> = new Map();
  #newest: PageBar | undefined;
  #isOld = false;
  #decimals: number;

  constructor(options: CandleChartOptions) {
    const { series, theme, colours, width, height, root } = options;
    this.series = series;
    this.#decimals = series.decimals;
    this.#colours = colours;
    this.element = root.appendChild(element("div", "chart"));
    this.#legend = new ChartLegend(this.element, series, theme);
    this.#chart = createChart(this.element, { ...chartOptions(options), width, height });
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      ...candleColours(colours),
      borderVisible: false,
      priceFormat: priceFormat(series.decimals),
    });
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceFormat: { type: "volume" },
      priceLineVisible: false,
      lastValueVisible: false,
    }, 1);
    this.#times = this.#chart.addSeries(LineSeries, {
      priceScaleId: "times",
      lineVisible: false,
      crosshairMarkerVisible: false,
      priceLineVisible: false,
      lastValueVisible: false,
    });
    const [pricePane, volumePane] = this.#chart.panes();
    pricePane?.setStretchFactor(1 - VOLUME_SHARE);
    volumePane?.setStretchFactor(VOLUME_SHARE);
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0 } });
    this.#marks = [this.#candles, this.#volume].map((series, i) => {
      const marks = new MarksPrimitive(colours, { hasLabels: i === 0 });
      series.attachPrimitive(marks);
      return marks;
    });
  }

  /** Shows bars on an axis that other charts share: where this instrument has none, there is room. */
  setBars(axis: TimeAxis, bars: readonly PageBar[], marks: SessionMarks): void {
    this.#shown = [axis, bars, marks];
    this.#bars = new Map(bars.map((bar) => [bar.openTime, bar]));
    this.#newest = bars.at(-1);
    const { up, down } = this.#colours;
    const rows = axis.times.map((openTime) => ({
      time: openTime / SECOND as UTCTimestamp,
      bar: this.#bars.get(openTime),
    }));
    this.#candles.setData(
      rows.map(({ time, bar }) => bar === undefined ? { time } : { time, ...bar }),
    );
    this.#volume.setData(rows.map(({ time, bar }) =>
      // Half transparent: volume is the background of the story.
      bar === undefined || Number.isNaN(bar.volume)
        ? { time }
        : { time, value: bar.volume, color: `${bar.close >= bar.open ? up : down}80` }
    ));
    this.#times.setData(rows.map(({ time }) => ({ time, value: 0 })));
    for (const primitive of this.#marks) primitive.set(marks);
    this.pointAt(undefined);
    this.#makeRoom();
  }

  /** How many decimals its prices have: more than it began with, once bars are there that need them. */
  set decimals(decimals: number) {
    if (decimals <= this.#decimals) return;
    this.#decimals = decimals;
    this.#candles.applyOptions({ priceFormat: priceFormat(decimals) });
    this.#legend.decimals = decimals;
    this.pointAt(undefined);
  }

  set source(source: ChartSeries["source"]) {
    this.#legend.source = source;
  }

  /** Said in the corner; the last price is grey then, for it is not of now. */
  set remark(remark: ChartLegend["remark"]) {
    this.#legend.remark = remark;
    this.#isOld = remark !== undefined;
    this.pointAt(undefined);
    // Empty: as the last bar is.
    const priceLineColor = this.#isOld ? this.#colours.faintText : "";
    this.#candles.applyOptions({ priceLineColor });
    this.#makeRoom();
  }

  /** Draws anew at once, in other colours: before paper nothing waits for the next frame. */
  set colours(colours: Theme) {
    this.#colours = colours;
    this.#chart.applyOptions(chartColours(colours));
    this.#candles.applyOptions({
      ...candleColours(colours),
      priceLineColor: this.#isOld ? colours.faintText : "",
    });
    for (const primitive of this.#marks) primitive.theme = colours;
    const range = this.positions;
    if (this.#shown !== undefined) this.setBars(...this.#shown);
    if (range !== undefined) this.positions = range;
    this.#chart.takeScreenshot();
  }

  /** Writes the bar that opens then into the legend; the newest when none is given. */
  pointAt(openTime: number | undefined): void {
    if (openTime === undefined) this.#legend.show(this.#newest, this.#isOld);
    else this.#legend.show(this.#bars.get(openTime));
  }

  /** Puts the crosshair on the bar that opens then, at its close; undefined takes it away. */
  setCrosshair(openTime: number | undefined): void {
    const bar = openTime === undefined ? undefined : this.#bars.get(openTime) ?? this.#newest;
    if (openTime === undefined || bar === undefined) this.#chart.clearCrosshairPosition();
    else {
      const time = openTime / SECOND as UTCTimestamp;
      this.#chart.setCrosshairPosition(bar.close, time, this.#candles);
    }
  }

  get positions(): Positions | undefined {
    return this.#chart.timeScale().getVisibleLogicalRange() ?? undefined;
  }

  /** Takes effect with the next frame. */
  set positions({ from, to }: Positions) {
    this.#chart.timeScale().setVisibleLogicalRange({ from: from as Logical, to: to as Logical });
  }

  /** Where the bar that opens then stands, CSS px; undefined when the axis does not have it. */
  xOf(openTime: number): number | undefined {
    const time = openTime / SECOND as UTCTimestamp;
    return this.#chart.timeScale().timeToCoordinate(time) ?? undefined;
  }

  onMove(callback: (positions: Positions) => void): void {
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range: LogicalRange | null) => {
      if (range !== null) callback(range);
    });
  }

  onCrosshair(callback: (openTime: number | undefined, isByHand: boolean) => void): void {
    this.#chart.subscribeCrosshairMove((event: MouseEventParams) => {
      const time = event.point === undefined ? undefined : event.time as UTCTimestamp | undefined;
      callback(time === undefined ? undefined : time * SECOND, event.sourceEvent !== undefined);
    });
  }

  get axisWidth(): number {
    return Math.max(...[0, 1].map((pane) => this.#chart.priceScale("right", pane).width()));
  }

  set axisWidth(width: number) {
    for (const pane of [0, 1]) {
      this.#chart.priceScale("right", pane).applyOptions({ minimumWidth: width });
    }
  }

  resize(width: number, height: number): void {
    this.#chart.resize(width, height);
    this.#makeRoom();
  }

  remove(): void {
    this.#chart.remove();
    this.element.remove();
  }

  /** Keeps the candles below the legend, which takes two lines where it is narrow. */
  #makeRoom(): void {
    const height = this.#chart.options().height * (1 - VOLUME_SHARE);
    const top = Math.min(0.4, (this.#legend.height + 10) / height);
    this.#candles.priceScale().applyOptions({ scaleMargins: { top, bottom: 0.06 } });
  }
}

function priceFormat(decimals: number) {
  return { type: "price" as const, precision: decimals, minMove: 10 ** -decimals };
}

function candleColours({ up, down }: Theme) {
  return { upColor: up, wickUpColor: up, downColor: down, wickDownColor: down };
}

function chartColours({ background, text, faintText, grid }: Theme): DeepPartial<ChartOptions> {
  const cross = { labelBackgroundColor: faintText, color: faintText };
  return {
    layout: {
      background: { color: background },
      textColor: text,
      panes: { separatorColor: grid, separatorHoverColor: `${faintText}40` },
    },
    grid: { vertLines: { color: grid }, horzLines: { color: grid } },
    crosshair: { vertLine: cross, horzLine: cross },
    rightPriceScale: { borderColor: grid },
    timeScale: { borderColor: grid },
  };
}

function chartOptions({ colours, hasTimes }: CandleChartOptions): DeepPartial<ChartOptions> {
  const { layout, crosshair, rightPriceScale, timeScale, grid } = chartColours(colours);
  return {
    grid: grid!,
    layout: {
      ...layout,
      fontFamily: colours.fontFamily,
      // Asked for by the licence of lightweight-charts.
      attributionLogo: true,
    },
    // 0: the crosshair goes where the pointer is, not to the nearest close.
    crosshair: { ...crosshair, mode: 0 },
    rightPriceScale: { ...rightPriceScale, minimumWidth: 72, entireTextOnly: true },
    timeScale: {
      ...timeScale,
      visible: hasTimes,
      timeVisible: true,
      secondsVisible: false,
      // The panel moves all its charts itself.
      shiftVisibleRangeOnNewBar: false,
      minBarSpacing: 0.3,
    },
    // A finger that goes up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
    localization: { locale: "en-US", timeFormatter: crosshairTime },
  };
}

/** `2025-12-01 14:35 UTC` */
function crosshairTime(time: unknown): string {
  const text = new Date(Number(time) * SECOND).toISOString();
  return `${text.slice(0, 16).replace("T", " ")} UTC`;
}
