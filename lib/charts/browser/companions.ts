import { type IChartApi, PriceScaleMode } from "lightweight-charts";
import type { ChartMode } from "../chart_overlay.ts";
import { percentText, priceText } from "../number_text.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { OverlayText } from "./chart_overlays.ts";
import type { TimeAxis } from "./time_axis.ts";
import { ValueLine } from "./value_line.ts";

/** Another instrument in the same chart. */
export interface Companion {
  readonly name: string;
  readonly decimals: number;
  readonly bars: readonly PageBar[];
}

/** A ratio of prices in a pane of its own. */
export interface DrawnRatio {
  readonly name: string;
  /** One a row of the axis. */
  readonly values: Float64Array;
}

interface NamedLine {
  readonly name: string;
  readonly decimals: number;
  readonly line: ValueLine;
}

/** Which of the theme's colours of lines other instruments have: none that an overlay has. */
const INKS = [4, 5, 3];
const RATIO_INK = 3;
const RATIO_DECIMALS = 4;

/** What a chart shows beside its own instrument: lines of others, and a ratio of two in a pane below. */
export class Companions {
  readonly #chart: IChartApi;
  #theme: Theme;
  #mode: ChartMode = "stacked";
  #lines: readonly NamedLine[] = [];
  #ratio: NamedLine | undefined;

  constructor(chart: IChartApi, theme: Theme) {
    this.#chart = chart;
    this.#theme = theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    for (const { line } of this.#all) line.theme = theme;
  }

  /** Whether the second instrument has an axis on the left. */
  get hasLeftAxis(): boolean {
    return this.#mode === "axes" && this.#lines.length > 0;
  }

  get hasRatio(): boolean {
    return this.#ratio !== undefined;
  }

  /** Draws these and no others. */
  set(axis: TimeAxis, mode: ChartMode, companions: readonly Companion[]): void {
    const names = (lines: readonly { readonly name: string }[]) =>
      lines.map(({ name }) => name).join("\n");
    if (mode !== this.#mode || names(companions) !== names(this.#lines)) {
      this.#make(mode, companions);
    }
    for (const [i, { bars }] of companions.entries()) {
      const values = new Float64Array(axis.times.length).fill(NaN);
      for (const { openTime, close } of bars) values[axis.positionOf(openTime)!] = close;
      this.#lines[i]!.line.set(axis, values);
    }
  }

  move(i: number, { openTime, close }: PageBar): void {
    this.#lines[i]?.line.move(openTime, close);
  }

  /** Undefined takes the pane away. @returns whether it came or went. */
  setRatio(axis: TimeAxis, ratio: DrawnRatio | undefined): boolean {
    const isOther = ratio?.name !== this.#ratio?.name;
    if (isOther) {
      this.#ratio?.line.remove();
      this.#ratio = ratio === undefined ? undefined : this.#ratioLine(ratio.name);
    }
    if (ratio !== undefined) this.#ratio!.line.set(axis, ratio.values);
    return isOther;
  }

  moveRatio(openTime: number, value: number): void {
    this.#ratio?.line.move(openTime, value);
  }

  /** Values at a time, or the newest. */
  texts(time: number | undefined): OverlayText[] {
    return this.#all.map(({ name, line, decimals }) => ({
      text: `${name} ${priceText(time === undefined ? line.newest : line.at(time), decimals)}`,
      colour: line.colour,
    }));
  }

  /** By how much the other instruments have moved between two times. */
  changes(from: number, to: number): string[] {
    return this.#lines.map(({ name, line }) => {
      const before = line.at(from);
      return `${name} ${percentText((line.at(to) - before) / before * 100)}`;
    });
  }

  /** For checks. */
  valuesAt(openTime: number): { companions: number[]; ratio: number | undefined } {
    return {
      companions: this.#lines.map(({ line }) => line.at(openTime)),
      ratio: this.#ratio?.line.at(openTime),
    };
  }

  get #all(): readonly NamedLine[] {
    return this.#ratio === undefined ? this.#lines : [...this.#lines, this.#ratio];
  }

  #make(mode: ChartMode, companions: readonly Companion[]): void {
    for (const { line } of this.#lines) line.remove();
    this.#mode = mode;
    this.#lines = companions.map(({ name, decimals }, i) => {
      // One price axis on each side: a third instrument has a scale of its own, without an axis.
      const scale = mode === "percent" ? "right" : i === 0 ? "left" : `own-${i}`;
      const line = new ValueLine(this.#chart, {
        theme: this.#theme,
        ink: INKS[i % INKS.length]!,
        scale,
        format: (value) => priceText(value, decimals),
        step: 10 ** -decimals,
      });
      return { name, decimals, line };
    });
    const isPercent = mode === "percent" && companions.length > 0;
    this.#chart.applyOptions({ leftPriceScale: { visible: this.hasLeftAxis } });
    this.#chart.priceScale("right", 0).applyOptions({
      mode: isPercent ? PriceScaleMode.Percentage : PriceScaleMode.Normal,
    });
  }

  #ratioLine(name: string): NamedLine {
    const pane = 2;
    const line = new ValueLine(this.#chart, {
      theme: this.#theme,
      ink: RATIO_INK,
      scale: "right",
      pane,
      label: name,
      format: (value) => priceText(value, RATIO_DECIMALS),
      step: 10 ** -RATIO_DECIMALS,
    });
    // A pane begins with the mode of the candles' scale.
    this.#chart.priceScale("right", pane).applyOptions({ mode: PriceScaleMode.Normal });
    return { name, decimals: RATIO_DECIMALS, line };
  }
}
