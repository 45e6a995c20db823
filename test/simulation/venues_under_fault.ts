import { DAY, floorTo, SECOND } from "../../lib/model/time.ts";
import type { Clock } from "../../lib/runtime/clock.ts";
import { type BinanceServer, startBinanceServer } from "../../lib/simulator/binance/server.ts";
import { type DeribitServer, startDeribitServer } from "../../lib/simulator/deribit/server.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import { startTwsServer, type TwsServer } from "../../lib/simulator/tws/server.ts";
import type { VenueTime } from "../../lib/simulator/venue_time.ts";
import { TWS_PORT } from "./feeds_under_test.ts";
import { delayedFutures, type Mode } from "./mode.ts";
import type { TcpNetwork } from "./tcp_network.ts";
import type { WebNetwork } from "./web_network.ts";

/** How often the simulated venues look at the clock, ms: what falls due in between comes in one go. */
const TICKS_MS = [400, 700, 1_000];
/** Futures tell a bar only when somebody trades, so their market is a busier one. */
const TRADES_PER_MINUTE = { spot: 4, usdm: 12 } as const;
const HISTORY_MS = 2 * DAY;
/** Ticks are for the forming minute alone: seldom is enough, and a day of them is quick to run. */
const SAMPLE_MS = 5 * SECOND;
/** Weight a feed may use of what Binance allows in a minute. */
const SPOT_WEIGHT = 0.8 * 6_000;
const FUTURES_WEIGHT = 0.8 * 2_400;

/** Both simulated venues and the truth they serve. */
export interface Venues {
  readonly truth: Truth;
  readonly tws: TwsServer;
  readonly binance: BinanceServer;
  /** Undefined in a run without indices. */
  readonly deribit: DeribitServer | undefined;
}

/** Starts both venues on the simulated networks. */
export async function openVenues(options: {
  readonly seed: number;
  readonly start: number;
  readonly mode: Mode;
  readonly time: VenueTime;
  readonly clock: Clock;
  readonly tcp: TcpNetwork;
  readonly web: WebNetwork;
  readonly indexWeb: WebNetwork;
  readonly hasIndices: boolean;
}): Promise<Venues> {
  const { seed, start, mode, time, clock, tcp, web, indexWeb, hasIndices } = options;
  const truth = createMarketModel({
    seed,
    from: floorTo(start - HISTORY_MS, DAY),
    tradesPerMinute: TRADES_PER_MINUTE[mode.market],
  });
  const common = { truth, time, clock, tickMs: TICKS_MS[seed % TICKS_MS.length]! };
  const delayed = delayedFutures(mode).map((root) => [root, "delayed"] as const);
  const tws = await startTwsServer({
    ...{ ...common, listen: tcp.listen, port: TWS_PORT },
    options: { permissions: Object.fromEntries(delayed), sampleMs: SAMPLE_MS },
  });
  const binance = await startBinanceServer({ ...common, listen: web.listen });
  const deribit = hasIndices
    ? await startDeribitServer({ ...common, listen: indexWeb.listen, sampleMs: SAMPLE_MS })
    : undefined;
  return { truth, tws, binance, deribit };
}

/** Rules broken, by the venues' own count. A client that stands still cannot answer pings. */
export function violationsOf(
  { tws, binance, deribit }: Venues,
  { mode, stoodStill }: { readonly mode: Mode; readonly stoodStill: boolean },
): string[] {
  const { pacingViolations } = tws.stats();
  const { violations, worstWeight, worstFuturesWeight } = binance.stats();
  const [used, limit, elsewhere] = mode.market === "spot"
    ? [worstWeight, SPOT_WEIGHT, worstFuturesWeight]
    : [worstFuturesWeight, FUTURES_WEIGHT, worstWeight];
  const { creditsExceeded = 0, unanswered = 0 } = deribit?.stats() ?? {};
  return [
    ...(creditsExceeded > 0 ? [`Deribit: ${creditsExceeded} calls beyond the credits`] : []),
    ...(unanswered > 0 && !stoodStill ? [`Deribit: ${unanswered} tests unanswered`] : []),
    ...(pacingViolations > 0 ? [`${pacingViolations} requests to IBKR came too fast`] : []),
    ...violations.filter((rule) => !(stoodStill && rule === "no pong in time"))
      .map((rule) => `Binance: ${rule}`),
    ...(used > limit ? [`Binance: request weight ${used} in a minute, above ${limit}`] : []),
    ...(elsewhere > 0 ? [`Binance: requests to another market than ${mode.market}`] : []),
  ];
}
