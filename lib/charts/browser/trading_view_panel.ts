import { formatUtc, MINUTE } from "../../model/time.ts";
import { type BarTimeframe, stepOf } from "../../model/timeframe.ts";
import { type PageBar, unpackBars } from "../packed_bars.ts";
import type { SeriesBreak } from "../price_series.ts";
import { EDGE_PX, type Theme } from "../theme.ts";
import type {
  FormingPacket,
  HistoryPacket,
  TradingViewPacket,
  TradingViewSetting,
} from "../trading_view.ts";
import { BarStore, type TimeframeView } from "./bar_store.ts";
import { placedAlerts } from "./alert_marks.ts";
import { CandleChart } from "./candle_chart.ts";
import { highlightedSpans, onHighlight, onShowTime } from "./chart_places.ts";
import { ChartToolbar, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { onPointed, pointTo } from "./crosshair.ts";
import { csvOf, saveCsv, savePng, sheetOf } from "./download.ts";
import { coloursAt } from "./page_colours.ts";
import type { LivePanel, PanelLife } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { RangeLink } from "./range_link.ts";
import { sessionMarks } from "./session_marks.ts";
import { placedSpans } from "./span_marks.ts";
import { TimeAxis } from "./time_axis.ts";

const STYLE = `
.panel{padding:0 ${EDGE_PX}px}
.chart{position:relative}
.paper{position:absolute;z-index:3;inset:0;width:100%;height:100%}
.chart+.chart{margin-top:6px}
.legend>*{background:var(--veil)}
.legend{position:absolute;z-index:4;left:0;top:6px;right:92px;display:flex;flex-wrap:wrap;gap:2px 8px;
  align-items:center;pointer-events:none;line-height:1.35}
.figures{white-space:pre-wrap}
.remark{font-weight:600}
.remark[hidden]{display:none}
.empty{position:absolute;z-index:4;inset:45% 92px auto 0;text-align:center;color:var(--faint)}
.empty[hidden]{display:none}
.live{position:absolute;z-index:5;right:100px;bottom:38px}`;

/** Room for the line above each chart in a saved picture. */
const CAPTION_PX = 18;

/** Of its height on a screen, where a chart is laid out for paper: two and their heading fit on one page. */
const PAPER_SHARE = 0.75;

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
  #timeframe: BarTimeframe;
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
    const { series, theme } = setting;
    const width = innerWidth(context.width);
    this.id = id;
    this.#context = context;
    const panel = element("div", "panel");
    panel.style.setProperty("--faint", theme.faintText);
    panel.style.setProperty("--veil", `color-mix(in srgb, ${theme.background} 70%, transparent)`);
    this.#panel = panel;
    panel.tabIndex = 0;
    panel.setAttribute("role", "group");
    panel.setAttribute(
      "aria-label",
      `Candles and volume of ${series.map((one) => one.label).join(" and ")}. Arrow keys scroll, ` +
        "plus and minus zoom, End goes to the newest bar.",
    );
    // What was mounted by an earlier version of the library offers no choice.
    const { timeframes = [] } = setting;
    const kept = page.state.get(timeframeKey(id));
    this.#timeframe = timeframes.find((one) => one === kept) ?? setting.timeframe ??
      timeframes[0] ?? "1m";
    this.#toolbar = new ChartToolbar({
      timeframes,
      chosen: this.#timeframe,
      onChoose: (timeframe) => context.guard(() => this.#choose(timeframe)),
      onCsv: () => context.guard(() => this.#saveCsv()),
      onPng: () => context.guard(() => this.#savePng()),
    });
    root.replaceChildren(styleElement(panelStyle(theme) + TOOLBAR_STYLE + STYLE), panel);
    panel.append(this.#toolbar.element);
    this.#stores = new Map(series.map((one) => [one.id, new BarStore()]));
    const colours = coloursAt(panel, theme);
    this.#colours = colours;
    this.charts = series.map((one, i) => {
      const hasTimes = i === series.length - 1;
      const height = this.#heightOf(hasTimes);
      return new CandleChart({ root: panel, series: one, theme, colours, width, height, hasTimes });
    });
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

  /** A link leads there: in the present timeframe where it reaches back so far, else in the next that does. */
  #showTime(time: number): void {
    if (this.#packet === undefined) return;
    const { timeframes } = this.#context.setting;
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
    const head = ["instrument", "timeframe", "time", "open", "high", "low", "close", "volume"];
    const rows = this.#views().flatMap(({ bars, isForming }, i) => {
      const { series, source } = this.charts[i]!;
      return bars.map((bar, row) => [
        series.id,
        this.#timeframe,
        new Date(bar.openTime).toISOString(),
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        bar.volume,
        isForming && row === bars.length - 1 ? "forming" : "closed",
        source,
      ]);
    });
    saveCsv(this.#fileName, csvOf([...head, "state", "source"], rows));
  }

  #savePng(): void {
    const pictures = this.charts.map((chart) => chart.picture());
    const height = pictures.reduce((sum, one) => sum + one.height + CAPTION_PX, 0);
    const width = Math.max(...pictures.map((one) => one.width));
    const said = `${this.#timeframe} bars, up to ${formatUtc(this.#packet?.updatedAt ?? NaN)}`;
    const sheet = sheetOf(width, height, this.#colours, [`Comove · ${said}`]);
    const context = sheet.getContext("2d")!;
    let y = CAPTION_PX + 8;
    for (const [i, { canvas, width, height }] of pictures.entries()) {
      context.fillText(this.charts[i]!.caption, 8, y + 14, width - 16);
      context.drawImage(canvas, 0, y + CAPTION_PX, width, height);
      y += height + CAPTION_PX;
    }
    savePng(this.#fileName, sheet);
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
    this.#redraw();
    this.#feedTookMs = performance.now() - startedAt;
  }

  feedPart(name: string, packet: unknown): void {
    if (name === "history") this.#takeHistory(packet as HistoryPacket);
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
    const width = innerWidth(outerWidth);
    this.charts.forEach((chart, i) =>
      chart.resize(width, this.#heightOf(i === this.charts.length - 1))
    );
    this.#link.resize(width);
  }

  dispose(): void {
    this.#toolbar.dispose();
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
    for (const { id, minutes, fives, hours, dayBars, days } of packet.series) {
      this.#stores.get(id)?.takeHistory({
        minutes: unpackBars(minutes),
        fives: unpackBars(fives),
        hours: unpackBars(hours),
        dayBars: unpackBars(dayBars),
        days: days.map(([from, to]) => ({ from, to })),
      });
    }
    if (this.#packet !== undefined) this.#redraw();
  }

  /** Where only bars move that are drawn already, nothing else is drawn anew. */
  #takeForming({ order, bars }: FormingPacket): void {
    for (const [id, store] of this.#stores) {
      const own = bars.filter((bar) => bar[0] === id);
      const closed = own.filter(([, isClosed]) => isClosed === 1).map(pageBarOf);
      const forming = own.find(([, isClosed]) => isClosed === 0);
      store.takeNewest(closed, forming === undefined ? undefined : pageBarOf(forming), order);
    }
    if (this.#packet === undefined) return;
    const views = this.#views();
    const isInPlace = views.every(({ bars }, i) => {
      const newest = bars.at(-1)?.openTime;
      return newest === this.charts[i]!.newestTime;
    });
    if (!isInPlace) return this.#redraw();
    for (const [i, { bars, isForming }] of views.entries()) {
      const newest = bars.at(-1);
      if (newest !== undefined) this.charts[i]!.moveNewest(newest, isForming);
    }
  }

  #views(timeframe = this.#timeframe): readonly TimeframeView[] {
    const settledTo = this.#packet?.updatedAt ?? -Infinity;
    return this.charts.map(({ series }) => this.#stores.get(series.id)!.view(timeframe, settledTo));
  }

  #redraw(): void {
    const { series } = this.#packet!;
    const views = this.#views();
    const stepMs = (this.#context.setting.timeframes ?? []).length === 0
      ? Math.min(...series.map(({ bars }) => bars.stepMs))
      : stepOf(this.#timeframe);
    const axis = this.#axis = new TimeAxis(
      views.map(({ bars }) => bars.map((bar) => bar.openTime)),
      stepMs,
    );
    this.charts.forEach((chart, i) => {
      const news = series.find(({ id }) => id === chart.series.id);
      const past = this.#history?.series.find(({ id }) => id === chart.series.id);
      const { breaks, rolls } = marksOf(news, past, stepMs);
      const { bars, isForming } = views[i]!;
      // A chart that was mounted before its first bar knew no decimals.
      chart.decimals = news?.bars.decimals ?? 0;
      chart.setBars(axis, bars, sessionMarks(axis, breaks, rolls), isForming);
      if (news?.source !== undefined) chart.source = news.source;
      chart.remark = news?.remark;
      chart.alerts = placedAlerts(axis, news?.alerts ?? []);
    });
    this.#showSpans();
    this.#link.setAxis(axis);
  }

  #choose(timeframe: BarTimeframe): void {
    this.#timeframe = timeframe;
    this.#toolbar.chosen = timeframe;
    this.#context.page.state.set(timeframeKey(this.id), timeframe);
    this.#link.keepBars();
    this.#redraw();
  }

  /** The time axis is extra, so that all price panes are equally high. */
  #heightOf(hasTimes: boolean): number {
    const share = matchMedia("print").matches ? PAPER_SHARE : 1;
    return Math.round(share * this.#context.setting.height) + (hasTimes ? 26 : 0);
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

function pageBarOf(row: FormingPacket["bars"][number]): PageBar {
  const [, , openTime, open, high, low, close, volume] = row;
  return { openTime, open, high, low, close, volume: volume ?? NaN };
}

/** Breaks and rolls of the feed, and before it those of history; of long bars only breaks that leave some out. */
function marksOf(
  news: TradingViewPacket["series"][number] | undefined,
  past: HistoryPacket["series"][number] | undefined,
  stepMs: number,
): { readonly breaks: readonly SeriesBreak[]; readonly rolls: readonly number[] } {
  const first = news === undefined || news.bars.open.length === 0 ? Infinity : news.bars.start;
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
