import type { Instrument, Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import type { StoreReader } from "../store/store.ts";
import type { RehearsedInstrument } from "./rehearsal.ts";
import { rehearsedBars } from "./rehearse.ts";

/**
 * What a store holds of these instruments, to rehearse rules on; those without a bar are left out.
 *
 * @throws {RangeError} for an instrument whose minutes span more than can be held.
 */
export async function storedHistory(
  reader: Pick<StoreReader, "bars" | "contracts" | "coverage">,
  instruments: readonly Instrument[],
): Promise<RehearsedInstrument[]> {
  const history: RehearsedInstrument[] = [];
  for (const instrument of instruments) {
    const query = { instrument: instrument.id, stepMs: MINUTE, from: -Infinity, to: Infinity };
    const bars = await reader.bars(query);
    if (bars.openTime.length === 0) continue;
    const contracts = await reader.contracts(instrument.id);
    const coverage = await reader.coverage(query);
    history.push(rehearsedBars(instrument, bars, {
      source: lesserOf(bars.source),
      contractAt: (openTime) =>
        contracts.findLastIndex(({ from, to }) => openTime >= from && openTime < to) + 1,
      absences: coverage.filter(({ state }) => state === "closed"),
    }));
  }
  return history;
}

const LESSER_FIRST: readonly Source[] = [
  "imported",
  "delayed",
  "simulated",
  "replay",
  "live",
];

/** A history is as good as its lesser bars. */
function lesserOf(sources: readonly Source[]): Source {
  const there = new Set(sources);
  return LESSER_FIRST.find((source) => there.has(source)) ?? "live";
}
