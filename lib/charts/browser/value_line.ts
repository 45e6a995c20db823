import {
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type PriceFormatCustom,
  type UTCTimestamp,
} from "lightweight-charts";
import { SECOND } from "../../model/time.ts";
import type { Theme } from "../theme.ts";
import { GapLine } from "./gap_line.ts";
import type { TimeAxis } from "./time_axis.ts";

export interface ValueLineOptions {
  readonly theme: Theme;
  /** Which of the theme's colours of lines. */
  readonly ink: number;
  /** `right`, `left`, or a scale of its own without an axis. */
  readonly scale: string;
  /** @default 0 */
  readonly pane?: number;
  /** Written in the corner of its pane. @default none */
  readonly label?: string;
  readonly format: (value: number) => string;
  readonly step: number;
}

/** A line with a price axis: another instrument beside the candles, or a ratio in a pane of its own. */
export class ValueLine {
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<"Line">;
  readonly #line: GapLine;
  #axis: TimeAxis | undefined;

  constructor(chart: IChartApi, options: ValueLineOptions) {
    const { theme, ink, scale, pane = 0, format, step } = options;
    this.#chart = chart;
    const priceFormat: PriceFormatCustom = { type: "custom", formatter: format, minMove: step };
    this.#series = chart.addSeries(LineSeries, {
      priceScaleId: scale,
      // The line below has gaps; this one gives the axis its range.
      lineVisible: false,
      priceLineVisible: false,
      lastValueVisible: false,
      crosshairMarkerRadius: 3,
      color: theme.lines[ink]!,
      priceFormat,
    }, pane);
    this.#line = new GapLine(theme, { ink, label: options.label ?? "" });
    this.#series.attachPrimitive(this.#line);
  }

  get colour(): string {
    return this.#line.colour;
  }

  set theme(theme: Theme) {
    this.#line.theme = theme;
    this.#series.applyOptions({ color: this.#line.colour });
  }

  /** @param values one a row of the axis; NaN where there is none. */
  set(axis: TimeAxis, values: Float64Array): void {
    this.#axis = axis;
    this.#series.setData(
      axis.times.map((openTime, row) => {
        const time = openTime / SECOND as UTCTimestamp, value = values[row]!;
        return Number.isNaN(value) ? { time } : { time, value };
      }),
    );
    this.#line.set(values);
  }

  move(openTime: number, value: number): void {
    const row = this.#axis?.positionOf(openTime);
    if (row === undefined || Number.isNaN(value)) return;
    this.#series.update(
      { time: openTime / SECOND as UTCTimestamp, value },
      row < this.#axis!.last,
    );
    this.#line.move(row, value);
  }

  /** NaN where there is none. */
  at(openTime: number): number {
    return this.#line.at(this.#axis?.positionOf(openTime) ?? -1);
  }

  /** NaN where nothing is known. */
  get newest(): number {
    return this.#line.newest;
  }

  remove(): void {
    this.#chart.removeSeries(this.#series);
  }
}
