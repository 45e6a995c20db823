import type { Bar } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import { type Interval, MINUTE } from "../model/time.ts";

/** Closed minutes, oldest first: columns of equal length. */
export interface KnownBars {
  /** Epoch ms UTC, ascending. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** NaN where there is none. */
  readonly volume: Float64Array;
  readonly trades: Float64Array;
  readonly vwap: Float64Array;
  readonly revision: Uint16Array;
  readonly source: readonly Source[];
  /** Contract month of each; undefined for what has none. */
  readonly contract?: readonly (string | undefined)[];
}

/** A stretch that needs no bar: the venue has none, or the market was shut. */
export interface KnownAbsence extends Interval {
  readonly isShut: boolean;
}

/**
 * What is known of an instrument's minutes before its feed begins, as a store keeps it. A ledger takes it in when
 * coverage begins, so that the feed asks its venue only for the rest.
 */
export class KnownMinutes {
  readonly bars: KnownBars;
  /** Ascending. */
  readonly absences: readonly KnownAbsence[];
  /** The venue is asked for these minutes all the same: they only say which revision it is that comes. */
  readonly isRequestedAgain: boolean;

  constructor(
    bars: KnownBars,
    absences: readonly KnownAbsence[] = [],
    { isRequestedAgain = false }: { readonly isRequestedAgain?: boolean } = {},
  ) {
    this.bars = bars;
    this.absences = absences;
    this.isRequestedAgain = isRequestedAgain;
  }

  get length(): number {
    return this.bars.openTime.length;
  }

  /** End of what is known; -Infinity where nothing is. */
  get to(): number {
    const lastBar = this.bars.openTime.at(-1) ?? -Infinity;
    return Math.max(lastBar + MINUTE, this.absences.at(-1)?.to ?? -Infinity);
  }

  /** The first row that opens at or after a time. */
  rowFrom(time: number): number {
    const { openTime } = this.bars;
    let low = 0, high = openTime.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (openTime[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The bar of the minute that opens then; undefined where none is known. */
  at(openTime: number): Bar | undefined {
    const row = this.rowFrom(openTime);
    return this.bars.openTime[row] === openTime ? this.barAt(row) : undefined;
  }

  barAt(row: number): Bar {
    const { bars } = this;
    const trades = bars.trades[row]!, vwap = bars.vwap[row]!;
    const contract = bars.contract?.[row];
    return {
      openTime: bars.openTime[row]!,
      open: bars.open[row]!,
      high: bars.high[row]!,
      low: bars.low[row]!,
      close: bars.close[row]!,
      volume: bars.volume[row]!,
      ...(Number.isNaN(trades) ? {} : { trades }),
      ...(Number.isNaN(vwap) ? {} : { vwap }),
      closed: true,
      revision: bars.revision[row]!,
      source: bars.source[row]!,
      ...(contract === undefined ? {} : { contract }),
    };
  }
}
