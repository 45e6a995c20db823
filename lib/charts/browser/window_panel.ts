import { formatUtc } from "../../model/time.ts";
import { isLong } from "../../sync/lagged_pairs.ts";
import { estimateText } from "../estimate_text.ts";
import { unpackMinutes } from "../packed_minutes.ts";
import { unpackReturns } from "../packed_returns.ts";
import { studyReturns, studyWindow, type WindowStudy } from "../window_study.ts";
import type { LongPacket, WindowPacket, WindowSetting } from "../window_view.ts";
import { onPointed, pointTo } from "./crosshair.ts";
import { CursorLine } from "./cursor_line.ts";
import { DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";
import { SLIDER_STYLE } from "./slider.ts";
import { type PairData, WindowControls } from "./window_controls.ts";
import { lagPlot, rollingPlot, timeAreaOf } from "./window_plots.ts";

const STYLE = `${SLIDER_STYLE}
.answer{font-size:14px}
.r{font-size:22px;font-weight:600;margin-right:10px}
.r,.part{white-space:nowrap}
.plots{display:flex;flex-wrap:wrap;gap:4px 16px}`;

/** While a page is laid out a panel may have next to no width; plots need some, CSS px. */
const LEAST_WIDTH = 120;
/** From this width on the two plots stand side by side. */
const WIDE = 820;

/** A pair's correlation, with timeframe, window and lag in the reader's hand. */
export class WindowPanel extends DrawnPanel<WindowSetting, WindowPacket> {
  readonly #controls: WindowControls;
  readonly #answer = element("div", "answer");
  readonly #release: () => void;
  #cursor: CursorLine | undefined;
  #data: PairData | undefined;
  #long: PairData["long"];
  #study: WindowStudy | undefined;

  constructor(context: PanelContext<WindowSetting>) {
    super(context);
    const { setting, id, page, guard } = context, { pair, title = pair } = setting;
    this.#controls = new WindowControls({
      initial: setting.initial,
      state: page.state,
      id,
      onChange: () => guard(() => this.redraw()),
    });
    this.#release = onPointed(page, id, (time) => guard(() => this.#cursor?.show(time)));
    this.#answer.setAttribute("aria-live", "polite");
    this.layOut({
      name: `Rolling correlation of ${title}`,
      head: [element("b", "", `Correlation of ${title}`), this.badge],
      body: [this.#controls.element, this.#answer, this.plots],
      style: STYLE,
    });
  }

  feedPart(_name: "long", packet: unknown): void {
    const { "4h": fours, "1d": days } = packet as LongPacket;
    this.#long = { "4h": unpackReturns(fours), "1d": unpackReturns(days) };
    if (this.#data === undefined) return;
    this.#data = { ...this.#data, long: this.#long };
    this.#controls.setData(this.#data);
    if (isLong(this.#controls.choice.timeframe)) this.redraw();
  }

  override dispose(): void {
    this.#release();
    this.#controls.dispose();
  }

  protected override take({ a, b, source, to }: WindowPacket): void {
    this.#data = {
      a: { label: a.label, grid: unpackMinutes(a.minutes) },
      b: { label: b.label, grid: unpackMinutes(b.minutes) },
      source,
      to: to ?? Infinity,
      long: this.#long,
    };
    this.#controls.setData(this.#data);
  }

  protected draw({ remark }: WindowPacket): boolean {
    const { a, b, source, to, long } = this.#data!;
    const { choice, maxLag } = this.#controls;
    const { timeframe } = choice;
    // What was chosen before may come later than the minutes.
    if (isLong(timeframe) && long === undefined) return false;
    const asked = { ...choice, maxLag, source, to };
    const study = isLong(timeframe)
      ? studyReturns(long![timeframe], asked)
      : studyWindow(a.grid, b.grid, { ...asked, timeframe });
    this.#study = study;
    this.#say(study, remark);
    const { theme } = this;
    const inner = Math.max(LEAST_WIDTH, this.width - 16), isWide = inner >= WIDE;
    const lagWidth = isWide ? Math.round(inner * 0.34) : inner;
    const frame = { theme, choice, labels: { a: a.label, b: b.label }, study };
    const rolling = rollingPlot({ ...frame, width: isWide ? inner - lagWidth - 16 : inner });
    this.#cursor = study.rolling.length > 1 ? this.#cursorOn(rolling) : undefined;
    this.plots.replaceChildren(rolling, lagPlot({ ...frame, width: lagWidth }));
    return true;
  }

  protected rows(): PanelRows | undefined {
    if (this.#study === undefined) return undefined;
    const { rolling, laterEnd } = this.#study;
    const { timeframe, window, lag } = this.#controls.choice;
    const { pair } = this.context.setting;
    return {
      head: ["pair", "timeframe", "window", "lag", "time", "r", "lo", "hi", "n", "expected"],
      // A value is known once the later of its two bars has ended.
      rows: Array.from(laterEnd, (end, row) => [
        pair,
        timeframe,
        window,
        lag,
        new Date(end).toISOString(),
        rolling.r[row]!,
        rolling.lo[row]!,
        rolling.hi[row]!,
        rolling.n[row]!,
        rolling.expected[row]!,
      ]),
    };
  }

  protected fileName({ source }: WindowPacket): string[] {
    const { timeframe, window, lag } = this.#controls.choice;
    const to = formatUtc(this.#study?.newest.to ?? NaN);
    return [this.context.setting.pair, `${timeframe}-${window}-lag-${lag}`, source, to];
  }

  protected override lines({ source }: WindowPacket): string[] {
    const { pair, title = pair } = this.context.setting;
    const { timeframe, window, lag } = this.#controls.choice;
    return [
      `Correlation of ${title} · ${source.toUpperCase()} · ${timeframe}, window ${window}, lag ${lag}`,
      this.#answer.textContent ?? "",
    ];
  }

  #cursorOn(plot: SVGSVGElement): CursorLine {
    const cursor = new CursorLine(plot, timeAreaOf(plot), this.theme);
    plot.addEventListener("pointermove", (event) => this.#pointAt(cursor.timeOf(event)));
    plot.addEventListener("pointerleave", () => this.#pointAt(undefined));
    return cursor;
  }

  /** The other panels point there too; this one has a pointer of its own, with what it reads. */
  #pointAt(time: number | undefined): void {
    pointTo(this.context.page, { from: this.id, time });
  }

  #say({ newest }: WindowStudy, remark: WindowPacket["remark"]): void {
    const { theme } = this;
    const [first, ...rest] = estimateText(newest).split(", ");
    const r = element("span", "r", first);
    const value = newest.kind === "ok" ? newest.value : NaN;
    r.style.color = value > 0.5 ? theme.strong : value >= 0 ? theme.weak : theme.negative;
    if (remark !== undefined) r.style.color = theme.faintText;
    if (newest.kind !== "ok") r.style.cssText = `color:${theme.faintText};font-size:16px`;
    const texts = [
      ...rest,
      ...(value < 0.2 ? ["unusually low"] : []),
      ...(Number.isNaN(newest.to) ? [] : [`up to ${formatUtc(newest.to)}`]),
    ];
    const parts = texts.map((text, i) =>
      element("span", "part", i < texts.length - 1 ? `${text} ·` : text)
    );
    if (remark !== undefined) {
      const said = element("b", "part", remark.text);
      said.style.color = remark.isFault ? theme.warning : theme.text;
      parts.unshift(said);
    }
    this.#answer.replaceChildren(r, ...parts.flatMap((part) => [part, " "]));
  }
}
