import type { BarTimeframe } from "../../model/timeframe.ts";
import { element } from "./panel_style.ts";

export interface ChartToolbarOptions {
  readonly timeframes: readonly BarTimeframe[];
  readonly chosen: BarTimeframe;
  readonly onChoose: (timeframe: BarTimeframe) => void;
  readonly onCsv: () => void;
  readonly onPng: () => void;
  /** Goes behind the lengths of bars. */
  readonly controls: readonly HTMLElement[];
}

export const TOOLBAR_STYLE = `
.toolbar{display:flex;flex-wrap:wrap;gap:4px;align-items:center;padding:4px 0}
.controls{display:inline-flex;flex-wrap:wrap;gap:4px;align-items:center}
.toolbar select{padding:1px 4px}
.updated{margin-left:auto;opacity:.85;white-space:nowrap}
.exports{margin-left:auto;white-space:nowrap}
.updated+.exports{margin-left:4px}
.exports>*+*{margin-left:4px}
.toolbar button,.export{padding:1px 8px;border-color:transparent;background:transparent}
.toolbar button:hover,.export:hover,.toolbar button[aria-pressed=true]{border-color:currentColor}
.toolbar a{color:inherit;opacity:.75;font-size:11px;margin-left:6px}`;

/** The row above the charts: lengths of bars to choose from, and whose charts they are. */
export class ChartToolbar {
  readonly element = element("div", "toolbar");
  readonly #listening = new AbortController();
  readonly #updated = element("span", "updated");
  readonly #timeframes: ReadonlyMap<BarTimeframe, HTMLElement>;

  constructor({ timeframes, chosen, onChoose, onCsv, onPng, controls }: ChartToolbarOptions) {
    const { signal } = this.#listening;
    this.#timeframes = new Map(timeframes.map((timeframe) => {
      const button = element("button", "timeframe", timeframe);
      button.type = "button";
      button.title = `Bars of ${timeframe}`;
      button.addEventListener("click", () => onChoose(timeframe), { signal });
      return [timeframe, button];
    }));
    this.chosen = chosen;
    // The licence of the charts asks for a link to their makers.
    const link = element("a", "", "TradingView");
    link.href = "https://www.tradingview.com/";
    link.target = "_blank";
    link.rel = "noopener";
    link.title = "Charting library: TradingView Lightweight Charts™";
    const actions = exportButtons({ onCsv, onPng });
    actions.append(link);
    this.element.append(...this.#timeframes.values(), ...controls, this.#updated, actions);
  }

  /** Up to when everything is known, in UTC. */
  set updated(text: string) {
    if (this.#updated.textContent !== text) this.#updated.textContent = text;
  }

  /** The length of bars that is shown. */
  set chosen(timeframe: BarTimeframe) {
    for (const [name, button] of this.#timeframes) {
      button.setAttribute("aria-pressed", String(name === timeframe));
    }
  }

  dispose(): void {
    this.#listening.abort();
  }
}

/** Buttons that hand what a panel shows to the reader as a file, at the end of their line; they go with the panel. */
export function exportButtons(
  { onCsv, onPng }: { readonly onCsv: () => void; readonly onPng?: () => void },
): HTMLElement {
  const place = element("span", "exports");
  for (const [text, onClick] of [["CSV", onCsv], ["PNG", onPng]] as const) {
    if (onClick === undefined) continue;
    const button = element("button", "export", text);
    button.type = "button";
    button.title = `Save what is shown as ${text}`;
    button.addEventListener("click", onClick);
    place.append(button);
  }
  return place;
}
