import { findStrategy, type FoundStrategy } from "../../pairs/found_strategy.ts";
import { csvOf } from "../csv_text.ts";
import { unpackStrategyRows } from "../packed_strategy.ts";
import { strategyTables } from "../strategy_csv.ts";
import { strategyCall, strategySettings, type StrategyTexts } from "../strategy_fields.ts";
import { strategyPicture } from "../strategy_picture.ts";
import { moneyText, signedMoney } from "../strategy_text.ts";
import type { StrategyPacket, StrategySetting } from "../strategy_view.ts";
import { studyBox, studyNote } from "../study_box.ts";
import { EDGE_PX } from "../theme.ts";
import { drawnId, type LivePanel } from "./page.ts";
import type { PageTools } from "./page_tools.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { StrategyControls } from "./strategy_controls.ts";

const STYLE = `
.panel{padding:8px}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(max(130px,22%),1fr));gap:6px 12px}
.fields label{display:grid;gap:2px;align-content:end}
.fields input{font:inherit;color:inherit;background:transparent;border:1px solid var(--faint);
  border-radius:4px;padding:3px 6px;width:100%;min-width:0;box-sizing:border-box}
.fields input[aria-invalid=true]{border-color:var(--warning)}
.actions,.files{display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;margin-top:8px}
.said{line-height:1.4}
.said.wrong{color:var(--warning)}
.call{margin-top:8px;line-height:1.5;color:var(--faint)}
.call code{color:var(--text);overflow-wrap:anywhere;user-select:all}
.call button{margin-left:6px}
.files{padding:8px 8px 0;margin:0}
[hidden]{display:none!important}
svg{display:block;max-width:none}`;

/** Time to show that it is computing, ms: the page stands still while it does. */
const SHOW_MS = 30;
const WON_PX = 190, DRAWDOWN_PX = 130;
/** Room for money of five digits beside a plot, CSS px. */
const NUMBERS_PX = 50;
/** Plots need some width while a page is laid out, CSS px. */
const LEAST_WIDTH = 160;

/**
 * A backtest in the reader's hand: what is tried and at what cost is typed, and traded in the page on the bars that have
 * travelled with it. As long as the reader has changed nothing the kernel's picture stands below the fields.
 */
export class StrategyPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<StrategySetting>;
  readonly #tools: PageTools;
  readonly #controls: StrategyControls;
  readonly #result = element("div");
  readonly #files = element("div", "files");
  #packet: StrategyPacket | undefined;
  /** What is traded in place of the cell's settings; undefined for these. */
  #own: StrategyTexts | undefined;
  #found: FoundStrategy | undefined;
  #plots: SVGSVGElement[] = [];
  #width: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: PanelContext<StrategySetting>, tools: PageTools) {
    const { root, setting: { theme, initial, title, given }, id, width, guard } = context;
    this.#files.style.font = `12px ${theme.fontFamily}`;
    this.id = id;
    this.#context = context;
    this.#tools = tools;
    this.#width = width;
    this.#own = keptTexts(context.page.state.get(id), initial);
    const panel = element("div", "panel");
    for (
      const [name, colour] of Object.entries({
        faint: theme.faintText,
        warning: theme.warning,
        text: theme.text,
      })
    ) panel.style.setProperty(`--${name}`, colour);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `${title}: what is tried, and at what cost`);
    this.#controls = new StrategyControls({
      initial,
      typed: this.#own ?? initial,
      check: (texts) => {
        if (this.#packet !== undefined) strategySettings(texts, this.#packet);
        return strategyCall(given, texts);
      },
      onTrade: (texts) => guard(() => this.#choose(texts)),
    });
    panel.append(this.#controls.element);
    root.replaceChildren(styleElement(panelStyle(theme) + STYLE), panel, this.#result);
  }

  feed(packet: unknown): void {
    this.#packet = packet as StrategyPacket;
    this.#controls.canTrade = this.#packet.rows !== undefined;
    this.#show();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#drawPlots();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #choose(texts: StrategyTexts): void {
    const { setting: { initial }, page } = this.#context;
    const isOwn = JSON.stringify(texts) !== JSON.stringify(initial);
    this.#own = isOwn ? texts : undefined;
    page.state.set(this.id, texts);
    this.#show();
  }

  /** The fields, and below them the reader's own result; the kernel's where there is none. */
  #show(): void {
    const startedAt = performance.now();
    clearTimeout(this.#timer);
    const { page, drawn, guard } = this.#context;
    if (this.#own === undefined || this.#packet?.rows === undefined) {
      this.#found = undefined;
      this.#result.replaceChildren();
      this.#controls.say("");
      drawn(performance.now() - startedAt);
      // What the kernel drew stands below.
      return page.publish(drawnId(this.id), false);
    }
    this.#controls.say("computing…");
    drawn(performance.now() - startedAt);
    this.#timer = setTimeout(() => guard(() => this.#trade()), SHOW_MS);
  }

  #trade(): void {
    const { own, packet } = { own: this.#own!, packet: this.#packet! };
    const { setting: { names, query, money, theme, title } } = this.#context;
    const { evidence, source, remark } = packet;
    const box = { title, source, remark, theme };
    const traded = findStrategy(unpackStrategyRows(packet.rows!), strategySettings(own, packet));
    this.#controls.say("These are your settings, not the cell's.");
    if (traded.kind === "lacking") {
      this.#found = undefined;
      this.#result.innerHTML = studyNote(`Too little data: ${traded.reason}`, box).html;
      return;
    }
    const { found } = traded, { timeframe, days, hours } = query;
    const about = { names, timeframe, money, theme };
    const curve = `<div data-curve style="padding:0 ${EDGE_PX}px"></div>`;
    const picture = strategyPicture(found, about, () => curve);
    this.#found = found;
    this.#result.innerHTML = studyBox(picture, { evidence, days, hours }, box).html;
    this.#drawPlots();
    this.#offerFiles(found);
  }

  #drawPlots(): void {
    const place = this.#result.querySelector("[data-curve]"), found = this.#found;
    if (place === null || found === undefined) return;
    const { setting: { theme, names } } = this.#context;
    const { equity, drawdown, terms } = found;
    const won = equity.map((value) => value - terms.capital);
    const below = drawdown.map((value) => 100 * value);
    const row = (at: number) =>
      `won ${signedMoney(won[at]!)} ${names.money}\ndrawdown ${moneyText(below[at]!)} %`;
    const all = {
      theme,
      width: Math.max(LEAST_WIDTH, this.#width - 2 * EDGE_PX),
      marginLeft: NUMBERS_PX,
      time: Array.from(found.time, (time) => new Date(time)),
      row,
    };
    this.#plots = [
      this.#tools.linePlot({
        ...all,
        values: won,
        height: WON_PX,
        label: `won so far out of sample, after costs, ${names.money}`,
        name: "Money won so far out of sample",
        stroke: theme.lines[0]!,
      }),
      this.#tools.linePlot({
        ...all,
        values: below,
        height: DRAWDOWN_PX,
        label: "below the highest so far, %",
        name: "Drawdown",
        stroke: theme.down,
      }),
    ];
    place.replaceChildren(...this.#plots);
  }

  #offerFiles(found: FoundStrategy): void {
    const { setting: { given, theme, title }, guard } = this.#context;
    const parts = [`${given["pair"]}`, "backtest"];
    const button = (text: string, save: () => void) => {
      const made = element("button", "", text);
      made.type = "button";
      made.addEventListener("click", () => guard(save));
      return made;
    };
    this.#files.replaceChildren(
      button("PNG", () => {
        if (this.#plots.length === 0) return;
        this.#tools.saveSvg(parts, this.#plots, this.#result, theme, [title]);
      }),
      ...strategyTables(found).map(({ name, head, rows }) =>
        button(`CSV of ${name}`, () => this.#tools.saveCsv([...parts, name], csvOf(head, rows)))
      ),
    );
    this.#result.prepend(this.#files);
  }
}

/** What the reader had typed, where it can be read and is not what the cell says. */
function keptTexts(stored: unknown, initial: StrategyTexts): StrategyTexts | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const kept = Object.fromEntries(
    Object.entries({ ...initial, ...stored }).filter(([name, text]) =>
      Object.hasOwn(initial, name) && typeof text === "string"
    ),
  ) as StrategyTexts;
  try {
    strategyCall({}, kept);
    return JSON.stringify(kept) === JSON.stringify(initial) ? undefined : kept;
  } catch {
    return undefined;
  }
}
