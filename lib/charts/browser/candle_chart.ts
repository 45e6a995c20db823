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
  TickMarkType,
  type UTCTimestamp,
} from "lightweight-charts";
import { SECOND } from "../../model/time.ts";
import { priceText, volumeText } from "../number_text.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { ChartSeries } from "../trading_view.ts";
import { AlertMarks, type PlacedAlert } from "./alert_marks.ts";
import { ChartLegend } from "./chart_legend.ts";
import { MarksPrimitive } from "./marks_primitive.ts";
import { element } from "./panel_style.ts";
import { PriceTag } from "./price_tag.ts";
import type { SessionMarks } from "./session_marks.ts";
import { type PlacedSpans, SpanMarks } from "./span_marks.ts";
import type { TimeAxis } from "./time_axis.ts";
import type { Positions } from "./view_range.ts";
import { isBusy } from "../volume_mean.ts";

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

/** The tag moves so far before the axis leaves out other marks, CSS px. */
const REMARK_PX = 3;
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
  readonly #alertMarks: AlertMarks;
  readonly #spanMarks: SpanMarks;
  readonly #legend: ChartLegend;
  readonly #empty: HTMLElement;
  readonly #tag: PriceTag;
  #colours: Theme;
  #shown: Parameters<CandleChart["setBars"]> | undefined;
  #bars: Map<number, PageBar> = new Map();
  /** All but the newest, for what volume is usual. */
  #volumesBefore: readonly number[] = [];
  #newest: PageBar | undefined;
  #isForming = false;
  /** Where the tag was when the marks of the axis were last made, CSS px. */
  #markedFor = 0;
  #isOld = false;
  #isCut = false;
  #pointed: number | undefined;
  #paper: HTMLImageElement | undefined;
  /** Where the pointer was last seen on this chart, CSS px. */
  #pointerX: number | undefined;
  #decimals: number;
  #source: ChartSeries["source"];

  constructor(options: CandleChartOptions) {
    const { series, theme, colours, width, height, root } = options;
    this.series = series;
    this.#decimals = series.decimals;
    this.#source = series.source;
    this.#colours = colours;
    this.element = root.appendChild(element("div", "chart"));
    this.#legend = new ChartLegend(this.element, series, theme);
    this.#empty = this.element.appendChild(
      element("div", "empty", `No bar of ${series.label} has come yet.`),
    );
    this.#chart = createChart(this.element, { ...chartOptions(options), width, height });
    this.#tag = new PriceTag(colours.background);
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      ...candleColours(colours),
      // Theirs is of the newest bar in sight; ours is of now.
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: this.#priceFormat(series.decimals),
    });
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceFormat: { type: "custom", formatter: volumeText, minMove: 1e-6 },
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
    this.#candles.attachPrimitive(this.#tag);
    this.#alertMarks = new AlertMarks(colours);
    this.#candles.attachPrimitive(this.#alertMarks);
    this.#spanMarks = new SpanMarks(colours);
    this.#candles.attachPrimitive(this.#spanMarks);
    this.#marks = [this.#candles, this.#volume].map((series, i) => {
      const marks = new MarksPrimitive(colours, { hasLabels: i === 0 });
      series.attachPrimitive(marks);
      return marks;
    });
  }

  /**
   * Shows bars on an axis that other charts share: where this instrument has none, there is room.
   *
   * @param isForming whether more is to come for the last of them.
   */
  setBars(
    axis: TimeAxis,
    bars: readonly PageBar[],
    marks: SessionMarks,
    isForming: boolean,
  ): void {
    this.#shown = [axis, bars, marks, isForming];
    this.#bars = new Map(bars.map((bar) => [bar.openTime, bar]));
    this.#newest = bars.at(-1);
    this.#isForming = isForming;
    const volumes = bars.map(({ volume }) => volume);
    this.#volumesBefore = volumes.slice(-21, -1);
    const busy = new Set(bars.filter((_bar, i) => isBusy(volumes, i)));
    const rows = axis.times.map((openTime) => ({
      time: openTime / SECOND as UTCTimestamp,
      bar: this.#bars.get(openTime),
    }));
    this.#candles.setData(
      rows.map(({ time, bar }) =>
        bar === undefined ? { time } : { time, ...bar, ...this.#look(bar) }
      ),
    );
    this.#volume.setData(
      rows.map(({ time, bar }) =>
        bar === undefined || Number.isNaN(bar.volume)
          ? { time }
          : { time, value: bar.volume, color: this.#volumeColour(bar, busy.has(bar)) }
      ),
    );
    this.#times.setData(rows.map(({ time }) => ({ time, value: 0 })));
    for (const primitive of this.#marks) {
      primitive.set(axis.last < 0 ? { shut: [], gaps: [], lines: [] } : marks);
    }
    this.#empty.hidden = bars.length > 0;
    this.#showTag();
    this.#writeLegend();
    this.#makeRoom();
  }

  /** The newest bar has moved, or closed; it opens when it did. */
  moveNewest(bar: PageBar, isForming: boolean): void {
    this.#bars.set(bar.openTime, bar);
    this.#newest = bar;
    this.#isForming = isForming;
    const time = bar.openTime / SECOND as UTCTimestamp;
    // Another instrument's bars may reach further: then the axis goes on with room.
    const isOlder = bar.openTime < this.#shown![0].times.at(-1)!;
    this.#candles.update({ time, ...bar, ...this.#look(bar) }, isOlder);
    if (!Number.isNaN(bar.volume)) {
      const volumes = [...this.#volumesBefore, bar.volume];
      const color = this.#volumeColour(bar, isBusy(volumes, volumes.length - 1));
      this.#volume.update({ time, value: bar.volume, color }, isOlder);
    }
    this.#showTag();
    this.#writeLegend();
  }

  /** Open time of the newest bar; undefined without one. */
  get newestTime(): number | undefined {
    return this.#newest?.openTime;
  }

  /** Open time of the oldest bar; undefined without one. */
  get oldestTime(): number | undefined {
    return this.#bars.keys().next().value;
  }

  get barCount(): number {
    return this.#bars.size;
  }

  /** The bar that opens then; for checks. */
  barAt(openTime: number): PageBar | undefined {
    return this.#bars.get(openTime);
  }

  /** What the tag on the price axis says; for checks. */
  get tagText(): string {
    return this.#tag.text;
  }

  /** How many decimals its prices have: more than it began with, once bars are there that need them. */
  set decimals(decimals: number) {
    if (decimals <= this.#decimals) return;
    this.#decimals = decimals;
    this.#candles.applyOptions({ priceFormat: this.#priceFormat(decimals) });
    this.#legend.decimals = decimals;
    this.#showTag();
    this.#writeLegend();
  }

  get source(): ChartSeries["source"] {
    return this.#source;
  }

  set source(source: ChartSeries["source"]) {
    this.#source = source;
    this.#legend.source = source;
  }

  /** Alerts that watch this instrument. */
  set alerts(alerts: readonly PlacedAlert[]) {
    this.#alertMarks.alerts = alerts;
  }

  /** What other panels point out. */
  set spans(placed: PlacedSpans) {
    this.#spanMarks.placed = placed;
  }

  get spans(): PlacedSpans {
    return this.#spanMarks.placed;
  }

  /** Said in the corner; the last price is grey then, for it is not of now. */
  set remark(remark: ChartLegend["remark"]) {
    this.#legend.remark = remark;
    this.#isOld = remark !== undefined;
    this.#showTag();
    this.#writeLegend();
    this.#makeRoom();
  }

  /** Nothing more comes for the bar in the making: it was stopped, or the kernel is gone. */
  set isCut(isCut: boolean) {
    this.#isCut = isCut;
    this.#writeLegend();
  }

  /** Draws anew in other colours. */
  set colours(colours: Theme) {
    this.#colours = colours;
    this.#chart.applyOptions(chartColours(colours));
    this.#candles.applyOptions(candleColours(colours));
    this.#tag.textColour = colours.background;
    for (const primitive of [...this.#marks, this.#alertMarks, this.#spanMarks]) {
      primitive.theme = colours;
    }
    const range = this.positions;
    if (this.#shown !== undefined) {
      const [axis, , marks] = this.#shown;
      this.setBars(axis, [...this.#bars.values()], marks, this.#isForming);
    }
    if (range !== undefined) this.positions = range;
  }

  /** Stands as a picture in place of itself while the page is printed: browsers print canvases as they were before. */
  set isOnPaper(isOnPaper: boolean) {
    this.#paper?.remove();
    this.#paper = undefined;
    if (!isOnPaper) return;
    const image = this.#paper = element("img", "paper");
    image.decoding = "sync";
    image.alt = "";
    image.src = this.#chart.takeScreenshot().toDataURL();
    this.element.append(image);
  }

  /** Writes the bar that opens then into the legend; the newest when none is given. */
  pointAt(openTime: number | undefined): void {
    this.#pointed = openTime;
    this.#writeLegend();
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
      if (event.sourceEvent !== undefined || event.point === undefined) {
        this.#pointerX = event.point?.x;
      }
      callback(time === undefined ? undefined : time * SECOND, event.sourceEvent !== undefined);
    });
  }

  /** What is drawn, and its size in CSS px. */
  picture(): { canvas: HTMLCanvasElement; width: number; height: number } {
    const { width, height } = this.#chart.options();
    return { canvas: this.#chart.takeScreenshot(), width, height };
  }

  /** The legend as a line of text, with the source in capitals. */
  get caption(): string {
    return this.#legend.text;
  }

  /** Open time of what is under the pointer; undefined when it is elsewhere. */
  get pointedTime(): number | undefined {
    if (this.#pointerX === undefined) return undefined;
    const time = this.#chart.timeScale().coordinateToTime(this.#pointerX) as UTCTimestamp | null;
    return time === null ? undefined : time * SECOND;
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

  #writeLegend(): void {
    const bar = this.#pointed === undefined ? this.#newest : this.#bars.get(this.#pointed);
    const isNewest = bar !== undefined && bar === this.#newest;
    const isForming = isNewest && this.#isForming;
    const state = this.#isOld || this.#isCut ? "broken off" : "forming";
    this.#legend.show(bar, {
      isOld: isNewest && this.#isOld && this.#pointed === undefined,
      state: isForming ? state : "",
    });
  }

  #showTag(): void {
    const bar = this.#newest;
    if (bar === undefined) return this.#tag.set(undefined);
    const { up, down, faintText } = this.#colours;
    this.#tag.set({
      price: bar.close,
      text: priceText(bar.close, this.#decimals),
      colour: this.#isOld ? faintText : bar.close >= bar.open ? up : down,
    });
    // The axis keeps its marks until its format is set anew.
    const y = this.#candles.priceToCoordinate(bar.close) ?? NaN;
    if (Math.abs(y - this.#markedFor) < REMARK_PX) return;
    this.#markedFor = y;
    this.#candles.applyOptions({ priceFormat: this.#priceFormat(this.#decimals) });
  }

  /** A bar in the making is hollow and paler. */
  #look(bar: PageBar) {
    if (!this.#isForming || bar !== this.#newest) return {};
    const ink = bar.close >= bar.open ? this.#colours.up : this.#colours.down;
    return { color: `${ink}30`, borderColor: `${ink}b0`, wickColor: `${ink}b0` };
  }

  /** Bright where more is traded than usual: volume is else the background of the story. */
  #volumeColour({ open, close }: PageBar, isBright: boolean): string {
    return (close >= open ? this.#colours.up : this.#colours.down) + (isBright ? "d9" : "52");
  }

  /** A mark of the axis that the tag would half cover is left out. */
  #priceFormat(decimals: number) {
    const formatter = (price: number) => priceText(price, decimals);
    const isCovered = (price: number) =>
      this.#tag.covers(this.#candles.priceToCoordinate(price) ?? undefined);
    return {
      type: "custom" as const,
      formatter,
      tickmarksFormatter: (prices: readonly number[]) =>
        prices.map((price) => isCovered(price) ? "" : formatter(price)),
      minMove: 10 ** -decimals,
    };
  }

  /** Keeps the candles below the legend, which takes two lines where it is narrow. */
  #makeRoom(): void {
    const height = this.#chart.options().height * (1 - VOLUME_SHARE);
    const top = Math.min(0.4, (this.#legend.height + 10) / height);
    this.#candles.priceScale().applyOptions({ scaleMargins: { top, bottom: 0.06 } });
  }
}

function candleColours({ up, down }: Theme) {
  return {
    upColor: up,
    wickUpColor: up,
    borderUpColor: up,
    downColor: down,
    wickDownColor: down,
    borderDownColor: down,
  };
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
      // Their mark lies on the bars, once a chart. The panel has the link that the licence asks for.
      attributionLogo: false,
    },
    // 0: the crosshair goes where the pointer is, not to the nearest close.
    crosshair: { ...crosshair, mode: 0 },
    rightPriceScale: { ...rightPriceScale, minimumWidth: 72, entireTextOnly: true },
    timeScale: {
      ...timeScale,
      tickMarkFormatter: tickText,
      visible: hasTimes,
      timeVisible: true,
      secondsVisible: false,
      // The panel moves all its charts itself.
      shiftVisibleRangeOnNewBar: false,
      minBarSpacing: 0.3,
      // Longer prices widen the price axis; what the reader looks at stays.
      lockVisibleTimeRangeOnResize: true,
    },
    // A finger that goes up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
    localization: { locale: "en-US", timeFormatter: crosshairTime },
  };
}

/** `14:35`; `12-01` where a day begins, `2025` where a year does. */
function tickText(time: unknown, type: TickMarkType): string {
  const text = new Date(Number(time) * SECOND).toISOString();
  switch (type) {
    case TickMarkType.Year:
      return text.slice(0, 4);
    case TickMarkType.Month:
    case TickMarkType.DayOfMonth:
      return text.slice(5, 10);
    default:
      return text.slice(11, 16);
  }
}

/** `2025-12-01 14:35 UTC` */
function crosshairTime(time: unknown): string {
  const text = new Date(Number(time) * SECOND).toISOString();
  return `${text.slice(0, 16).replace("T", " ")} UTC`;
}
