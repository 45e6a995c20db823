import type { PairTimeframe } from "../../pairs/pair_settings.ts";
import type { PairRows } from "../../sync/pair_rows.ts";
import { type PairLine, unpackPairLine } from "../packed_pair_line.ts";
import { unpackPairRows } from "../packed_pair_rows.ts";
import {
  checkPairChoice,
  isOfPage,
  type PairChoice,
  type StudiedPair,
  studyPair,
} from "../pair_study.ts";
import { pairEvidence, pairMethod, pairSentence } from "../pair_text.ts";
import {
  PAIR_CHOICE_EVENT,
  type PairBars,
  type PairChosen,
  type PairPacket,
  type PairSetting,
} from "../pair_view.ts";
import { studyFooting } from "../study_text.ts";
import { DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import { PairControls } from "./pair_controls.ts";
import { pairPlots } from "./pair_plots.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";
import { SLIDER_STYLE } from "./slider.ts";

const STYLE = `${SLIDER_STYLE}
.panel .controls{grid-template-columns:repeat(auto-fit,minmax(min(165px,45%),1fr));gap:6px 18px}`;

/** While a page is laid out a panel may have next to no width; plots need some, CSS px. */
const LEAST_WIDTH = 160;

/** A pair's spread and z-score, with bars, hedge, windows and bands in the reader's hand. */
export class PairPanel extends DrawnPanel<PairSetting, PairPacket> {
  readonly #controls: PairControls;
  readonly #back = element("button", "export", "Undo changes");
  readonly #answer = element("div", "answer");
  readonly #note = element("div", "note");
  #rows: Partial<Record<PairTimeframe, PairRows>> = {};
  #line: PairLine | undefined;
  #studied: StudiedPair | undefined;

  constructor(context: PanelContext<PairSetting>) {
    super(context);
    const { labels, initial } = context.setting;
    const title = `${labels.y} – ${labels.x}: spread and z-score`;
    this.#controls = new PairControls({
      initial: keptChoice(this.kept, initial),
      canBe: (choice) => this.#canBe(choice),
      onChange: () => context.guard(() => this.#choose(this.#controls.choice)),
    });
    this.#back.type = "button";
    this.on(this.#back, "click", () => this.#choose(initial));
    this.#answer.setAttribute("aria-live", "polite");
    this.layOut({
      name: title,
      head: [element("b", "", title), this.badge, this.#back],
      body: [this.#controls.element, this.#answer, this.plots, this.#note],
      style: STYLE,
    });
  }

  feedPart(_name: "bars", packet: unknown): void {
    const others = Object.entries(packet as PairBars) as [PairTimeframe, PairPacket["rows"]][];
    for (const [timeframe, rows] of others) this.#rows[timeframe] = unpackPairRows(rows);
    this.redraw();
  }

  protected override take({ rows, line }: PairPacket): void {
    const { initial } = this.context.setting;
    this.#rows = { ...this.#rows, [initial.timeframe]: unpackPairRows(rows) };
    this.#line = line && unpackPairLine(line);
    // What was kept may be of another cell, whose line has not come.
    const { choice } = this.#controls;
    if (!isOfPage(choice.hedge) && !this.#canDraw(choice)) this.#controls.choice = initial;
  }

  /** Whether there is a chart of it, here or by the server. */
  #canBe(choice: PairChoice): boolean {
    const { isServed, hasSeconds } = this.context.setting;
    return isServed ? hasSeconds || choice.timeframe !== "1s" : this.#canDraw(choice);
  }

  /** Whether what has come is enough. */
  #canDraw({ timeframe, hedge, window }: PairChoice): boolean {
    const { initial } = this.context.setting;
    const isOwn = timeframe === initial.timeframe;
    if (!isOwn && this.#rows[timeframe] === undefined) return false;
    return isOfPage(hedge) || (isOwn && hedge === initial.hedge && window === initial.window);
  }

  #choose(choice: PairChoice): void {
    this.#controls.choice = choice;
    const isBeyond = !this.#canDraw(choice), detail: PairChosen = { choice, isBeyond };
    // A page with an address keeps it there; a notebook has none.
    this.plots.dispatchEvent(
      new CustomEvent(PAIR_CHOICE_EVENT, { detail, bubbles: true, composed: true }),
    );
    // Another chart will be of it; this one may come back as it was.
    if (isBeyond) this.redraw();
    else this.keep(choice);
  }

  protected draw(packet: PairPacket): boolean {
    const { setting } = this.context, { initial, lastBars, theme } = setting;
    const { choice } = this.#controls;
    const rows = this.#rows[choice.timeframe];
    this.#controls.fit(rows?.length ?? 0);
    this.#back.hidden = JSON.stringify(choice) === JSON.stringify(initial);
    // What was chosen before may come later than the panel's own bars.
    if (rows === undefined || !this.#canDraw(choice)) {
      this.#answer.textContent = "This is drawn by the server …";
      return rows !== undefined;
    }
    const studied = this.#studied = studyPair(
      rows,
      choice,
      lastBars,
      isOfPage(choice.hedge) ? undefined : this.#line,
    );
    if (studied === undefined || studied.columns.length < 2) {
      this.#answer.textContent = `No bar of ${choice.timeframe} that both sides have yet.`;
      this.plots.replaceChildren();
      this.#note.textContent = "";
      return true;
    }
    const { columns, reading } = studied, { remark, source, funding } = packet;
    const warning = element("strong", "", this.#warningOf(packet));
    warning.style.color = theme.warning;
    this.#answer.replaceChildren(
      warning,
      ` ${pairSentence(columns, reading, { ...setting, ...choice, remark })}`,
    );
    const width = Math.max(LEAST_WIDTH, this.width - 16);
    this.plots.replaceChildren(
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
    return true;
  }

  /** The tests were made on the bars of the cell: where others are shown, that is said. */
  #warningOf({ broken }: PairPacket): string {
    const { timeframe } = this.context.setting.initial;
    const isOwn = timeframe === this.#controls.choice.timeframe;
    return broken === "" || isOwn ? broken : `${broken} That is of bars of ${timeframe}.`;
  }

  protected rows(): PanelRows | undefined {
    const { columns } = this.#studied ?? {};
    if (columns === undefined) return undefined;
    const { timeframe, hedge, window, zWindow } = this.#controls.choice;
    const { pair } = this.context.setting;
    const numbers = ["y", "x", "beta", "alpha", "spread", "z", "correlation"] as const;
    return {
      head: ["pair", "timeframe", "hedge", "window", "zWindow", "openTime", ...numbers],
      rows: Array.from(columns.openTime, (time, row) => [
        pair,
        timeframe,
        hedge,
        window,
        zWindow,
        new Date(time).toISOString(),
        ...numbers.map((name) => columns[name][row]!),
      ]),
    };
  }

  protected fileName({ source }: PairPacket): string[] {
    const { timeframe, hedge, window, zWindow } = this.#controls.choice;
    return [this.context.setting.pair, timeframe, `${hedge}-${window}-z-${zWindow}`, source];
  }

  protected override lines({ source }: PairPacket): string[] {
    const { labels } = this.context.setting;
    const { timeframe, window, zWindow } = this.#controls.choice;
    return [
      `${labels.y} – ${labels.x} · ${source.toUpperCase()} · ${timeframe}, line over ${window}, ` +
      `z over ${zWindow}`,
      this.#answer.textContent ?? "",
    ];
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
