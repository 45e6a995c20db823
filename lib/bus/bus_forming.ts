import { type Bar, faultOf } from "../model/bar.ts";
import type { Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import { bodyOf, BusFormatError, finite, finiteOr, recordOf, textIn } from "./bus_fields.ts";

/** A forming minute as it was published. @throws {BusFormatError} for anything else. */
export function formingBar(text: string): Bar {
  const bar = recordOf(bodyOf(text).bar, "bar");
  const { trades, vwap, contract } = bar;
  const volume = finiteOr(bar.volume, NaN, "volume");
  const found: Bar = {
    openTime: finite(bar.openTime, "openTime"),
    open: finite(bar.open, "open"),
    high: finite(bar.high, "high"),
    low: finite(bar.low, "low"),
    close: finite(bar.close, "close"),
    volume,
    ...(trades === undefined ? {} : { trades: finiteOr(trades, NaN, "trades") }),
    ...(vwap === undefined ? {} : { vwap: finiteOr(vwap, NaN, "vwap") }),
    closed: false,
    revision: 0,
    source: textIn(bar.source, "source", 16) as Source,
    ...(contract === undefined ? {} : { contract: textIn(contract, "contract", 32) }),
  };
  const fault = faultOf(found, MINUTE, { hasVolume: !Number.isNaN(volume) });
  if (fault !== undefined) throw new BusFormatError(`forming minute: ${fault}`);
  return found;
}
