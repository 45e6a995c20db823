import { formatUtc } from "../../model/time.ts";
import type { CorrelatedTimeframe } from "../../model/timeframe.ts";
import {
  type CorrelationPacket,
  type CorrelationSetting,
  type PageLine,
  unpackLine,
} from "../correlation_view.ts";
import { signed } from "../estimate_text.ts";
import { lineColour } from "../correlation_line.ts";
import { correlationPlot, type DrawnPlot } from "./correlation_plot.ts";
import { onPointed, pointTo } from "./crosshair.ts";
import { CursorLine } from "./cursor_line.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";

const STYLE = `
.panel{padding:8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:14px}
.readings{display:flex;flex-wrap:wrap;gap:2px 14px;min-height:18px;margin:4px 0}
.reading[aria-current=true]{font-weight:600}
.note{color:var(--faint);font-size:11px}
svg{display:block;max-width:none;touch-action:pan-y}`;

/** Rolling correlations of a pair; the pointer reads off all lines at once, and every chart of the page follows. */
export class CorrelationPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<CorrelationSetting>;
  readonly #badge = element("span", "badge");
  readonly #remark = element("b");
  readonly #choices = element("span", "toolbar");
  readonly #readings = element("div", "readings");
  readonly #plot = element("div");
  readonly #note = element("div", "note");
  readonly #release: () => void;
  #lines: readonly PageLine[] = [];
  #packet: CorrelationPacket | undefined;
  #drawn: DrawnPlot | undefined;
  #cursor: CursorLine | undefined;
  #width: number;

  constructor(context: PanelContext<CorrelationSetting>) {
    const { root, setting, id, width, page, guard } = context;
    this.id = id;
    this.#context = context;
    this.#width = width;
    const panel = element("div", "panel");
    panel.style.setProperty("--faint", setting.theme.faintText);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `Rolling correlation of ${titleOf(setting)} by timeframe`);
    const header = element("header");
    const actions = exportButtons({
      onCsv: () => guard(() => this.#saveCsv()),
      onPng: () => guard(() => this.#savePng()),
    });
    header.append(
      element("b", "", `${titleOf(setting)} rolling correlation`),
      this.#badge,
      this.#remark,
      this.#choices,
      actions,
    );
    panel.append(header, this.#readings, this.#plot, this.#note);
    root.replaceChildren(styleElement(panelStyle(setting.theme) + TOOLBAR_STYLE + STYLE), panel);
    this.#plot.addEventListener("pointermove", (event) => guard(() => this.#onMove(event)));
    this.#plot.addEventListener("pointerleave", () => guard(() => this.#point(undefined, true)));
    this.#release = onPointed(page, id, (time) => guard(() => this.#point(time, false)));
  }

  feed(packet: unknown): void {
    const { lines, source, remark, notes } = this.#packet = packet as CorrelationPacket;
    this.#lines = lines.map(unpackLine);
    this.#badge.textContent = this.#badge.dataset.source = source;
    this.#remark.textContent = remark?.text ?? "";
    this.#remark.style.color = remark?.isFault === false
      ? this.#context.setting.theme.text
      : this.#context.setting.theme.warning;
    this.#note.textContent = [
      ...notes,
      "95 % interval on effective n for the chosen timeframe",
      `up to ${formatUtc(this.#packet.updatedAt ?? NaN)}`,
    ].join(" · ");
    this.#draw();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  dispose(): void {
    this.#release();
  }

  get #chosen(): PageLine | undefined {
    const kept = this.#context.page.state.get(this.id);
    return this.#lines.find(({ timeframe }) => timeframe === kept) ?? this.#lines[0];
  }

  #draw(): void {
    const startedAt = performance.now();
    const { theme } = this.#context.setting;
    const chosen = this.#chosen;
    const hasValues = this.#lines.some(({ r }) => r.some((value) => !Number.isNaN(value)));
    this.#drawChoices(chosen?.timeframe);
    if (chosen === undefined || !hasValues) {
      this.#drawn = undefined;
      this.#plot.textContent = "no correlation yet: too few returns";
    } else {
      const { alerts = [] } = this.#packet!;
      const width = this.#width - 16;
      this.#drawn = correlationPlot({ theme, lines: this.#lines, chosen, width, alerts });
      this.#cursor = new CursorLine(this.#drawn.element, this.#drawn.area, theme);
      this.#plot.replaceChildren(this.#drawn.element);
    }
    this.#point(undefined, false);
    this.#context.drawn(performance.now() - startedAt);
  }

  #drawChoices(chosen: CorrelatedTimeframe | undefined): void {
    if (this.#choices.childElementCount !== this.#lines.length) {
      this.#choices.replaceChildren(...this.#lines.map(({ timeframe }) => {
        const button = element("button", "timeframe", timeframe);
        button.type = "button";
        button.addEventListener("click", () =>
          this.#context.guard(() => {
            this.#context.page.state.set(this.id, timeframe);
            this.#draw();
          }));
        return button;
      }));
    }
    for (const button of this.#choices.children) {
      button.setAttribute("aria-pressed", String(button.textContent === chosen));
    }
  }

  #onMove(event: PointerEvent): void {
    if (this.#drawn !== undefined) this.#point(this.#cursor!.timeOf(event), true);
  }

  /** Reads off every line as it was known at that time; the newest values without one. */
  #point(time: number | undefined, isByHand: boolean): void {
    if (isByHand) pointTo(this.#context.page, { from: this.id, time });
    const { theme } = this.#context.setting;
    this.#readings.replaceChildren(...this.#lines.map((line) => {
      const row = rowAt(line, time);
      const reading = element("span", "reading", readingText(line, row));
      reading.style.color = lineColour(line.timeframe, theme);
      reading.setAttribute("aria-current", String(line === this.#chosen));
      return reading;
    }));
    if (time !== undefined) this.#readings.prepend(element("span", "", formatUtc(time)));
    if (this.#drawn !== undefined) this.#cursor!.show(time);
  }

  #saveCsv(): void {
    const { source } = this.#packet!;
    const rows = this.#lines.flatMap((line) =>
      line.time.map((time, row) => [
        this.#context.setting.pair,
        line.timeframe,
        line.window,
        new Date(time).toISOString(),
        line.r[row]!,
        line.lo[row]!,
        line.hi[row]!,
        source,
      ])
    );
    const head = ["pair", "timeframe", "window", "time", "r", "lo", "hi", "source"];
    saveCsv(this.#fileName, csvOf(head, rows));
  }

  #savePng(): void {
    if (this.#drawn === undefined) return;
    const { setting } = this.#context;
    const values = this.#lines.map((line) => readingText(line, line.r.length - 1)).join("   ");
    saveSvg(this.#fileName, [this.#drawn.element], this.#plot, setting.theme, [
      `${titleOf(setting)} rolling correlation · ${this.#packet!.source.toUpperCase()}`,
      values,
      this.#note.textContent ?? "",
    ]);
  }

  get #fileName(): string[] {
    const { source, updatedAt } = this.#packet!;
    return [this.#context.setting.pair, "correlation", source, formatUtc(updatedAt ?? NaN)];
  }
}

function titleOf({ pair, title = pair }: CorrelationSetting): string {
  return title;
}

function rowAt({ time }: PageLine, at: number | undefined): number {
  return at === undefined ? time.length - 1 : time.findLastIndex((known) => known <= at);
}

function readingText({ timeframe, window, r, lo, hi }: PageLine, row: number): string {
  const value = r[row] ?? NaN;
  if (Number.isNaN(value)) return `${timeframe} (${window}) –`;
  const interval = Number.isNaN(lo[row]) ? "" : ` [${signed(lo[row]!)}, ${signed(hi[row]!)}]`;
  return `${timeframe} (${window}) ${signed(value)}${interval}`;
}
