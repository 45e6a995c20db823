import { DAY, formatUtc, MINUTE } from "../../model/time.ts";
import { type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import { priceRatio } from "../../sync/ratio_bands.ts";
import { vwapSession } from "../../sync/vwap.ts";
import type { ChartNumbers, Sessions } from "../chart_numbers.ts";
import { type ChartOverlay, PLAIN_OVERLAY, withChoice } from "../chart_overlay.ts";
import { type PageBar, unpackBars } from "../packed_bars.ts";
import type { SeriesBreak } from "../price_series.ts";
import { EDGE_PX, type Theme } from "../theme.ts";
import {
  type ChartSeries,
  type FormingPacket,
  type HistoryPacket,
  type RecentPacket,
  type TradingViewPacket,
  type TradingViewSetting,
  unpackForming,
} from "../trading_view.ts";
import { BarStore, type TimeframeView } from "./bar_store.ts";
import { placedAlerts } from "./alert_marks.ts";
import { BarNumbers } from "./bar_numbers.ts";
import { CandleChart } from "./candle_chart.ts";
import type { DrawnRatio } from "./companions.ts";
import { chartControls, keyHelp, PressButton } from "./chart_controls.ts";
import { chartCsv, chartPicture } from "./chart_exports.ts";
import { highlightedSpans, onHighlight, onShowTime } from "./chart_places.ts";
import { ChartToolbar, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { onPointed, pointTo } from "./crosshair.ts";
import { saveCsv, savePng } from "./download.ts";
import { coloursAt } from "./page_colours.ts";
import type { LivePanel, PanelLife } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { CHART_KEYS, onChartKey } from "./chart_keys.ts";
import { FullScreen } from "./full_screen.ts";
import { MeasureDrag } from "./measure_drag.ts";
import type { Measurement } from "../measurement.ts";
import { RangeLink } from "./range_link.ts";
import { sessionMarks } from "./session_marks.ts";
import { placedSpans } from "./span_marks.ts";
import { TimeAxis } from "./time_axis.ts";

const STYLE = `
.panel{padding:0 ${EDGE_PX}px}
.chart{position:relative}
.paper{position:absolute;z-index:3;inset:0;width:100%;height:100%}
.chart+.chart{margin-top:6px}
.legend>*{text-shadow:var(--veil)}
.chart[hidden]{display:none}
.legend{position:absolute;z-index:4;left:var(--left,0);top:6px;right:92px;display:flex;flex-wrap:wrap;gap:2px 8px;
  align-items:center;pointer-events:none;line-height:1.35}
.legend.above{position:static;padding:4px 0;min-height:5.6em;align-content:flex-start}
.figures{white-space:pre-wrap}
.lines{display:contents}
.lines>*{text-shadow:var(--veil)}
.remark{font-weight:600}
.remark[hidden]{display:none}
.full{position:fixed;inset:0;z-index:10000;overflow:hidden}
.measures .chart{cursor:crosshair;touch-action:none}
.help{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:4px 0;padding:6px 8px;
  border:1px solid var(--faint);border-radius:4px}
.help[hidden]{display:none}
.help>dt{font-weight:600}
.help>dd{margin:0}
.empty{position:absolute;z-index:4;inset:45% 92px auto 0;text-align:center;color:var(--faint)}
.empty[hidden]{display:none}
.live{position:absolute;z-index:5;right:100px;bottom:38px}`;

/** One chart of several instruments is so many times as high as one of each. */
const OVERLAID_SHARE = 1.5;

/** Charts of one panel are together at most so high where they are laid out for paper, CSS px: so they fit on one page. */
const PAPER_PX = 450;

/** Parts letters from candles behind them; a ground would cut a hole into shades and hatching. */
function haloOf(colour: string): string {
  return [2, 2, 3, 3, 5].map((px) => `0 0 ${px}px ${colour}`).join();
}

/** Charts of several instruments that zoom, scroll and point together. */
export class TradingViewPanel implements LivePanel {
  readonly id: string;
  readonly charts: readonly CandleChart[];
  readonly #context: PanelContext<TradingViewSetting>;
  readonly #toolbar: ChartToolbar;
  readonly #link: RangeLink;
  readonly #panel: HTMLElement;
  #colours: Theme;
  readonly #stores: ReadonlyMap<string, BarStore>;
  readonly #numbers: ReadonlyMap<string, BarNumbers>;
  /** Controls go with the panel. */
  readonly #controls = new AbortController();
  readonly #measure: MeasureDrag;
  readonly #full: FullScreen;
  readonly #help: HTMLElement;
  readonly #measureButton: PressButton;
  readonly #pauseButton: PressButton;
  readonly #fullButton: PressButton;
  #measured: { readonly from: CandleChart; readonly measurement: Measurement } | undefined;
  /** The reader holds the charts still: what comes is kept, and drawn afterwards. */
  #isPaused = false;
  #overlay: ChartOverlay;
  /** Newest bar of each series when all was last drawn. */
  #drawnTo: readonly (number | undefined)[] = [];
  #timeframe: BarTimeframe;
  #width: number;
  #packet: TradingViewPacket | undefined;
  #history: HistoryPacket | undefined;
  #axis = new TimeAxis([], 1);
  #frame: number | undefined;
  readonly #unsubscribe: readonly (() => void)[];
  /** Where a link has led. */
  #place: number | undefined;
  #sequence = -Infinity;
  #feedTookMs = 0;

  constructor(context: PanelContext<TradingViewSetting>) {
    const { root, setting, id, page } = context;
    const { theme } = setting;
    const series = setting.series.filter(({ isHidden }) => isHidden !== true);
    const width = this.#width = innerWidth(context.width);
    this.id = id;
    this.#context = context;
    const panel = element("div", "panel");
    panel.style.setProperty("--faint", theme.faintText);
    panel.style.setProperty("--veil", haloOf(theme.background));
    this.#panel = panel;
    panel.tabIndex = 0;
    panel.setAttribute("role", "group");
    panel.setAttribute(
      "aria-label",
      `Candles and volume of ${series.map((one) => one.label).join(" and ")}. ` +
        CHART_KEYS.map(([keys, what]) => `${keys}: ${what}`).join(", "),
    );
    // What was mounted by an earlier version of the library offers no choice.
    const { timeframes = [] } = setting;
    const kept = page.state.get(timeframeKey(id));
    this.#timeframe = timeframes.find((one) => one === kept) ?? setting.timeframe ??
      timeframes[0] ?? "1m";
    this.#overlay = withChoice(setting.overlay ?? PLAIN_OVERLAY, page.state.get(overlayKey(id)));
    const { signal } = this.#controls;
    const press = (text: string, title: string, action: () => void) =>
      new PressButton(text, title, () => context.guard(action), signal);
    this.#measureButton = press(
      "Measure",
      "Drag to measure price, time and %: with the shift key at any time",
      () => this.#measures(!this.#measure.isOn),
    );
    this.#pauseButton = press("Pause", "Hold the charts still (Space)", () => this.#pause());
    this.#fullButton = press(
      "Full",
      "The upper chart, or the one last touched, on the whole screen (f)",
      () => this.#toggleFull(),
    );
    const helpButton = press("?", "Keys", () => this.#toggleHelp());
    this.#help = keyHelp();
    this.#toolbar = new ChartToolbar({
      controls: [
        chartControls({
          overlay: this.#overlay,
          hasModes: series.length > 1,
          onMode: (mode) => context.guard(() => this.#show({ mode })),
          onSwitch: (name, isOn) => context.guard(() => this.#show({ [name]: isOn })),
          signal,
        }),
        ...[this.#measureButton, this.#pauseButton, this.#fullButton, helpButton].map((one) =>
          one.element
        ),
      ],
      timeframes,
      chosen: this.#timeframe,
      onChoose: (timeframe) => context.guard(() => this.#choose(timeframe)),
      onCsv: () => context.guard(() => this.#saveCsv()),
      onPng: () => context.guard(() => this.#savePng()),
    });
    root.replaceChildren(styleElement(panelStyle(theme) + TOOLBAR_STYLE + STYLE), panel);
    panel.append(this.#toolbar.element, this.#help);
    this.#stores = new Map(setting.series.map(({ id }) => [id, new BarStore()]));
    const { volumeAverage } = this.#overlay;
    this.#numbers = new Map(setting.series.map(({ id }) => [id, new BarNumbers(volumeAverage)]));
    const colours = coloursAt(panel, theme);
    this.#colours = colours;
    this.charts = series.map((one, i) => {
      const hasTimes = i === series.length - 1;
      const { height } = setting;
      return new CandleChart({ root: panel, series: one, theme, colours, width, height, hasTimes });
    });
    this.#measure = new MeasureDrag({
      charts: this.charts,
      guard: context.guard,
      signal,
      onMeasure: (from, measurement) => this.#setMeasurement(from, measurement),
    });
    this.#full = new FullScreen({
      panel,
      signal,
      guard: context.guard,
      onChange: () => this.#onFull(),
    });
    panel.addEventListener("keydown", (event) => context.guard(() => this.#onKey(event)), {
      signal,
    });
    this.#layOut();
    this.#link = new RangeLink({
      panel,
      charts: this.charts,
      width,
      state: page.state,
      id,
      guard: context.guard,
      onSettled: () => context.drawn(this.#feedTookMs),
      // A crosshair that was set stays where it was on the screen, and so at another time: it is set again.
      onFollowed: (leader) => this.#pointAgain(leader),
    });
    this.#unsubscribe = [
      onPointed(page, id, (time) => context.guard(() => this.#pointAt(time))),
      onShowTime(page, (time) => context.guard(() => this.#showTime(time))),
      onHighlight(page, () => context.guard(() => this.#showSpans())),
    ];
    this.charts.forEach((chart) =>
      chart.onCrosshair((time, isByHand) =>
        context.guard(() => this.#onCrosshair(chart, time, isByHand))
      )
    );
  }

  #onKey(event: KeyboardEvent): void {
    const isDone = onChartKey(event, {
      timeframe: (n) => {
        const timeframe = this.#context.setting.timeframes?.[n];
        if (timeframe !== undefined && this.#packet !== undefined) this.#choose(timeframe);
      },
      pause: () => this.#pause(),
      fullScreen: () => this.#toggleFull(),
      help: () => this.#toggleHelp(),
      back: () => this.#back(),
    });
    if (!isDone) return;
    // Notebooks have keys of their own for these.
    event.preventDefault();
    event.stopPropagation();
  }

  #back(): void {
    if (!this.#help.hidden) this.#toggleHelp();
    else if (this.#measured !== undefined) this.#setMeasurement(this.#measured.from, undefined);
    else if (this.#measure.isOn) this.#measures(false);
    else if (this.#full.chart !== undefined) this.#full.leave();
    else {
      this.#place = undefined;
      this.#showSpans();
    }
  }

  #toggleHelp(): void {
    this.#help.hidden = !this.#help.hidden;
  }

  #measures(isOn: boolean): void {
    this.#measure.isOn = isOn;
    this.#measureButton.isPressed = isOn;
    this.#panel.classList.toggle("measures", isOn);
  }

  #pause(): void {
    this.#isPaused = !this.#isPaused;
    this.#pauseButton.isPressed = this.#isPaused;
    this.#showUpdated();
    if (!this.#isPaused && this.#packet !== undefined) this.#redraw();
  }

  #toggleFull(): void {
    const touched = this.#link.leader;
    const chart = touched?.isShown === true ? this.charts.indexOf(touched) : 0;
    this.#full.toggle(chart);
  }

  #onFull(): void {
    this.#fullButton.isPressed = this.#full.chart !== undefined;
    this.#lowest.setRatio(this.#axis, undefined);
    this.#layOut();
    if (this.#packet !== undefined) this.#redraw();
  }

  /** The chart on which it is drawn has the pointer's prices, the others their closes at these times. */
  #setMeasurement(from: CandleChart, measurement: Measurement | undefined): void {
    this.#measured = measurement === undefined ? undefined : { from, measurement };
    for (const chart of this.charts) {
      chart.measurement = chart === from ? measurement : atCloses(chart, measurement);
    }
  }

  #showUpdated(): void {
    const at = `updated ${formatUtc(this.#packet?.updatedAt ?? NaN)}`;
    this.#toolbar.updated = this.#isPaused ? `paused · ${at}` : at;
  }

  /** A link leads there: in the present timeframe where it reaches back so far, else in the next that does. */
  #showTime(time: number): void {
    if (this.#packet === undefined) return;
    const { timeframes = [] } = this.#context.setting;
    const wider = timeframes.slice(timeframes.indexOf(this.#timeframe));
    const reaches = [this.#timeframe, ...wider].find((timeframe) =>
      this.#views(timeframe).some(({ bars }) => (bars[0]?.openTime ?? Infinity) <= time)
    );
    if (reaches === undefined) return;
    if (reaches !== this.#timeframe) this.#choose(reaches);
    this.#place = time;
    this.#showSpans();
    this.#link.showTime(time);
  }

  #showSpans(): void {
    const placed = placedSpans(this.#axis, highlightedSpans(this.#context.page), this.#place);
    for (const chart of this.charts) chart.spans = placed;
  }

  /** Another panel of the page is pointed at. */
  #pointAt(time: number | undefined): void {
    const row = time === undefined ? -1 : this.#axis.firstFrom(time + 1) - 1;
    const isIn = time !== undefined && row >= 0 &&
      time < this.#axis.times[row]! + this.#axis.stepMs;
    const openTime = isIn ? this.#axis.times[row] : undefined;
    for (const chart of this.charts) {
      chart.setCrosshair(openTime);
      chart.pointAt(openTime);
    }
  }

  /** Once the charts stand where they were put, which takes a frame. */
  #pointAgain(leader: CandleChart): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = undefined;
        this.#context.guard(() => this.#onCrosshair(leader, leader.pointedTime, true));
      });
    });
  }

  #saveCsv(): void {
    const shown = this.#views().slice(0, this.charts.length).map((view, i) => {
      const { series, source } = this.charts[i]!;
      return { id: series.id, source, view, numbers: this.#numbersOf(series.id, view) };
    });
    saveCsv(this.#fileName, chartCsv(this.#timeframe, shown, this.#overlay));
  }

  #savePng(): void {
    const updatedAt = this.#packet?.updatedAt ?? NaN;
    const charts = this.charts.filter((chart) => chart.isShown);
    savePng(this.#fileName, chartPicture(charts, this.#colours, this.#timeframe, updatedAt));
  }

  get #fileName(): string[] {
    const sources = new Set(this.charts.map(({ source }) => source));
    const ids = this.charts.map(({ series }) => series.id);
    return [...ids, this.#timeframe, ...sources, formatUtc(this.#packet?.updatedAt ?? NaN)];
  }

  feed(packet: unknown): void {
    const startedAt = performance.now();
    const { sequence, series, order } = this.#packet = packet as TradingViewPacket;
    const joinsOn = sequence > this.#sequence;
    this.#sequence = sequence;
    for (const { id, bars, forming } of series) {
      const store = this.#stores.get(id);
      store?.takeSnapshot(unpackBars(bars), joinsOn);
      if (forming !== undefined) store?.takeNewest([], forming, order);
    }
    if (this.#isPaused) this.#showUpdated();
    else this.#redraw();
    this.#feedTookMs = performance.now() - startedAt;
  }

  feedPart(name: string, packet: unknown): void {
    if (name === "history") this.#takeHistory(packet as HistoryPacket);
    if (name === "recent") this.#takeRecent(packet as RecentPacket);
    if (name === "forming") this.#takeForming(packet as FormingPacket);
  }

  life(life: PanelLife): void {
    for (const chart of this.charts) chart.isCut = life !== "alive" && life !== "open";
  }

  print(isOnPaper: boolean): void {
    for (const chart of this.charts) chart.isOnPaper = isOnPaper;
  }

  recolour(): void {
    const colours = coloursAt(this.#panel, this.#context.setting.theme);
    if (JSON.stringify(colours) === JSON.stringify(this.#colours)) return;
    this.#colours = colours;
    for (const chart of this.charts) chart.colours = colours;
  }

  resize(outerWidth: number): void {
    const width = this.#width = innerWidth(outerWidth);
    this.#layOut();
    this.#link.resize(width);
  }

  dispose(): void {
    this.#toolbar.dispose();
    this.#controls.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#link.dispose();
    for (const chart of this.charts) chart.remove();
  }

  /** What each chart shows, in whole ms UTC; for checks. */
  visibleTimes(): { from: number; to: number }[] {
    return this.charts.flatMap((chart) => this.#link.timesOf(chart) ?? []);
  }

  #takeHistory(packet: HistoryPacket): void {
    this.#history = packet;
    for (const { id, minutes, fives, hours, dayBars, days, sessions } of packet.series) {
      this.#stores.get(id)?.takeHistory({
        minutes: unpackBars(minutes),
        fives: unpackBars(fives),
        hours: unpackBars(hours),
        dayBars: unpackBars(dayBars),
        days: days.map(([from, to]) => ({ from, to })),
        sessions: sessions?.map(([from, to]) => ({ from, to })),
      });
    }
    if (this.#packet !== undefined && !this.#isPaused) this.#redraw();
  }

  #takeRecent({ series }: RecentPacket): void {
    for (const { id, bars } of series) this.#stores.get(id)?.takeMinutes(unpackBars(bars));
    if (this.#packet !== undefined && !this.#isPaused) this.#redraw();
  }

  /** Where only bars move that are drawn already, nothing else is drawn anew. */
  #takeForming(packet: FormingPacket): void {
    const bars = unpackForming(packet);
    for (const [id, store] of this.#stores) {
      const own = bars.filter((bar) => bar.id === id);
      const closed = own.filter(({ isClosed }) => isClosed).map(({ bar }) => bar);
      const forming = own.find(({ isClosed }) => !isClosed)?.bar;
      store.takeNewest(closed, forming, packet[0]);
    }
    if (this.#packet === undefined || this.#isPaused) return;
    const views = this.#views();
    const isInPlace = views.every(({ bars }, i) => bars.at(-1)?.openTime === this.#drawnTo[i]);
    if (!isInPlace) return this.#redraw();
    const isOverlaid = this.#overlay.mode !== "stacked";
    for (const [i, { series }] of this.charts.entries()) {
      const { bars, isForming } = views[i]!;
      const newest = bars.at(-1);
      if (newest === undefined) continue;
      if (i > 0 && isOverlaid) this.charts[0]!.moveCompanion(i - 1, newest);
      else {
        const numbers = this.#numbers.get(series.id)!.newest(
          bars,
          this.#stores.get(series.id)!.levels,
        );
        this.charts[i]!.moveNewest(newest, isForming, numbers);
      }
    }
    const ratio = this.#ratioOf(views, (openTime) => openTime >= this.#axis.times.at(-1)!);
    if (ratio !== undefined) {
      this.#lowest.moveRatio(this.#axis.times.at(-1)!, ratio.values.at(-1)!);
    }
  }

  /** Of all series, in the order of the setting: those without a chart too. */
  #views(timeframe = this.#timeframe): readonly TimeframeView[] {
    const settledTo = this.#packet?.updatedAt ?? -Infinity;
    return this.#context.setting.series.map(({ id }) =>
      this.#stores.get(id)!.view(timeframe, settledTo)
    );
  }

  #numbersOf(id: string, { bars }: TimeframeView): ChartNumbers {
    const store = this.#stores.get(id)!;
    const { breaks } = this.#marksOf(id, MINUTE);
    const gaps = breaks.filter(({ kind }) => kind === "gap");
    return this.#numbers.get(id)!.settle(bars, store.levels, store.sessions, gaps);
  }

  #marksOf(id: string, stepMs: number) {
    const news = this.#packet!.series.find((one) => one.id === id);
    const past = this.#history?.series.find((one) => one.id === id);
    return marksOf(news, past, stepMs);
  }

  #redraw(): void {
    const { series } = this.#packet!;
    const views = this.#views();
    const hasChoice = (this.#context.setting.timeframes ?? []).length > 0;
    const stepMs = hasChoice
      ? stepOf(this.#timeframe)
      : Math.min(...series.map(({ bars }) => bars.stepMs));
    const shown = views.slice(0, this.charts.length);
    const axis = this.#axis = new TimeAxis(
      shown.map(({ bars }) => bars.map((bar) => bar.openTime)),
      stepMs,
    );
    this.#drawnTo = views.map(({ bars }) => bars.at(-1)?.openTime);
    this.charts.forEach((chart, i) => {
      const { id } = chart.series;
      const news = series.find((one) => one.id === id);
      // A chart that was mounted before its first bar knew no decimals.
      chart.decimals = news?.bars.decimals ?? 0;
      if (news?.source !== undefined) chart.source = news.source;
      chart.remark = news?.remark;
      if (!chart.isShown) return;
      const { breaks, rolls } = this.#marksOf(id, stepMs);
      const { bars, isForming } = views[i]!;
      chart.setBars(axis, bars, sessionMarks(axis, breaks, rolls), isForming, {
        numbers: this.#numbersOf(id, views[i]!),
        overlay: this.#overlay,
        begins: sessionBegins(bars, stepMs, this.#stores.get(id)!.sessions),
      });
      chart.alerts = placedAlerts(axis, news?.alerts ?? []);
    });
    const { mode } = this.#overlay;
    this.charts[0]!.setCompanions(
      axis,
      mode,
      mode === "stacked" ? [] : this.charts.slice(1).map(({ series, decimals, remarkText }, i) => ({
        name: remarkText === "" ? titleOf(series) : `${titleOf(series)} (${remarkText})`,
        decimals,
        bars: views[i + 1]!.bars,
      })),
    );
    this.#lowest.setRatio(axis, this.#ratioOf(views, () => true));
    this.#showUpdated();
    if (this.#measured !== undefined) {
      this.#setMeasurement(this.#measured.from, this.#measured.measurement);
    }
    this.#layOut();
    this.#showSpans();
    this.#link.setAxis(axis);
  }

  /** One row for each time of the axis that is wanted. */
  #ratioOf(
    views: readonly TimeframeView[],
    isWanted: (openTime: number) => boolean,
  ): DrawnRatio | undefined {
    const { ratio, hasRatio } = this.#overlay;
    if (ratio === undefined || !hasRatio) return undefined;
    const times = this.#axis.times.filter(isWanted);
    const [a, b] = ratio.map((id) => {
      const at = this.#context.setting.series.findIndex((one) => one.id === id);
      const closes = new Map(
        views[at]?.bars.filter(({ openTime }) => isWanted(openTime))
          .map(({ openTime, close }) => [openTime, close]),
      );
      return times.map((openTime) => closes.get(openTime) ?? NaN);
    });
    return { name: ratio.join("/"), values: priceRatio(a!, b!) };
  }

  /** The lowest chart that shows. */
  get #lowest(): CandleChart {
    return this.charts.findLast((chart) => chart.isShown) ?? this.charts[0]!;
  }

  /** The reader has switched something. */
  #show(change: Partial<ChartOverlay>): void {
    this.#lowest.setRatio(this.#axis, undefined);
    this.#overlay = { ...this.#overlay, ...change };
    const { mode, vwap, obv, hasRatio } = this.#overlay;
    this.#context.page.state.set(overlayKey(this.id), { mode, vwap, obv, hasRatio });
    this.#layOut();
    if (this.#packet !== undefined) this.#redraw();
  }

  /** Which charts show, and how high they are: all price panes are as high. */
  #layOut(): void {
    const isOverlaid = this.#overlay.mode !== "stacked";
    const count = this.charts.length;
    const full = this.#full.chart;
    this.charts.forEach((chart, i) => {
      chart.isShown = full === undefined ? i === 0 || !isOverlaid : i === full;
      chart.hasTimes = isOverlaid || i === count - 1 || i === full;
    });
    if (full !== undefined) {
      const tools = this.#toolbar.element.offsetHeight + 12;
      for (const chart of this.charts) {
        if (!chart.isShown) continue;
        chart.resize(innerWidth(globalThis.innerWidth), Math.max(120, innerHeight - tools));
      }
      return;
    }
    const wanted = this.#context.setting.height;
    const fits = PAPER_PX / (isOverlaid ? 1 : count);
    const height = matchMedia("print").matches ? Math.min(wanted, fits) : wanted;
    const room = isOverlaid && count > 1 ? OVERLAID_SHARE * height : height;
    for (const chart of this.charts) chart.resize(this.#width, room + chart.extraHeight);
  }

  #choose(timeframe: BarTimeframe): void {
    this.#timeframe = timeframe;
    this.#toolbar.chosen = timeframe;
    this.#context.page.state.set(timeframeKey(this.id), timeframe);
    this.#link.keepBars();
    this.#redraw();
  }

  #onCrosshair(from: CandleChart, openTime: number | undefined, isByHand: boolean): void {
    // A chart that redraws under a still crosshair reports too; only the one under the pointer counts.
    if (!isByHand && openTime !== undefined && from !== this.#link.leader) return;
    if (isByHand) pointTo(this.#context.page, { from: this.id, time: openTime });
    for (const chart of this.charts) {
      if (chart !== from) chart.setCrosshair(openTime);
      chart.pointAt(openTime);
    }
  }
}

/** What the charts have of a panel's width: they begin and end where its words do. */
function innerWidth(width: number): number {
  return Math.max(0, width - 2 * EDGE_PX);
}

function timeframeKey(id: string): string {
  return `${id}:timeframe`;
}

/** `ES Futures` for `ES Futures (CME via IBKR Paper)`. */
function titleOf({ label }: ChartSeries): string {
  return label.replace(/ \(.*$/, "");
}

function atCloses(chart: CandleChart, measurement: Measurement | undefined) {
  if (measurement === undefined) return undefined;
  const { fromTime, toTime } = measurement;
  const fromPrice = chart.closeAt(fromTime), toPrice = chart.closeAt(toTime);
  if (fromPrice === undefined || toPrice === undefined) return undefined;
  return { fromTime, toTime, fromPrice, toPrice };
}

function overlayKey(id: string): string {
  return `${id}:overlay`;
}

/** Bars with which a session begins; of bars as long as a session none, for a line of them has no beginning. */
function sessionBegins(
  bars: readonly PageBar[],
  stepMs: number,
  sessions: Sessions,
): ReadonlySet<PageBar> {
  const begins = new Set<PageBar>();
  if (stepMs >= DAY) return begins;
  let until = -Infinity;
  for (const bar of bars) {
    if (bar.openTime < until) continue;
    begins.add(bar);
    until = vwapSession(sessions, bar.openTime)?.to ?? -Infinity;
  }
  return begins;
}

/** Breaks and rolls of the feed, and before it those of history; of long bars only breaks that leave some out. */
function marksOf(
  news: TradingViewPacket["series"][number] | undefined,
  past: HistoryPacket["series"][number] | undefined,
  stepMs: number,
): { readonly breaks: readonly SeriesBreak[]; readonly rolls: readonly number[] } {
  const first = news === undefined || news.bars.open.length === 0
    ? Infinity
    : news.marksFrom ?? news.bars.start;
  const older = (past?.breaks ?? []).filter(([from]) => from < first)
    .map(([from, to, isGap]): SeriesBreak => ({ from, to, kind: isGap === 1 ? "gap" : "session" }));
  const breaks = [...older, ...news?.breaks ?? []];
  const rolls = [...new Set([...past?.rolls ?? [], ...news?.rolls ?? []])];
  if (stepMs <= MINUTE) return { breaks, rolls };
  const whole = breaks.map(({ from, to, kind }): SeriesBreak => ({
    from: Math.ceil(from / stepMs) * stepMs,
    to: Math.floor(to / stepMs) * stepMs,
    kind,
  }));
  return { breaks: whole.filter(({ from, to }) => to > from), rolls };
}
