import type { RehearsedInstrument } from "./rehearsal.ts";
import type { RuleMarket } from "./rule_market.ts";

/** A history as rules look at it. */
export function historyMarket(history: readonly RehearsedInstrument[]): RuleMarket {
  const known = new Map(history.map((each) => [each.instrument.id, each]));
  return {
    instrument: (id) => known.get(id)?.instrument,
    minuteGrid: (id) => known.get(id)!.grid,
    sourceOf: (id) => known.get(id)?.source ?? "imported",
    instrumentsOf: (venue) =>
      history.filter(({ instrument }) => instrument.venue === venue)
        .map(({ instrument }) => instrument.id),
  };
}
