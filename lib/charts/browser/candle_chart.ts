import {
  CandlestickSeries,
  createChart,
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
import { priceText, volumeText } from "../number_text.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { ChartSeries } from "../trading_view.ts";
import { AlertMarks, type PlacedAlert } from "./alert_marks.ts";
import type { ChartNumbers } from "../chart_numbers.ts";
import type { ChartMode, ChartOverlay } from "../chart_overlay.ts";
import type { NewestNumbers } from "./bar_numbers.ts";
import { ChartLegend } from "./chart_legend.ts";
import { candleColours, chartColours, chartOptions, LEFT_AXIS_PX } from "./chart_look.ts";
import { ChartOverlays, type OverlayText } from "./chart_overlays.ts";
import { type Measurement, measurementText } from "../measurement.ts";
import { MeasureMarks } from "./measure_marks.ts";
import { MarksPrimitive } from "./marks_primitive.ts";
import { element } from "./panel_style.ts";
import { PriceTag } from "./price_tag.ts";
import type { SessionMarks } from "./session_marks.ts";
import { type PlacedSpans, SpanMarks } from "./span_marks.ts";
import type { TimeAxis } from "./time_axis.ts";
import type { Positions } from "./view_range.ts";
import { type Companion, Companions, type DrawnRatio } from "./companions.ts";

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
const VOLUME_SHARE = 0.24;
/** Height of the time axis, and of the pane of a ratio, CSS px. */
const TIMES_PX = 26;
const RATIO_PX = 84;
/** The legend stands above a chart that is narrower: over it there would be nothing else to see, CSS px. */
const NARROW_PX = 480;

/** What is drawn over the bars. */
export interface DrawnNumbers {
  readonly numbers: ChartNumbers;
  readonly overlay: ChartOverlay;
  /** Bars with which a session begins. */
  readonly begins: ReadonlySet<PageBar>;
}

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
  readonly #measureMarks: MeasureMarks;
  readonly #overlays: ChartOverlays;
  readonly #companions: Companions;
  #hasTimes: boolean;
  #size: { readonly width: number; readonly height: number };
  readonly #legend: ChartLegend;
  readonly #empty: HTMLElement;
  readonly #tag: PriceTag;
  #colours: Theme;
  #shown: Parameters<CandleChart["setBars"]> | undefined;
  #bars: Map<number, PageBar> = new Map();
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
    this.#hasTimes = options.hasTimes;
    this.#size = { width, height };
    this.#decimals = series.decimals;
    this.#source = series.source;
    this.#colours = colours;
    this.element = root.appendChild(element("div", "chart"));
    this.#legend = new ChartLegend(this.element, series, theme);
    this.#empty = this.element.appendChild(
      element("div", "empty", `No bar of ${series.label} has come yet.`),
    );
    this.#chart = createChart(this.element, {
      ...chartOptions(colours, options.hasTimes),
      width,
      height,
    });
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
    this.#companions = new Companions(this.#chart, colours);
    this.#sharePanes();
    // Room for the tags of spikes.
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.25, bottom: 0 } });
    this.#overlays = new ChartOverlays(this.#candles, this.#volume, colours);
    this.#candles.attachPrimitive(this.#tag);
    this.#alertMarks = new AlertMarks(colours);
    this.#candles.attachPrimitive(this.#alertMarks);
    this.#spanMarks = new SpanMarks(colours);
    this.#candles.attachPrimitive(this.#spanMarks);
    this.#measureMarks = new MeasureMarks(colours);
    this.#candles.attachPrimitive(this.#measureMarks);
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
    drawn: DrawnNumbers,
  ): void {
    this.#shown = [axis, bars, marks, isForming, drawn];
    this.#bars = new Map(bars.map((bar) => [bar.openTime, bar]));
    this.#newest = bars.at(-1);
    this.#isForming = isForming;
    this.#overlays.set(axis, bars, drawn.numbers, drawn.overlay, drawn.begins);
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
          : { time, value: bar.volume, color: this.#volumeColour(bar) }
      ),
    );
    this.#times.setData(rows.map(({ time }) => ({ time, value: 0 })));
    for (const primitive of this.#marks) {
      primitive.set(axis.last < 0 ? { shut: [], gaps: [], lines: [] } : marks);
    }
    this.#empty.hidden = bars.length > 0;
    this.#showTag();
    this.#writeLegend();
  }

  /** Lines of other instruments beside the candles; none of them in a chart of its own. */
  setCompanions(axis: TimeAxis, mode: ChartMode, companions: readonly Companion[]): void {
    this.#companions.set(axis, mode, companions);
    const left = this.#companions.hasLeftAxis ? LEFT_AXIS_PX : 0;
    this.element.style.setProperty("--left", `${left}px`);
    this.#writeLegend();
  }

  moveCompanion(i: number, bar: PageBar): void {
    this.#companions.move(i, bar);
    this.#writeLegend();
  }

  /** The pane below the volume; undefined takes it away. */
  setRatio(axis: TimeAxis, ratio: DrawnRatio | undefined): void {
    if (this.#companions.setRatio(axis, ratio)) this.#sharePanes();
    this.#writeLegend();
  }

  moveRatio(openTime: number, value: number): void {
    this.#companions.moveRatio(openTime, value);
    this.#writeLegend();
  }

  /** Where the bars are, with their axes. */
  get plot(): HTMLElement {
    return this.#chart.chartElement();
  }

  /** What lies at a place of the page: the nearest bar, and the price; undefined beside the candles' pane. */
  pointAtPixel(clientX: number, clientY: number): { time: number; price: number } | undefined {
    const times = this.#shown?.[0].times ?? [];
    const { left, top } = this.plot.getBoundingClientRect();
    const hasLeft = this.#chart.options().leftPriceScale.visible;
    const x = clientX - left - (hasLeft ? this.#chart.priceScale("left").width() : 0);
    const height = this.#chart.panes()[0]!.getHeight();
    const y = Math.max(0, Math.min(height, clientY - top));
    const row = this.#chart.timeScale().coordinateToLogical(x);
    const price = this.#candles.coordinateToPrice(y);
    if (row === null || price === null || times.length === 0) return undefined;
    const time = times[Math.max(0, Math.min(times.length - 1, row))]!;
    const unit = 10 ** this.#decimals;
    return { time, price: Math.round(price * unit) / unit };
  }

  /** The close of the bar that opens then, or of the last before; undefined without one. */
  closeAt(openTime: number): number | undefined {
    const axis = this.#shown?.[0];
    for (let row = axis?.positionOf(openTime) ?? -1; row >= 0; row--) {
      const bar = this.#bars.get(axis!.times[row]!);
      if (bar !== undefined) return bar.close;
    }
    return undefined;
  }

  /** Draws what was measured, with what the other instruments of the chart did in that time. */
  set measurement(measurement: Measurement | undefined) {
    const axis = this.#shown?.[0];
    if (measurement === undefined || axis === undefined) {
      this.#measureMarks.placed = undefined;
      return;
    }
    const { fromTime, toTime, fromPrice, toPrice } = measurement;
    const from = Math.round(axis.positionAt(fromTime)), to = Math.round(axis.positionAt(toTime));
    const others = this.#companions.changes(fromTime, toTime);
    const lines = [...measurementText(measurement, to - from, this.#decimals), ...others];
    this.#measureMarks.placed = { from, to, fromPrice, toPrice, lines };
  }

  /** What is measured, as it is written; for checks. */
  get measurementLines(): readonly string[] {
    return this.#measureMarks.placed?.lines ?? [];
  }

  /** Whether it takes room in the page. */
  set isShown(isShown: boolean) {
    this.element.hidden = !isShown;
  }

  get isShown(): boolean {
    return !this.element.hidden;
  }

  set hasTimes(hasTimes: boolean) {
    this.#hasTimes = hasTimes;
    this.#chart.applyOptions({ timeScale: { visible: hasTimes } });
  }

  /** CSS px that it takes above what its candles and volume have. */
  get extraHeight(): number {
    return (this.#hasTimes ? TIMES_PX : 0) + (this.#companions.hasRatio ? RATIO_PX : 0);
  }

  /** What is drawn over the bar that opens then; for checks. */
  numbersAt(openTime: number) {
    return {
      ...this.#overlays.numbersAt(openTime),
      ...this.#companions.valuesAt(openTime),
    };
  }

  /** The ratio's pane is as high wherever it is; the volume has its share of the rest. */
  #sharePanes(): void {
    const [price, volume, ratio] = this.#chart.panes();
    const height = Math.max(1, this.#size.height - this.extraHeight);
    price?.setStretchFactor(height * (1 - VOLUME_SHARE));
    volume?.setStretchFactor(height * VOLUME_SHARE);
    ratio?.setStretchFactor(RATIO_PX);
  }

  /** The newest bar has moved, or closed; it opens when it did. */
  moveNewest(bar: PageBar, isForming: boolean, numbers: NewestNumbers): void {
    this.#bars.set(bar.openTime, bar);
    this.#newest = bar;
    this.#isForming = isForming;
    const time = bar.openTime / SECOND as UTCTimestamp;
    this.#overlays.move(bar, numbers, this.#shown![4].overlay);
    // Another instrument's bars may reach further: then the axis goes on with room.
    const isOlder = bar.openTime < this.#shown![0].times.at(-1)!;
    this.#candles.update({ time, ...bar, ...this.#look(bar) }, isOlder);
    if (!Number.isNaN(bar.volume)) {
      const color = this.#volumeColour(bar);
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

  get decimals(): number {
    return this.#decimals;
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
  }

  /** What the remark says; empty without one. */
  get remarkText(): string {
    return this.#legend.remarkText;
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
    for (
      const primitive of [...this.#marks, this.#alertMarks, this.#spanMarks, this.#measureMarks]
    ) {
      primitive.theme = colours;
    }
    this.#overlays.theme = colours;
    this.#companions.theme = colours;
    const range = this.positions;
    if (this.#shown !== undefined) {
      const [axis, , marks, , drawn] = this.#shown;
      this.setBars(axis, [...this.#bars.values()], marks, this.#isForming, drawn);
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
    const { width, height } = this.#size;
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
    return Math.max(
      ...this.#chart.panes().map((_pane, i) => this.#chart.priceScale("right", i).width()),
    );
  }

  set axisWidth(width: number) {
    for (const pane of this.#chart.panes().keys()) {
      this.#chart.priceScale("right", pane).applyOptions({ minimumWidth: width });
    }
  }

  /** Gives it a size, and its candles the room below what the legend says now: called once all of it is set. */
  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.#legend.isAbove = width < NARROW_PX;
    this.#chart.resize(width, height);
    this.#sharePanes();
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
      texts: this.#texts(bar),
    });
  }

  /** The lines' values at the bar that is pointed at, or at the newest. */
  #texts(bar: PageBar | undefined): OverlayText[] {
    const own = bar === undefined ? [] : this.#overlays.textsAt(bar, this.#decimals);
    return [...own, ...this.#companions.texts(this.#pointed)];
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

  /** Bright where more is traded than usual, faded where less, between the two where that is not known. */
  #volumeColour(bar: PageBar): string {
    const isBusy = this.#overlays.isBusy(bar);
    const shade = isBusy === undefined ? "8c" : isBusy ? "d9" : "52";
    return (bar.close >= bar.open ? this.#colours.up : this.#colours.down) + shade;
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
    const height = (this.#size.height - this.extraHeight) * (1 - VOLUME_SHARE);
    const top = Math.min(0.5, (this.#legend.height + 10) / height);
    const scaleMargins = { top, bottom: 0.06 };
    this.#candles.priceScale().applyOptions({ scaleMargins });
    this.#chart.priceScale("left").applyOptions({ scaleMargins });
  }
}
