import { type BarSeries, type PriceName, PRICES } from "./bar_series.ts";
import type { CommonBars } from "./common_bars.ts";
import { ROUNDING } from "./price_relation.ts";
import { quantileOf, shareOf } from "./robust.ts";
import { VOLUME_ROUNDING } from "./volume_relation.ts";

/** How one column of theirs differs from ours. */
export interface ColumnDifference {
  readonly column: PriceName | "volume";
  /** Bars in which both are known. */
  readonly n: number;
  /** Share of them that are equal within the tolerance. */
  readonly equal: number;
  /** Of the absolute differences. */
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

/** The differences of each common bar, theirs less ours, in time order. */
export interface BarDifferences {
  /** Our times. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** NaN where one side has none. */
  readonly volume: Float64Array;
  /** 1 where all prices are equal within the tolerance, and the volume where both are known. */
  readonly isEqual: Uint8Array;
}

/** What counts as equal. */
export interface Tolerance {
  /** Points of the price. @default 0, but for what decimal text may lose */
  readonly price: number;
  /** Share of the volume. @default 0, but for what decimal text may lose */
  readonly volume: number;
}

export function barDifferences(
  ours: BarSeries,
  theirs: BarSeries,
  common: CommonBars,
  tolerance: Tolerance,
): BarDifferences {
  const column = (name: PriceName | "volume") =>
    Float64Array.from(common.ours, (row, i) => theirs[name][common.theirs[i]!]! - ours[name][row]!);
  const differences = {
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
  const isEqual = Uint8Array.from(common.ours, (row, i) => {
    const arePrices = PRICES.every((name) =>
      Math.abs(differences[name][i]!) <= priceTolerance(ours[name][row]!, tolerance)
    );
    const volume = differences.volume[i]!;
    const isVolume = Number.isNaN(volume) ||
      Math.abs(volume) <= volumeTolerance(ours.volume[row]!, tolerance);
    return arePrices && isVolume ? 1 : 0;
  });
  const openTime = Float64Array.from(common.ours, (row) => ours.openTime[row]!);
  return { openTime, ...differences, isEqual };
}

/** Each column in a few numbers. */
export function columnDifferences(
  ours: BarSeries,
  common: CommonBars,
  differences: BarDifferences,
  tolerance: Tolerance,
): ColumnDifference[] {
  return ([...PRICES, "volume"] as const).map((column) => {
    const apart = differences[column].map(Math.abs);
    const known = apart.filter((one) => !Number.isNaN(one));
    const within = apart.map((one, i) => {
      const value = ours[column][common.ours[i]!]!;
      const most = column === "volume"
        ? volumeTolerance(value, tolerance)
        : priceTolerance(value, tolerance);
      return one - most;
    });
    return {
      column,
      n: known.length,
      equal: shareOf(within, (beyond) => beyond <= 0),
      median: quantileOf(known, 0.5),
      p99: quantileOf(known, 0.99),
      most: quantileOf(known, 1),
    };
  });
}

function priceTolerance(price: number, { price: points }: Tolerance): number {
  return points + Math.abs(price) * ROUNDING;
}

function volumeTolerance(volume: number, { volume: share }: Tolerance): number {
  return Math.abs(volume) * (share + VOLUME_ROUNDING);
}
