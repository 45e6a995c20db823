/** The bars of data-samples as history for rules. */
import { readFileSync } from "node:fs";
import type { RehearsedInstrument } from "../../../lib/alerts/rehearsal.ts";
import { rehearsedBars } from "../../../lib/alerts/rehearse.ts";
import { minuteRows } from "../../../lib/bars/csv/minute_rows.ts";
import { BITCOIN, ES, ETHER } from "../../support/fake_market.ts";

/** @param removed open times to leave out, by instrument. */
export function sampleHistory(
  removed: Readonly<Record<string, readonly number[]>> = {},
): RehearsedInstrument[] {
  return [BITCOIN, ETHER, ES].map((instrument) => {
    const { id } = instrument;
    const file = `bars_${id}_1m.csv`;
    const path = new URL(`../../../data-samples/${file}`, import.meta.url);
    const { bars } = minuteRows(readFileSync(path, "utf8"), { symbol: id, file });
    const out = new Set(removed[id] ?? []);
    const keep = (column: Float64Array) => column.filter((_, row) => !out.has(bars.openTime[row]!));
    return rehearsedBars(instrument, {
      openTime: keep(bars.openTime),
      open: keep(bars.open),
      high: keep(bars.high),
      low: keep(bars.low),
      close: keep(bars.close),
      volume: keep(bars.volume),
    }, { source: "imported" });
  });
}
