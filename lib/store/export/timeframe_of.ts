import {
  type BarTimeframe,
  barTimeframe,
  type CorrelatedTimeframe,
  correlatedTimeframe,
} from "../../model/timeframe.ts";
import { ExportRefusal } from "./export_kind.ts";

/** A text as a timeframe of bars. @throws {MarketError} `export` naming those there are. */
export function timeframeOf(text: string): BarTimeframe {
  return asRefusal(() => barTimeframe(text));
}

/** A text as a timeframe of correlations. @throws {MarketError} `export` naming those there are. */
export function correlatedTimeframeOf(text: string): CorrelatedTimeframe {
  return asRefusal(() => correlatedTimeframe(text));
}

/** A text as a timeframe of the UTC grid. @throws {MarketError} `export` naming those there are. */
export function gridTimeframeOf(text: string): Exclude<CorrelatedTimeframe, "1d"> {
  const timeframe = correlatedTimeframeOf(text);
  if (timeframe !== "1d") return timeframe;
  throw new ExportRefusal(
    "The timeframe must be one of the UTC grid, up to 4h, got 1d.",
    "timeframe",
  );
}

function asRefusal<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ExportRefusal(`${error.message}.`, "timeframe");
  }
}
