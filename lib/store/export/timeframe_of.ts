import {
  type BarTimeframe,
  barTimeframe,
  type CorrelatedTimeframe,
  correlatedTimeframe,
  GRID_TIMEFRAMES,
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
export function gridTimeframeOf(text: string): (typeof GRID_TIMEFRAMES)[number] {
  const timeframe = correlatedTimeframeOf(text);
  const known = GRID_TIMEFRAMES.find((one) => one === timeframe);
  if (known !== undefined) return known;
  const all = GRID_TIMEFRAMES.join(", ");
  throw new ExportRefusal(`The timeframe must be one of ${all}, got ${text}.`, "timeframe");
}

function asRefusal<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ExportRefusal(`${error.message}.`, "timeframe");
  }
}
