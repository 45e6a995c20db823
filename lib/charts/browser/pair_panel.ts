import type { PairRows } from "../../sync/pair_rows.ts";
import { unpackPairRows } from "../packed_pair_rows.ts";
import {
  checkPairChoice,
  PAGE_TIMEFRAMES,
  type PageTimeframe,
  type PairChoice,
  type StudiedPair,
  studyPair,
} from "../pair_study.ts";
import { pairEvidence, pairMethod, pairSentence } from "../pair_text.ts";
import {
  PAIR_CHOICE_EVENT,
  type PairBars,
  type PairPacket,
  type PairSetting,
} from "../pair_view.ts";
import { studyFooting } from "../study_text.ts";
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import { PairControls } from "./pair_controls.ts";
import { pairPlots } from "./pair_plots.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { SLIDER_STYLE } from "./slider.ts";

const STYLE = `
.panel{padding:10px 8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:14px;margin-bottom:8px}
.panel .controls{grid-template-columns:repeat(auto-fit,minmax(min(165px,45%),1fr));gap:6px 18px}
.answer{margin:10px 0 4px;font-size:13px;line-height:1.4}
.note{color:var(--faint);line-height:1.4}
svg{display:block;max-width:none}`;

/** While a page is laid out a panel may have next to no width; plots need some, CSS px. */
const LEAST_WIDTH = 160;

/** A pair's spread and z-score, with bars, hedge, windows and bands in the reader's hand. */
export class PairPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<PairSetting>;
  readonly #controls: PairControls;
  readonly #badge = element("span", "badge");
  readonly #back = element("button", "export", "Undo changes");
  readonly #answer = element("div", "answer");
  readonly #plots = element("div");
  readonly #note = element("div", "note");
  #rows: Partial<Record<PageTimeframe, PairRows>> = {};
  #packet: PairPacket | undefined;
  #studied: StudiedPair | undefined;
  #width: number;

  constructor(context: PanelContext<PairSetting>) {
    const { root, setting, id, width, guard, page } = context;
    const { theme, labels, initial } = setting;
    this.id = id;
    this.#context = context;
    this.#width = width;
    const panel = element("div", "panel"), title = `${labels.y} – ${labels.x}: spread and z-score`;
    panel.style.setProperty("--accent", theme.lines[0] ?? "");
    panel.style.setProperty("--faint", theme.faintText);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", title);
    this.#controls = new PairControls({
      initial: keptChoice(page.state.get(id), initial),
      onChange: () => guard(() => this.#choose(this.#controls.choice)),
    });
    this.#back.type = "button";
    this.#back.addEventListener("click", () => guard(() => this.#choose(initial)));
    const actions = exportButtons({
      onCsv: () => guard(() => this.#saveCsv()),
      onPng: () => guard(() => this.#savePng()),
    });
    const header = element("header");
    header.append(element("b", "", title), this.#badge, this.#back, actions);
    this.#answer.setAttribute("aria-live", "polite");
    panel.append(header, this.#controls.element, this.#answer, this.#plots, this.#note);
    root.replaceChildren(
      styleElement(panelStyle(theme) + TOOLBAR_STYLE + SLIDER_STYLE + STYLE),
      panel,
    );
  }

  feed(packet: unknown): void {
    const { rows, source } = this.#packet = packet as PairPacket;
    this.#badge.textContent = this.#badge.dataset.source = source;
    this.#rows = { ...this.#rows, [this.#context.setting.initial.timeframe]: unpackPairRows(rows) };
    this.#draw();
  }

  feedPart(_name: "bars", packet: unknown): void {
    const others = Object.entries(packet as PairBars) as [PageTimeframe, PairPacket["rows"]][];
    for (const [timeframe, rows] of others) this.#rows[timeframe] = unpackPairRows(rows);
    this.#draw();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  dispose(): void {}

  #choose(choice: PairChoice): void {
    this.#controls.choice = choice;
    this.#context.page.state.set(this.id, choice);
    // A page with an address keeps it there; a notebook has none.
    this.#plots.dispatchEvent(
      new CustomEvent(PAIR_CHOICE_EVENT, { detail: choice, bubbles: true, composed: true }),
    );
    this.#draw();
  }

  #draw(): void {
    const { setting, drawn } = this.#context, { initial, lastBars, theme } = setting;
    const { choice } = this.#controls;
    const rows = this.#rows[choice.timeframe];
    // What was chosen before may come later than the panel's own bars.
    if (this.#packet === undefined || rows === undefined) return;
    const startedAt = performance.now();
    this.#back.hidden = JSON.stringify(choice) === JSON.stringify(initial);
    this.#controls.fit(PAGE_TIMEFRAMES.filter((one) => this.#rows[one] !== undefined), rows.length);
    const studied = this.#studied = studyPair(rows, choice, lastBars);
    if (studied === undefined || studied.columns.length < 2) {
      this.#answer.textContent = `No bar of ${choice.timeframe} that both sides have yet.`;
      this.#plots.replaceChildren();
      this.#note.textContent = "";
      return drawn(performance.now() - startedAt);
    }
    const { columns, reading } = studied, { remark, source, funding } = this.#packet;
    const warning = element("strong", "", this.#warning);
    warning.style.color = theme.warning;
    this.#answer.replaceChildren(
      warning,
      ` ${pairSentence(columns, reading, { ...setting, ...choice, remark })}`,
    );
    const width = Math.max(LEAST_WIDTH, this.#width - 16);
    this.#plots.replaceChildren(
      ...pairPlots({ theme, choice, columns, stepMs: rows.stepMs, width }),
    );
    const evidence = pairEvidence(columns, reading, choice.timeframe);
    const method = [pairMethod(choice, reading), setting.remark, funding].filter(Boolean)
      .join("; ");
    const lines = studyFooting({ evidence, days: 1, hours: "all", method, source });
    this.#note.textContent = [
      ...lines,
      "▲▼ z beyond the entry band, after it was within the exit band",
    ].join(" · ");
    drawn(performance.now() - startedAt);
  }

  /** The tests were made on the bars of the cell: where others are shown, that is said. */
  get #warning(): string {
    const { broken = "" } = this.#packet ?? {}, { timeframe } = this.#context.setting.initial;
    const isOwn = timeframe === this.#controls.choice.timeframe;
    return broken === "" || isOwn ? broken : `${broken} That is of bars of ${timeframe}.`;
  }

  #saveCsv(): void {
    const { columns } = this.#studied ?? {}, packet = this.#packet;
    if (columns === undefined || packet === undefined) return;
    const { choice } = this.#controls, { timeframe, hedge, window, zWindow } = choice;
    const { pair } = this.#context.setting;
    const numbers = ["y", "x", "beta", "alpha", "spread", "z", "correlation"] as const;
    const head = ["pair", "timeframe", "hedge", "window", "zWindow", "openTime", ...numbers];
    const rows = Array.from(columns.openTime, (time, row) => [
      pair,
      timeframe,
      hedge,
      window,
      zWindow,
      new Date(time).toISOString(),
      ...numbers.map((name) => columns[name][row]!),
      packet.source,
    ]);
    saveCsv(this.#fileName, csvOf([...head, "source"], rows));
  }

  #savePng(): void {
    const { labels, theme } = this.#context.setting;
    const { timeframe, window, zWindow } = this.#controls.choice;
    const drawings = this.#plots.querySelectorAll<SVGSVGElement>(":scope > svg");
    if (drawings.length === 0) return;
    saveSvg(this.#fileName, [...drawings], this.#plots, theme, [
      `${labels.y} – ${labels.x} · ${this.#badge.textContent?.toUpperCase()} · ${timeframe}, ` +
      `line over ${window}, z over ${zWindow}`,
      this.#answer.textContent ?? "",
    ]);
  }

  get #fileName(): string[] {
    const { timeframe, hedge, window, zWindow } = this.#controls.choice;
    const { pair } = this.#context.setting;
    return [pair, timeframe, `${hedge}-${window}-z-${zWindow}`, this.#packet?.source ?? ""];
  }
}

/** What the reader had chosen, as far as it can be read. */
function keptChoice(stored: unknown, initial: PairChoice): PairChoice {
  if (typeof stored !== "object" || stored === null) return initial;
  try {
    return checkPairChoice({ ...initial, ...stored });
  } catch {
    return initial;
  }
}
