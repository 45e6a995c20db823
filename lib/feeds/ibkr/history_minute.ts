import type { Bar } from "../../model/bar.ts";
import type { Source } from "../../model/instrument.ts";
import type { ListedFuture, VenueBar } from "./gateway.ts";

/** A row of history as a closed minute. */
export function minuteOf(row: VenueBar, source: Source, { localSymbol }: ListedFuture): Bar {
  const { time, open, high, low, close, volume, trades, vwap } = row;
  return {
    openTime: time,
    open,
    high,
    low,
    close,
    volume,
    ...(trades === undefined ? {} : { trades }),
    ...(vwap === undefined ? {} : { vwap }),
    closed: true,
    revision: 0,
    source,
    contract: localSymbol,
  };
}
