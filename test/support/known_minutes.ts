import { type KnownAbsence, KnownMinutes } from "../../lib/bars/known_minutes.ts";
import type { Bar } from "../../lib/model/bar.ts";

/** Bars as a store knows them. */
export function knownOf(bars: readonly Bar[], absences: readonly KnownAbsence[] = []) {
  const column = (of: (bar: Bar) => number) => Float64Array.from(bars, of);
  return new KnownMinutes({
    openTime: column((bar) => bar.openTime),
    open: column((bar) => bar.open),
    high: column((bar) => bar.high),
    low: column((bar) => bar.low),
    close: column((bar) => bar.close),
    volume: column((bar) => bar.volume),
    trades: column((bar) => bar.trades ?? NaN),
    vwap: column((bar) => bar.vwap ?? NaN),
    revision: Uint16Array.from(bars, (bar) => bar.revision),
    source: bars.map((bar) => bar.source),
    contract: bars.map((bar) => bar.contract),
  }, absences);
}
