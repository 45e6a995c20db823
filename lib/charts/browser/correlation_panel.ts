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
import { DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";

const STYLE = `
.readings{display:flex;flex-wrap:wrap;gap:2px 14px;min-height:18px;margin:4px 0}
.reading[aria-current=true]{font-weight:600}
.note{font-size:11px}
svg{touch-action:pan-y}`;

/** Rolling correlations of a pair; the pointer reads off all lines at once, and every chart of the page follows. */
export class CorrelationPanel extends DrawnPanel<CorrelationSetting, CorrelationPacket> {
  readonly #remark = element("b");
  readonly #choices = element("span", "toolbar");
  readonly #readings = element("div", "readings");
  readonly #note = element("div", "note");
  readonly #release: () => void;
  #lines: readonly PageLine[] = [];
  #drawn: DrawnPlot | undefined;
  #cursor: CursorLine | undefined;

  constructor(context: PanelContext<CorrelationSetting>) {
    super(context);
    const { setting, id, page, guard } = context;
    this.layOut({
      name: `Rolling correlation of ${titleOf(setting)} by timeframe`,
      head: [
        element("b", "", `${titleOf(setting)} rolling correlation`),
        this.badge,
        this.#remark,
        this.#choices,
      ],
      body: [this.#readings, this.plots, this.#note],
      style: STYLE,
    });
    this.on(this.plots, "pointermove", (event) => this.#onMove(event));
    this.on(this.plots, "pointerleave", () => this.#point(undefined, true));
    this.#release = onPointed(page, id, (time) => guard(() => this.#point(time, false)));
  }

  override dispose(): void {
    this.#release();
  }

  protected override take({ lines, remark, notes, updatedAt }: CorrelationPacket): void {
    const { theme } = this;
    this.#lines = lines.map(unpackLine);
    this.#remark.textContent = remark?.text ?? "";
    this.#remark.style.color = remark?.isFault === false ? theme.text : theme.warning;
    this.#note.textContent = [
      ...notes,
      "95 % interval on effective n for the chosen timeframe",
      `up to ${formatUtc(updatedAt ?? NaN)}`,
    ].join(" · ");
  }

  protected draw({ alerts = [] }: CorrelationPacket): void {
    const { theme } = this;
    const chosen = this.#chosen;
    const hasValues = this.#lines.some(({ r }) => r.some((value) => !Number.isNaN(value)));
    this.#drawChoices(chosen?.timeframe);
    if (chosen === undefined || !hasValues) {
      this.#drawn = undefined;
      this.plots.textContent = "no correlation yet: too few returns";
    } else {
      const width = this.width - 16;
      this.#drawn = correlationPlot({ theme, lines: this.#lines, chosen, width, alerts });
      this.#cursor = new CursorLine(this.#drawn.element, this.#drawn.area, theme);
      this.plots.replaceChildren(this.#drawn.element);
    }
    this.#point(undefined, false);
  }

  protected rows(): PanelRows {
    const { pair } = this.context.setting;
    return {
      head: ["pair", "timeframe", "window", "time", "r", "lo", "hi"],
      rows: this.#lines.flatMap(({ timeframe, window, time, r, lo, hi }) =>
        time.map((at, row) => [
          pair,
          timeframe,
          window,
          new Date(at).toISOString(),
          r[row]!,
          lo[row]!,
          hi[row]!,
        ])
      ),
    };
  }

  protected fileName({ source, updatedAt }: CorrelationPacket): string[] {
    return [this.context.setting.pair, "correlation", source, formatUtc(updatedAt ?? NaN)];
  }

  protected override lines({ source }: CorrelationPacket): string[] {
    return [
      `${titleOf(this.context.setting)} rolling correlation · ${source.toUpperCase()}`,
      this.#lines.map((line) => readingText(line, line.r.length - 1)).join("   "),
      this.#note.textContent ?? "",
    ];
  }

  get #chosen(): PageLine | undefined {
    const { kept } = this;
    return this.#lines.find(({ timeframe }) => timeframe === kept) ?? this.#lines[0];
  }

  #drawChoices(chosen: CorrelatedTimeframe | undefined): void {
    if (this.#choices.childElementCount !== this.#lines.length) {
      this.#choices.replaceChildren(...this.#lines.map(({ timeframe }) => {
        const button = element("button", "timeframe", timeframe);
        button.type = "button";
        this.on(button, "click", () => this.keep(timeframe));
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
    if (isByHand) pointTo(this.context.page, { from: this.id, time });
    const { theme } = this;
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
