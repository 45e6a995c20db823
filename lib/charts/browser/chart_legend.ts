import { percentText, priceText, volumeText } from "../number_text.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { ChartSeries } from "../trading_view.ts";
import { element } from "./panel_style.ts";

/** What an instrument is, where its data is from, and one bar in figures; in the chart's corner. */
export class ChartLegend {
  readonly #line = element("div", "legend");
  readonly #badge = element("span", "badge");
  readonly #figures = element("span", "figures");
  readonly #theme: Theme;
  readonly #decimals: number;

  constructor(root: HTMLElement, series: ChartSeries, theme: Theme) {
    this.#theme = theme;
    this.#decimals = series.decimals;
    this.#line.append(element("b", "", series.label), this.#badge, this.#figures);
    root.append(this.#line);
    this.source = series.source;
  }

  set source(source: ChartSeries["source"]) {
    this.#badge.textContent = source;
    this.#badge.dataset.source = source;
  }

  /** CSS px from the chart's upper edge. */
  get height(): number {
    return this.#line.offsetTop + this.#line.offsetHeight;
  }

  /** One bar; undefined where the instrument has none. */
  show(bar: PageBar | undefined): void {
    if (bar === undefined) {
      this.#figures.textContent = "no bar";
      this.#figures.style.color = this.#theme.faintText;
      return;
    }
    const { open, high, low, close, volume } = bar;
    const price = (value: number) => priceText(value, this.#decimals);
    this.#figures.textContent = [
      ...[`O ${price(open)}`, `H ${price(high)}`, `L ${price(low)}`, `C ${price(close)}`],
      `V ${volumeText(volume)}`,
      percentText((close - open) / open * 100),
    ].join("  ");
    this.#figures.style.color = close >= open ? this.#theme.up : this.#theme.down;
  }
}
