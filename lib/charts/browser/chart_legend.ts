import { percentText, priceText, volumeText } from "../number_text.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { ChartSeries, TradingViewPacket } from "../trading_view.ts";
import type { OverlayText } from "./chart_overlays.ts";
import { element } from "./panel_style.ts";

type PacketRemark = NonNullable<TradingViewPacket["series"][number]["remark"]>;

/** What an instrument is, where its data is from, and one bar in figures; in the chart's corner. */
export class ChartLegend {
  readonly #line = element("div", "legend");
  readonly #badge = element("span", "badge");
  readonly #figures = element("span", "figures");
  readonly #remark = element("span", "remark");
  readonly #lines = element("span", "lines");
  readonly #theme: Theme;
  decimals: number;

  constructor(root: HTMLElement, series: ChartSeries, theme: Theme) {
    this.#theme = theme;
    this.decimals = series.decimals;
    this.#line.append(
      element("b", "", series.label),
      this.#badge,
      this.#remark,
      this.#figures,
      this.#lines,
    );
    root.append(this.#line);
    this.source = series.source;
    this.remark = undefined;
  }

  set source(source: ChartSeries["source"]) {
    this.#badge.textContent = source;
    this.#badge.dataset.source = source;
  }

  /** Why the newest bar is not of now, and up to when it is known; undefined when it is. */
  set remark(remark: PacketRemark | undefined) {
    this.#remark.hidden = remark === undefined;
    // Nothing is green that is not of now.
    this.#badge.classList.toggle("old", remark?.isFault === true);
    this.#remark.textContent = remark?.text ?? "";
    this.#remark.style.color = remark?.isFault === false ? this.#theme.text : this.#theme.warning;
  }

  /** Empty without a remark. */
  get remarkText(): string {
    return this.#remark.textContent ?? "";
  }

  /** All of it as one line; the source in capitals, as it is shown. */
  get text(): string {
    const said = this.#remark.hidden ? [] : [this.#remark.textContent ?? ""];
    const [name, source] = [this.#line.firstElementChild, this.#badge].map((one) =>
      one?.textContent
    );
    const lines = Array.from(this.#lines.children, (line) => line.textContent ?? "");
    return [name, source?.toUpperCase(), ...said, this.#figures.textContent, ...lines].join(" · ");
  }

  /** Whether it stands above the chart, and not over it. */
  set isAbove(isAbove: boolean) {
    this.#line.classList.toggle("above", isAbove);
  }

  /** What it takes of the chart, CSS px from the upper edge. */
  get height(): number {
    if (this.#line.classList.contains("above")) return 0;
    return this.#line.offsetTop + this.#line.offsetHeight;
  }

  /**
   * One bar; undefined where the instrument has none. Grey where it is the newest and yet not of now (`isOld`);
   * `forming` where more is to come for it, `broken off` where it was and nothing more comes.
   *
   * @param texts values of the lines over it.
   */
  show(
    bar: PageBar | undefined,
    { isOld, state, texts }: {
      readonly isOld: boolean;
      readonly state: "" | "forming" | "broken off";
      readonly texts: readonly OverlayText[];
    },
  ): void {
    this.#showLines(texts);
    if (bar === undefined) {
      this.#figures.textContent = "no bar";
      this.#figures.style.color = this.#theme.faintText;
      return;
    }
    const { open, high, low, close, volume } = bar;
    const price = (value: number) => priceText(value, this.decimals);
    this.#figures.textContent = [
      `O ${price(open)}`,
      `H ${price(high)}`,
      `L ${price(low)}`,
      `C ${price(close)}`,
      `V ${volumeText(volume)}`,
      `${percentText((close - open) / open * 100)} of the bar`,
      ...(state === "" ? [] : [state]),
    ].join("  ");
    const { up, down, faintText } = this.#theme;
    this.#figures.style.color = isOld ? faintText : close >= open ? up : down;
  }

  /** A tick changes the text alone. */
  #showLines(texts: readonly OverlayText[]): void {
    while (this.#lines.children.length > texts.length) this.#lines.lastChild!.remove();
    texts.forEach(({ text, colour }, i) => {
      const line = this.#lines.children[i] as HTMLElement | undefined ??
        this.#lines.appendChild(element("span"));
      if (line.textContent !== text) line.textContent = text;
      line.style.color = colour;
    });
  }
}
