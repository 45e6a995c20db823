import { durationText } from "../../model/duration.ts";
import { formatUtc, MINUTE } from "../../model/time.ts";
import { severitySign } from "../alert_signs.ts";
import { shortNumber } from "../number_text.ts";
import {
  type RehearsalChoice,
  type RehearsalSeries,
  type RehearsalStudy,
  ruleWith,
  studyRule,
  thresholdLimits,
} from "../rehearsal_study.ts";
import {
  REHEARSAL_COLUMNS,
  rehearsalRows,
  rehearsalSummary,
  studiedText,
  unknownText,
} from "../rehearsal_text.ts";
import { type RehearsalPacket, type RehearsalSetting, unpackSeries } from "../rehearsal_view.ts";
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { rehearsalPlot } from "./rehearsal_plot.ts";
import { say, slider, SLIDER_STYLE } from "./slider.ts";

const STYLE = `
.panel{padding:10px 8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:14px;margin-bottom:8px}
.controls{grid-template-columns:2fr 1fr auto;align-items:end}
.answer{margin:10px 0 2px;font-size:14px;line-height:1.4}
.controls button{justify-self:start}
svg{display:block;max-width:none}
.rows{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;margin-top:6px}
th,td{padding:3px 14px 3px 0;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid);font-weight:400}
th,.note{color:var(--faint)}
.note{margin-top:4px}
@media (max-width:640px){.controls{grid-template-columns:1fr}}`;

/** The longest that the second slider lets a rule wait, minutes. */
const MOST_FOR = 30;
const LEAST_WIDTH = 120;

/** A rule against the past: threshold and waiting time in the reader's hand, by the state machine that judges live. */
export class RehearsalPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<RehearsalSetting>;
  readonly #threshold = slider("Threshold");
  readonly #wait = slider("For");
  readonly #reset = element("button", "", "As armed");
  readonly #badge = element("span", "badge");
  readonly #answer = element("div", "answer");
  readonly #plot = element("div");
  readonly #rows = element("div", "rows");
  readonly #note = element("div", "note");
  #series: RehearsalSeries | undefined;
  #packet: RehearsalPacket | undefined;
  #width: number;
  /** For checks. */
  study: RehearsalStudy | undefined;

  constructor(context: PanelContext<RehearsalSetting>) {
    const { root, setting, id, width, guard } = context;
    this.id = id;
    this.#context = context;
    this.#width = width;
    const { theme, name, severity, watches } = setting;
    const panel = element("div", "panel");
    panel.style.setProperty("--accent", theme.lines[0] ?? "");
    panel.style.setProperty("--grid", theme.grid);
    panel.style.setProperty("--faint", theme.faintText);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `Rehearsal of the rule ${name}`);
    const header = element("header");
    const sign = severitySign(severity, theme), mark = element("span", "", sign.text);
    mark.style.color = sign.colour;
    header.append(
      element("b", "", `Rehearsal of ${name}`),
      mark,
      element("span", "", watches),
      this.#badge,
      exportButtons({
        onCsv: () => guard(() => this.#saveCsv()),
        onPng: () => guard(() => this.#savePng()),
      }),
    );
    const controls = element("div", "controls");
    this.#reset.type = "button";
    controls.append(this.#threshold.label, this.#wait.label, this.#reset);
    this.#reset.addEventListener("click", () => this.#choose(undefined));
    for (const { input } of [this.#threshold, this.#wait]) {
      input.addEventListener("input", () => this.#onSlide());
    }
    this.#answer.setAttribute("aria-live", "polite");
    this.#rows.tabIndex = 0;
    panel.append(header, controls, this.#answer, this.#plot, this.#rows, this.#note);
    const style = panelStyle(theme) + TOOLBAR_STYLE + SLIDER_STYLE + STYLE;
    root.replaceChildren(styleElement(style), panel);
  }

  feed(packet: unknown): void {
    this.#packet = packet as RehearsalPacket;
    this.#series = unpackSeries(this.#packet);
    this.#badge.textContent = this.#badge.dataset.source = this.#packet.source;
    this.#draw();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  dispose(): void {}

  /** What the reader has chosen; as the rule has it where nothing, or nothing that can be read, is kept. */
  get #choice(): RehearsalChoice {
    const { fire, forMs } = this.#context.setting.rule;
    const kept = this.#context.page.state.get(this.id) as Partial<RehearsalChoice> | undefined;
    return {
      threshold: Number.isFinite(kept?.threshold) ? kept!.threshold! : fire.threshold,
      forMs: Number.isFinite(kept?.forMs) ? kept!.forMs! : forMs,
    };
  }

  #onSlide(): void {
    this.#choose({
      threshold: this.#threshold.input.valueAsNumber,
      forMs: this.#wait.input.valueAsNumber * MINUTE,
    });
  }

  #choose(choice: RehearsalChoice | undefined): void {
    this.#context.guard(() => {
      this.#context.page.state.set(this.id, choice);
      this.#draw();
    });
  }

  #draw(): void {
    const series = this.#series;
    if (series === undefined) return;
    const startedAt = performance.now();
    const { setting } = this.#context;
    const choice = this.#choice;
    const rule = ruleWith(setting.rule, choice);
    const study = this.study = studyRule(series, rule);
    this.#setSliders(series, choice);
    this.#answer.textContent = `${studiedText(rule)}: ${rehearsalSummary(study)}`;
    if (study.known === 0) this.#plot.textContent = "Nothing is known of this metric yet.";
    else {
      const width = Math.max(LEAST_WIDTH, this.#width - 16);
      this.#plot.replaceChildren(rehearsalPlot(series, study, { ...setting, width }));
    }
    const { rows, earlier } = rehearsalRows(study, setting.unit);
    this.#rows.replaceChildren(...(rows.length === 0 ? [] : [tableOf(REHEARSAL_COLUMNS, rows)]));
    this.#note.textContent = [
      ...(earlier === 0 ? [] : [`… ${earlier} earlier`]),
      unknownText(this.#packet!.unknown),
      ...(study.minutes === 0 ? [] : [`${formatUtc(series.start)} to ${formatUtc(study.end)}`]),
    ].filter((text) => text !== "").join(" · ");
    this.#context.drawn(performance.now() - startedAt);
  }

  #setSliders(series: RehearsalSeries, { threshold, forMs }: RehearsalChoice): void {
    const { unit, rule } = this.#context.setting;
    const { least, most, step } = thresholdLimits(series, rule);
    // Past the ends where the reader, or the rule, went there; a step in between is rounded by the browser.
    set(this.#threshold.input, threshold, [Math.min(least, threshold), Math.max(most, threshold)]);
    this.#threshold.input.step = String(step);
    say(this.#threshold, `${rule.fire.side} ${shortNumber(threshold)}${unit}`);
    const minutes = forMs / MINUTE;
    set(this.#wait.input, minutes, [0, Math.max(MOST_FOR, minutes)]);
    say(this.#wait, durationText(forMs));
    const isSame = threshold === rule.fire.threshold && forMs === rule.forMs;
    this.#reset.disabled = isSame;
  }

  #saveCsv(): void {
    const head = ["rule", "began", "fired", "resolved", "value", "furthest", "threshold", "source"];
    const { name } = this.#context.setting;
    const { alerts, rule } = this.study!;
    const iso = (time: number | undefined) =>
      time === undefined ? "" : new Date(time).toISOString();
    const rows = alerts.map(({ since, firedAt, resolvedAt, value, extreme }) => [
      name,
      iso(since),
      iso(firedAt),
      iso(resolvedAt),
      value,
      extreme,
      rule.fire.threshold,
      this.#packet!.source,
    ]);
    saveCsv(this.#fileName, csvOf(head, rows));
  }

  #savePng(): void {
    const { name, watches, theme } = this.#context.setting;
    const drawings = this.#plot.querySelectorAll<SVGSVGElement>(":scope > svg");
    saveSvg(this.#fileName, [...drawings], this.#plot, theme, [
      `Rehearsal of ${name} · ${watches} · ${this.#packet!.source.toUpperCase()}`,
      this.#answer.textContent ?? "",
    ]);
  }

  get #fileName(): string[] {
    const { source } = this.#packet!;
    return [this.#context.setting.name, "rehearsal", source, formatUtc(this.study!.end)];
  }
}

/** The ends first: a value beyond them would be cut. */
function set(input: HTMLInputElement, value: number, [least, most]: [number, number]): void {
  input.step = "any";
  input.min = String(least);
  input.max = String(most);
  input.valueAsNumber = value;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): HTMLTableElement {
  const table = element("table");
  const line = (name: "th" | "td", texts: readonly string[]) => {
    const row = element("tr");
    row.append(...texts.map((text) => element(name, "", text)));
    return row;
  };
  table.append(line("th", head), ...rows.map((row) => line("td", row)));
  return table;
}
