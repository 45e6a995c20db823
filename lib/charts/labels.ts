import type { Source } from "../model/instrument.ts";

const BADGES: Readonly<Record<Source, string>> = {
  simulated: "SIMULATED",
  live: "LIVE",
  // What IBKR delays futures by where the account has no live data.
  delayed: "DELAYED 15 min",
  replay: "REPLAY",
  imported: "IMPORTED",
  stored: "STORED",
};

/** The short text on every chart and table that says what the data is. */
export function sourceBadge(source: Source): string {
  return BADGES[source];
}
