import { formatUtc } from "../../model/time.ts";
import { isLong } from "../../sync/lagged_pairs.ts";
import { estimateText } from "../estimate_text.ts";
import { unpackMinutes } from "../packed_minutes.ts";
import { unpackReturns } from "../packed_returns.ts";
import { studyReturns, studyWindow, type WindowStudy } from "../window_study.ts";
import type { LongPacket, WindowPacket, WindowSetting } from "../window_view.ts";
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { onPointed, pointTo } from "./crosshair.ts";
import { CursorLine } from "./cursor_line.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { SLIDER_STYLE } from "./slider.ts";
import { type PairData, WindowControls } from "./window_controls.ts";
import { lagPlot, rollingPlot, timeAreaOf } from "./window_plots.ts";

const STYLE = `
.panel{padding:10px 8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:14px;margin-bottom:8px}
.answer{margin:10px 0 2px;font-size:14px;line-height:1.4}
.r{font-size:22px;font-weight:600;margin-right:10px}
.r,.part{white-space:nowrap}
.plots{display:flex;flex-wrap:wrap;gap:4px 16px}
.plots svg{display:block;max-width:none}`;

/** While a page is laid out a panel may have next to no width; plots need some, CSS px. */
const LEAST_WIDTH = 120;
/** From this width on the two plots stand side by side. */
const WIDE = 820;

/** A pair's correlation, with timeframe, window and lag in the reader's hand. */
export class WindowPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<WindowSetting>;
  readonly #controls: WindowControls;
  readonly #badge = element("span", "badge");
  readonly #answer = element("div", "answer");
  readonly #plots = element("div", "plots");
  readonly #release: () => void;
  #cursor: CursorLine | undefined;
  #data: PairData | undefined;
  #long: PairData["long"];
  #study: WindowStudy | undefined;
  #remark: WindowPacket["remark"];
  #width: number;

  constructor(context: PanelContext<WindowSetting>) {
    const { root, setting, id, width, page, guard } = context;
    this.id = id;
    this.#context = context;
    this.#width = width;
    const panel = element("div", "panel");
    panel.style.setProperty("--accent", setting.theme.lines[0] ?? "");
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `Rolling correlation of ${setting.title ?? setting.pair}`);
    const header = element("header");
    const actions = exportButtons({
      onCsv: () => guard(() => this.#saveCsv()),
      onPng: () => guard(() => this.#savePng()),
    });
    header.append(
      element("b", "", `Correlation of ${setting.title ?? setting.pair}`),
      this.#badge,
      actions,
    );
    this.#controls = new WindowControls({
      initial: setting.initial,
      state: page.state,
      id,
      onChange: () => guard(() => this.#draw()),
    });
    this.#release = onPointed(page, id, (time) => guard(() => this.#cursor?.show(time)));
    this.#answer.setAttribute("aria-live", "polite");
    panel.append(header, this.#controls.element, this.#answer, this.#plots);
    root.replaceChildren(
      styleElement(panelStyle(setting.theme) + TOOLBAR_STYLE + SLIDER_STYLE + STYLE),
      panel,
    );
  }

  feed(packet: unknown): void {
    const { a, b, source, to, remark } = packet as WindowPacket;
    this.#remark = remark;
    this.#badge.textContent = this.#badge.dataset.source = source;
    this.#data = {
      a: { label: a.label, grid: unpackMinutes(a.minutes) },
      b: { label: b.label, grid: unpackMinutes(b.minutes) },
      source,
      to: to ?? Infinity,
      long: this.#long,
    };
    this.#controls.setData(this.#data);
    this.#draw();
  }

  feedPart(_name: "long", packet: unknown): void {
    const { "4h": fours, "1d": days } = packet as LongPacket;
    this.#long = { "4h": unpackReturns(fours), "1d": unpackReturns(days) };
    if (this.#data === undefined) return;
    this.#data = { ...this.#data, long: this.#long };
    this.#controls.setData(this.#data);
    if (isLong(this.#controls.choice.timeframe)) this.#draw();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  dispose(): void {
    this.#release();
    this.#controls.dispose();
  }

  #draw(): void {
    if (this.#data === undefined) return;
    const startedAt = performance.now();
    const { a, b, source, to, long } = this.#data;
    const { choice, maxLag } = this.#controls;
    const { timeframe } = choice;
    // What was chosen before may come later than the minutes.
    if (isLong(timeframe) && long === undefined) return;
    const asked = { ...choice, maxLag, source, to };
    const study = isLong(timeframe)
      ? studyReturns(long![timeframe], asked)
      : studyWindow(a.grid, b.grid, { ...asked, timeframe });
    this.#study = study;
    this.#say(study);
    const { theme } = this.#context.setting;
    const inner = Math.max(LEAST_WIDTH, this.#width - 16), isWide = inner >= WIDE;
    const lagWidth = isWide ? Math.round(inner * 0.34) : inner;
    const frame = { theme, choice, labels: { a: a.label, b: b.label }, study };
    const rolling = rollingPlot({ ...frame, width: isWide ? inner - lagWidth - 16 : inner });
    this.#cursor = study.rolling.length > 1 ? this.#cursorOn(rolling) : undefined;
    this.#plots.replaceChildren(rolling, lagPlot({ ...frame, width: lagWidth }));
    this.#context.drawn(performance.now() - startedAt);
  }

  #cursorOn(plot: SVGSVGElement): CursorLine {
    const cursor = new CursorLine(plot, timeAreaOf(plot), this.#context.setting.theme);
    plot.addEventListener("pointermove", (event) => this.#pointAt(cursor.timeOf(event)));
    plot.addEventListener("pointerleave", () => this.#pointAt(undefined));
    return cursor;
  }

  /** The other panels point there too; this one has a pointer of its own, with what it reads. */
  #pointAt(time: number | undefined): void {
    pointTo(this.#context.page, { from: this.id, time });
  }

  #say({ newest }: WindowStudy): void {
    const { theme } = this.#context.setting;
    const [first, ...rest] = estimateText(newest).split(", ");
    const r = element("span", "r", first);
    const value = newest.kind === "ok" ? newest.value : NaN;
    r.style.color = value > 0.5 ? theme.strong : value >= 0 ? theme.weak : theme.negative;
    if (this.#remark !== undefined) r.style.color = theme.faintText;
    if (newest.kind !== "ok") r.style.cssText = `color:${theme.faintText};font-size:16px`;
    const texts = [
      ...rest,
      ...(value < 0.2 ? ["unusually low"] : []),
      ...(Number.isNaN(newest.to) ? [] : [`up to ${formatUtc(newest.to)}`]),
    ];
    const parts = texts.map((text, i) =>
      element("span", "part", i < texts.length - 1 ? `${text} ·` : text)
    );
    if (this.#remark !== undefined) {
      const said = element("b", "part", this.#remark.text);
      said.style.color = this.#remark.isFault ? theme.warning : theme.text;
      parts.unshift(said);
    }
    this.#answer.replaceChildren(r, ...parts.flatMap((part) => [part, " "]));
  }

  #saveCsv(): void {
    if (this.#study === undefined || this.#data === undefined) return;
    const { rolling, laterEnd } = this.#study;
    const { timeframe, window, lag } = this.#controls.choice;
    const { pair } = this.#context.setting;
    // A value is known once the later of its two bars has ended.
    const rows = Array.from(laterEnd, (end, row) => [
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
      this.#data!.source,
    ]);
    const head = ["pair", "timeframe", "window", "lag", "time", "r", "lo", "hi", "n", "expected"];
    saveCsv(this.#fileName, csvOf([...head, "source"], rows));
  }

  #savePng(): void {
    if (this.#data === undefined) return;
    const { pair, title = pair, theme } = this.#context.setting;
    const { timeframe, window, lag } = this.#controls.choice;
    const drawings = this.#plots.querySelectorAll<SVGSVGElement>(":scope > svg");
    saveSvg(this.#fileName, [...drawings], this.#plots, theme, [
      `Correlation of ${title} · ${this.#data.source.toUpperCase()} · ${timeframe}, window ${window}, lag ${lag}`,
      this.#answer.textContent ?? "",
    ]);
  }

  get #fileName(): string[] {
    const { timeframe, window, lag } = this.#controls.choice;
    const to = formatUtc(this.#study?.newest.to ?? NaN);
    const { pair } = this.#context.setting;
    return [pair, `${timeframe}-${window}-lag-${lag}`, this.#data?.source ?? "", to];
  }
}
