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
import { DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";
import { rehearsalPlot } from "./rehearsal_plot.ts";
import { say, slider, SLIDER_STYLE } from "./slider.ts";

const STYLE = `${SLIDER_STYLE}
.controls{grid-template-columns:2fr 1fr auto;align-items:end}
.answer{font-size:14px}
.controls button{justify-self:start}
.rows{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;margin-top:6px}
th,td{padding:3px 14px 3px 0;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid);font-weight:400}
th{color:var(--faint)}
.note{margin-top:4px}
@media (max-width:640px){.controls{grid-template-columns:1fr}}`;

/** The longest that the second slider lets a rule wait, minutes. */
const MOST_FOR = 30;
const LEAST_WIDTH = 120;

/** A rule against the past: threshold and waiting time in the reader's hand, by the state machine that judges live. */
export class RehearsalPanel extends DrawnPanel<RehearsalSetting, RehearsalPacket> {
  readonly #threshold = slider("Threshold");
  readonly #wait = slider("For");
  readonly #reset = element("button", "", "As armed");
  readonly #answer = element("div", "answer");
  readonly #rows = element("div", "rows");
  readonly #note = element("div", "note");
  #series: RehearsalSeries | undefined;
  /** For checks. */
  study: RehearsalStudy | undefined;

  constructor(context: PanelContext<RehearsalSetting>) {
    super(context);
    const { theme, name, severity, watches } = context.setting;
    const sign = severitySign(severity, theme), mark = element("span", "", sign.text);
    mark.style.color = sign.colour;
    const controls = element("div", "controls");
    this.#reset.type = "button";
    controls.append(this.#threshold.label, this.#wait.label, this.#reset);
    this.on(this.#reset, "click", () => this.keep(undefined));
    for (const { input } of [this.#threshold, this.#wait]) {
      this.on(input, "input", () => this.#onSlide());
    }
    this.#answer.setAttribute("aria-live", "polite");
    this.#rows.tabIndex = 0;
    this.layOut({
      name: `Rehearsal of the rule ${name}`,
      head: [
        element("b", "", `Rehearsal of ${name}`),
        mark,
        element("span", "", watches),
        this.badge,
      ],
      body: [controls, this.#answer, this.plots, this.#rows, this.#note],
      style: STYLE,
    });
  }

  protected override take(packet: RehearsalPacket): void {
    this.#series = unpackSeries(packet);
  }

  /** What the reader has chosen; as the rule has it where nothing, or nothing that can be read, is kept. */
  get #choice(): RehearsalChoice {
    const { fire, forMs } = this.context.setting.rule;
    const kept = this.kept as Partial<RehearsalChoice> | undefined;
    return {
      threshold: Number.isFinite(kept?.threshold) ? kept!.threshold! : fire.threshold,
      forMs: Number.isFinite(kept?.forMs) ? kept!.forMs! : forMs,
    };
  }

  #onSlide(): void {
    this.keep({
      threshold: this.#threshold.input.valueAsNumber,
      forMs: this.#wait.input.valueAsNumber * MINUTE,
    });
  }

  protected draw({ unknown }: RehearsalPacket): void {
    const series = this.#series!, { setting } = this.context;
    const choice = this.#choice;
    const rule = ruleWith(setting.rule, choice);
    const study = this.study = studyRule(series, rule);
    this.#setSliders(series, choice);
    this.#answer.textContent = `${studiedText(rule)}: ${rehearsalSummary(study)}`;
    if (study.known === 0) this.plots.textContent = "Nothing is known of this metric yet.";
    else {
      const width = Math.max(LEAST_WIDTH, this.width - 16);
      this.plots.replaceChildren(rehearsalPlot(series, study, { ...setting, width }));
    }
    const { rows, earlier } = rehearsalRows(study, setting.unit);
    this.#rows.replaceChildren(...(rows.length === 0 ? [] : [tableOf(REHEARSAL_COLUMNS, rows)]));
    this.#note.textContent = [
      ...(earlier === 0 ? [] : [`… ${earlier} earlier`]),
      unknownText(unknown),
      ...(study.minutes === 0 ? [] : [`${formatUtc(series.start)} to ${formatUtc(study.end)}`]),
    ].filter((text) => text !== "").join(" · ");
  }

  protected rows(): PanelRows {
    const { name } = this.context.setting;
    const { alerts, rule } = this.study!;
    const iso = (time: number | undefined) =>
      time === undefined ? "" : new Date(time).toISOString();
    return {
      head: ["rule", "began", "fired", "resolved", "value", "furthest", "threshold"],
      rows: alerts.map(({ since, firedAt, resolvedAt, value, extreme }) => [
        name,
        iso(since),
        iso(firedAt),
        iso(resolvedAt),
        value,
        extreme,
        rule.fire.threshold,
      ]),
    };
  }

  protected fileName({ source }: RehearsalPacket): string[] {
    return [this.context.setting.name, "rehearsal", source, formatUtc(this.study!.end)];
  }

  protected override lines({ source }: RehearsalPacket): string[] {
    const { name, watches } = this.context.setting;
    return [
      `Rehearsal of ${name} · ${watches} · ${source.toUpperCase()}`,
      this.#answer.textContent ?? "",
    ];
  }

  #setSliders(series: RehearsalSeries, { threshold, forMs }: RehearsalChoice): void {
    const { unit, rule } = this.context.setting;
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
