import type { PageBar } from "../packed_bars.ts";
import { unpackBars } from "../packed_bars.ts";
import type { TradingViewPacket, TradingViewSetting } from "../trading_view.ts";
import type { Theme } from "../theme.ts";
import { CandleChart } from "./candle_chart.ts";
import { mergeSnapshot } from "./kept_bars.ts";
import { coloursAt } from "./page_colours.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { RangeLink } from "./range_link.ts";
import { sessionMarks } from "./session_marks.ts";
import { TimeAxis } from "./time_axis.ts";

/** Bars that stay in the page for each instrument. */
const MOST_BARS = 2_000;

const STYLE = `
.chart{position:relative}
.chart+.chart{margin-top:6px}
.legend>*{background:var(--veil)}
.legend{position:absolute;z-index:4;left:8px;top:6px;right:92px;display:flex;flex-wrap:wrap;gap:2px 8px;
  align-items:center;pointer-events:none;line-height:1.35}
.figures{white-space:pre-wrap}
.remark{font-weight:600}
.remark[hidden]{display:none}
.live{position:absolute;z-index:5;right:100px;bottom:38px}`;

/** Charts of several instruments that zoom, scroll and point together. */
export class TradingViewPanel implements LivePanel {
  readonly id: string;
  readonly charts: readonly CandleChart[];
  readonly #context: PanelContext<TradingViewSetting>;
  readonly #link: RangeLink;
  readonly #panel: HTMLElement;
  #colours: Theme;
  readonly #bars = new Map<string, readonly PageBar[]>();
  #sequence = -Infinity;
  #feedTookMs = 0;

  constructor(context: PanelContext<TradingViewSetting>) {
    const { root, setting, width, id } = context;
    const { series, theme } = setting;
    this.id = id;
    this.#context = context;
    const panel = element("div", "panel");
    panel.style.setProperty("--veil", `color-mix(in srgb, ${theme.background} 70%, transparent)`);
    this.#panel = panel;
    panel.tabIndex = 0;
    panel.setAttribute("role", "group");
    panel.setAttribute(
      "aria-label",
      `Candles and volume of ${series.map((one) => one.label).join(" and ")}. Arrow keys scroll, ` +
        "plus and minus zoom, End goes to the newest bar.",
    );
    root.replaceChildren(styleElement(panelStyle(theme) + STYLE), panel);
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
      state: context.page.state,
      id,
      guard: context.guard,
      onSettled: () => context.drawn(this.#feedTookMs),
    });
    this.charts.forEach((chart) =>
      chart.onCrosshair((time, isByHand) =>
        context.guard(() => this.#onCrosshair(chart, time, isByHand))
      )
    );
  }

  feed(packet: unknown): void {
    const startedAt = performance.now();
    const { sequence, series } = packet as TradingViewPacket;
    const joinsOn = sequence > this.#sequence;
    this.#sequence = sequence;
    for (const { id, bars } of series) {
      const kept = joinsOn ? this.#bars.get(id) ?? [] : [];
      this.#bars.set(id, mergeSnapshot(kept, unpackBars(bars), MOST_BARS));
    }
    const shown = this.charts.map((chart) => this.#bars.get(chart.series.id) ?? []);
    const stepMs = Math.min(...series.map(({ bars }) => bars.stepMs));
    const axis = new TimeAxis(shown.map((bars) => bars.map((bar) => bar.openTime)), stepMs);
    this.charts.forEach((chart, i) => {
      const news = series.find(({ id }) => id === chart.series.id);
      chart.setBars(axis, shown[i]!, sessionMarks(axis, news?.breaks ?? [], news?.rolls ?? []));
      if (news?.source !== undefined) chart.source = news.source;
      chart.remark = news?.remark;
      // A chart that was mounted before its first bar knew no decimals.
      chart.decimals = news?.bars.decimals ?? 0;
    });
    this.#link.setAxis(axis);
    this.#feedTookMs = performance.now() - startedAt;
  }

  recolour(): void {
    const colours = coloursAt(this.#panel, this.#context.setting.theme);
    if (JSON.stringify(colours) === JSON.stringify(this.#colours)) return;
    this.#colours = colours;
    for (const chart of this.charts) chart.colours = colours;
  }

  resize(width: number): void {
    this.charts.forEach((chart, i) =>
      chart.resize(width, this.#heightOf(i === this.charts.length - 1))
    );
    this.#link.resize(width);
  }

  dispose(): void {
    this.#link.dispose();
    for (const chart of this.charts) chart.remove();
  }

  /** What each chart shows, in whole ms UTC; for checks. */
  visibleTimes(): { from: number; to: number }[] {
    return this.charts.flatMap((chart) => this.#link.timesOf(chart) ?? []);
  }

  /** The time axis is extra, so that all price panes are equally high. */
  #heightOf(hasTimes: boolean): number {
    return this.#context.setting.height + (hasTimes ? 26 : 0);
  }

  #onCrosshair(from: CandleChart, openTime: number | undefined, isByHand: boolean): void {
    // A chart that redraws under a still crosshair reports too; only the one under the pointer counts.
    if (!isByHand && openTime !== undefined && from !== this.#link.leader) return;
    for (const chart of this.charts) {
      if (chart !== from) chart.setCrosshair(openTime);
      chart.pointAt(openTime);
    }
  }
}
