import type { ISeriesApi } from "lightweight-charts";
import type { ChartNumbers } from "../chart_numbers.ts";
import type { ChartOverlay } from "../chart_overlay.ts";
import { priceText, volumeText } from "../number_text.ts";
import type { PageBar } from "../packed_bars.ts";
import type { Theme } from "../theme.ts";
import type { NewestNumbers } from "./bar_numbers.ts";
import { GapLine } from "./gap_line.ts";
import { ratioText, SpikeMarks, spikeOf, type VolumeSpike } from "./spike_marks.ts";
import type { TimeAxis } from "./time_axis.ts";

/** A figure in a chart's corner, in the colour of its line. */
export interface OverlayText {
  readonly text: string;
  readonly colour: string;
}

/** VWAP over the candles; the average, spikes and on-balance volume over the volume of one instrument. */
export class ChartOverlays {
  readonly #average: GapLine;
  readonly #vwap: GapLine;
  readonly #obv: GapLine;
  readonly #spikes: SpikeMarks;
  #axis: TimeAxis | undefined;

  constructor(
    candles: ISeriesApi<"Candlestick">,
    volume: ISeriesApi<"Histogram">,
    theme: Theme,
  ) {
    this.#average = new GapLine(theme, { ink: 0 });
    this.#vwap = new GapLine(theme, { ink: 1 });
    this.#obv = new GapLine(theme, { ink: 2, dash: [4, 2], isFitted: true });
    this.#spikes = new SpikeMarks(theme);
    candles.attachPrimitive(this.#vwap);
    for (const one of [this.#average, this.#obv, this.#spikes]) volume.attachPrimitive(one);
  }

  set theme(theme: Theme) {
    for (const one of [this.#average, this.#vwap, this.#obv, this.#spikes]) one.theme = theme;
  }

  /** @param begins bars with which a session begins, and so the VWAP. */
  set(
    axis: TimeAxis,
    bars: readonly PageBar[],
    numbers: ChartNumbers,
    { vwap, obv }: ChartOverlay,
    begins: ReadonlySet<PageBar>,
  ): void {
    this.#axis = axis;
    const rows = bars.map((bar) => axis.positionOf(bar.openTime)!);
    const placed = (values: Float64Array) => {
      const column = new Float64Array(axis.times.length).fill(NaN);
      rows.forEach((row, i) => column[row] = values[i]!);
      return column;
    };
    this.#average.set(placed(numbers.average));
    this.#vwap.set(
      vwap ? placed(numbers.vwap) : new Float64Array(),
      new Set(rows.filter((_row, i) => begins.has(bars[i]!))),
    );
    this.#obv.set(obv ? placed(numbers.obv) : new Float64Array());
    const spikes = new Map<number, VolumeSpike>();
    bars.forEach(({ volume }, i) => {
      const spike = spikeOf(volume, numbers.average[i]!);
      if (spike !== undefined) spikes.set(rows[i]!, spike);
    });
    this.#spikes.set(spikes);
  }

  /** The newest bar has moved. */
  move({ openTime, volume }: PageBar, { average, vwap, obv }: NewestNumbers, shown: ChartOverlay) {
    const row = this.#axis?.positionOf(openTime);
    if (row === undefined) return;
    this.#average.move(row, average);
    if (shown.vwap) this.#vwap.move(row, vwap);
    if (shown.obv) this.#obv.move(row, obv);
    this.#spikes.move(row, spikeOf(volume, average));
  }

  /** Whether so much volume is above its average; undefined where that is not known. */
  isBusy({ openTime, volume }: PageBar): boolean | undefined {
    const average = this.#average.at(this.#axis?.positionOf(openTime) ?? -1);
    return Number.isNaN(average) || Number.isNaN(volume) ? undefined : volume > average;
  }

  /** The lines' values at a bar. */
  textsAt({ openTime, volume }: PageBar, decimals: number): OverlayText[] {
    const row = this.#axis?.positionOf(openTime) ?? -1;
    const average = this.#average.at(row), vwap = this.#vwap.at(row), obv = this.#obv.at(row);
    const texts: OverlayText[] = [];
    const say = (text: string, line: GapLine) => texts.push({ text, colour: line.colour });
    if (!Number.isNaN(vwap)) say(`VWAP ${priceText(vwap, decimals)}`, this.#vwap);
    if (average > 0) {
      say(`avg V ${volumeText(average)} (${ratioText(volume / average)})`, this.#average);
    }
    if (!Number.isNaN(obv)) say(`OBV ${volumeText(obv)}`, this.#obv);
    return texts;
  }

  /** For checks: what is drawn at a bar, and how many bars are tagged. */
  numbersAt(openTime: number): { average: number; vwap: number; obv: number; spikes: number } {
    const row = this.#axis?.positionOf(openTime) ?? -1;
    return {
      average: this.#average.at(row),
      vwap: this.#vwap.at(row),
      obv: this.#obv.at(row),
      spikes: this.#spikes.count,
    };
  }
}
