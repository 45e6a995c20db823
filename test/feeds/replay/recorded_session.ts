import type { MarketEvent } from "../../../lib/market/market_event.ts";
import { MarketRecorder } from "../../../lib/market/market_recorder.ts";
import type { MarketPorts } from "../../../lib/market/market_source.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import type { Market } from "../../../lib/market/market.ts";
import type { ReplayOutcome } from "../../../lib/feeds/replay/replay.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { type Config, parseConfig } from "../../../lib/feeds/config.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { settle } from "../../support/manual_clock.ts";
import { SteadyClock } from "../../support/steady_clock.ts";

/** All that a market told and holds, as text: one line an event, then the results. */
export interface Account {
  readonly events: readonly string[];
  readonly results: string;
}

/** A market on the embedded venues that is recorded while both venues drop, stall and come back. */
export async function recordedSession(
  dir: string,
  { speed = 900, minutes = 45 } = {},
): Promise<{ live: Account; folder: string }> {
  using clock = new SteadyClock();
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed }, data: { backfillHours: 3 } },
  });
  const recorder = new MarketRecorder({ dir, log: silentLog, clock, maxFileBytes: 40_000 });
  const { onEvent, events } = listener();
  const over = Promise.withResolvers<void>();
  const market = await openMarket({}, { config, clock, outside: recorder.outside, onEvent });
  let passed = 0;
  market.onEvent((event) => {
    if (event.kind !== "minute" || event.revision > 0) return;
    const { binance, tws } = market.simulator!;
    passed++;
    if (passed === 3) binance.drop();
    if (passed === 6) tws.drop();
    if (passed === 14) binance.stall(2 * MINUTE);
    if (passed === 20) tws.stall(2 * MINUTE);
    if (passed === 29) tws.strike({ kind: "outage-lost", durationMs: MINUTE });
    if (passed === minutes) over.resolve();
  });
  await over.promise;
  recorder.stop();
  // A replay does all of the last turn, and so does this run before it is looked at.
  await settle(1_000);
  const live = { events: [...events], results: resultsOf(market) };
  await market.close();
  await recorder.end();
  return { live, folder: recorder.folder! };
}

/** What comes of playing a recording to a market. */
export async function replayed(
  folder: string,
  { speed = "max" as Config["replay"]["speed"], ports = {} as MarketPorts } = {},
): Promise<{ account: Account; outcome: ReplayOutcome }> {
  const config = parseConfig({ overrides: { source: "replay", replay: { path: folder, speed } } });
  const { onEvent, events } = listener();
  const market = await openMarket({}, { ...ports, config, onEvent });
  const outcome = await market.replay!.outcome;
  const account = { events: [...events], results: resultsOf(market) };
  await market.close();
  return { account, outcome };
}

function listener() {
  const events: string[] = [];
  return { events, onEvent: (event: MarketEvent) => void events.push(textOf(event)) };
}

function resultsOf(market: Market): string {
  const { timeframes, instruments, pairs } = market;
  return textOf({
    bars: instruments.map(({ id }) => market.bars(id)),
    coverage: instruments.map(({ id }) => market.coverage(id)),
    correlation: timeframes.map((timeframe) => market.correlation({ timeframe })),
    full: timeframes.map((timeframe) => market.correlation({ timeframe, window: "all" })),
    series: pairs.map(({ name }) => market.correlationSeries({ pair: name })),
    journal: market.journal.entries,
  });
}

/** As text; NaN and undefined are told from null. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Error) {
      return { ...inner, message: inner.message, cause: `${inner.cause}` };
    }
    if (inner instanceof Float64Array) return Array.from(inner, String);
    return typeof inner === "number" && !Number.isFinite(inner) ? `${inner}` : inner;
  });
}
