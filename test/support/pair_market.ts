import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { parseFaultScript, runFaults } from "../../lib/simulator/fault_script.ts";
import { strikableVenues } from "../../lib/market/embedded_venues.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { until } from "./simulated_market.ts";

export interface PairRun {
  /** Lines of the configuration beside the usual ones. */
  readonly yaml: string;
  /** A fault script. @default nothing goes wrong */
  readonly faults?: readonly object[];
  /** Minutes that pass. */
  readonly minutes: number;
}

/** Opens an embedded market of pairs, lets minutes and faults pass, and hands it over when it is whole. */
export async function withPairMarket(
  { yaml, faults = [], minutes }: PairRun,
  body: (market: Market) => Promise<void> | void,
): Promise<void> {
  const config = parseConfig({
    yaml: `clock: { speed: 240 }
data: { backfillHours: 1 }
ibkr: { futures: [] }
binance: { symbols: [] }
deribit: { enabled: false }
${yaml}`,
  });
  await using market = await openMarket({}, { config });
  const { servers, time } = market.simulator!;
  const script = parseFaultScript(JSON.stringify(faults), await strikableVenues());
  const running = runFaults(script, servers, time, silentLog);
  const end = market.venueTime + minutes * MINUTE;
  await until(() => market.venueTime >= end, minutes * 1_000, market.status().message);
  running.cancel();
  const whole = market.venueTime - 5 * MINUTE;
  await until(() => !market.hasHolesBefore(whole), 15_000, market.status().message);
  for (const check of compareWithTruth(market, market.simulator!.truth, whole)) {
    const { instrument, compared, lost, altered, invented } = check;
    assert.ok(compared > 40, `${instrument}: ${compared}`);
    assert.deepEqual({ lost, altered, invented }, { lost: 0, altered: 0, invented: 0 }, instrument);
  }
  await body(market);
}
