import type { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../lib/feeds/binance/feed.ts";
import { createDeribitFeed } from "../../lib/feeds/deribit/feed.ts";
import type { OpenWebSocket } from "../../lib/runtime/web_socket.ts";
import type { Feed, FeedContext } from "../../lib/feeds/feed.ts";
import { createIbkrFeed } from "../../lib/feeds/ibkr/feed.ts";
import type { OpenGateway } from "../../lib/feeds/ibkr/gateway.ts";
import { stoqeyGatewayOver } from "../../lib/feeds/ibkr/stoqey_gateway.ts";
import { EventBus, type MarketListener } from "../../lib/market/event_bus.ts";
import { FaultBook } from "../../lib/market/fault_book.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { HOUR } from "../../lib/model/time.ts";
import type { Clock } from "../../lib/runtime/clock.ts";
import type { HttpGet } from "../../lib/runtime/http.ts";
import { type Log, silentLog } from "../../lib/runtime/log.ts";
import type { Mode } from "./mode.ts";
import { overheardGateway, overheardHttp, overheardIndices, overheardSocket } from "./overhear.ts";
import type { Recorder } from "./recorder.ts";
import type { TcpNetwork } from "./tcp_network.ts";
import type { Venue, WORLD_VENUES } from "./venue.ts";
import { FUTURES_STREAM_HOST, type WebNetwork } from "./web_network.ts";

/** Futures that every run streams. */
export const FUTURES = [{ symbol: "ES", exchange: "CME" }, { symbol: "NQ", exchange: "CME" }];
/** An index of IBKR, streamed on its connection beside the futures where a run asks for it. */
export const VIX = { symbol: "VIX", exchange: "CBOE" };
export const TWS_PORT = 4_002;
const BACKFILL_MS = 2 * HOUR;

/** Parts of the feeds that a test may replace by broken ones. */
export interface BrokenParts {
  readonly httpGet?: (real: HttpGet) => HttpGet;
  readonly openSocket?: (real: OpenWebSocket) => OpenWebSocket;
  readonly openGateway?: (real: OpenGateway) => OpenGateway;
  readonly openIndexSocket?: (real: OpenWebSocket) => OpenWebSocket;
}

export interface FeedsOptions {
  readonly mode: Mode;
  readonly symbols: readonly string[];
  readonly tcp: TcpNetwork;
  readonly web: WebNetwork;
  readonly clock: Clock;
  readonly random: () => number;
  /** The index venue's own network, chance and recorder: it changes nothing of what the others meet. */
  readonly indexWeb: WebNetwork;
  readonly indexRandom: () => number;
  readonly indexRecorder: Recorder;
  readonly ledgers: ReadonlyMap<string, MinuteLedger>;
  readonly recorder: Recorder;
  /** True venue time. */
  readonly now: () => number;
  readonly log?: ((line: string) => void) | undefined;
  readonly broken?: BrokenParts;
  /** Called with every event before the recorder is. @default none */
  readonly listener?: MarketListener | undefined;
  /** Binance's lost trades are fetched. */
  readonly keepsTrades: boolean;
  /** IBKR streams VIX as well. What comes of it is not recorded: its values prove nothing of the futures. */
  readonly hasVix: boolean;
}

/** The feeds, unchanged, over the simulated networks. */
export function openFeeds(
  options: FeedsOptions,
): Readonly<Record<(typeof WORLD_VENUES)[number], Feed>> {
  const { mode, symbols, tcp, web, clock, random, ledgers, recorder, now, log } = options;
  const { broken = {}, listener, indexWeb, indexRecorder } = options;
  const emitOf = (venue: Venue) => {
    const to = venue === "deribit" ? indexRecorder : recorder;
    const record = (event: FeedEvent) => {
      if (!isOfVix(event)) to.take(venue, event);
    };
    if (listener === undefined) return record;
    const faults = new FaultBook({ log: silentLog, now: () => clock.now(), role: "listener" });
    const bus = new EventBus(faults);
    bus.listen(listener);
    bus.listen((event) => record(event as FeedEvent));
    return (event: FeedEvent) => bus.emit(event);
  };
  const context = (venue: Venue): FeedContext => ({
    ...{ clock, random, ledgers, speed: 1, source: "simulated", backfillMs: BACKFILL_MS },
    keepsTrades: venue === "binance" && options.keepsTrades,
    log: log === undefined ? silentLog : logTo(venue, log, now),
    emit: emitOf(venue),
  });
  const socket = overheardSocket(web.openSocket, { recorder, market: mode.market });
  const indexSocket = overheardIndices(indexWeb.openSocket, indexRecorder);
  const gateway = overheardGateway(stoqeyGatewayOver(tcp.connect), recorder);
  const isUsdm = mode.market === "usdm";
  return {
    binance: createBinanceFeed(context("binance"), {
      market: mode.market,
      streamUrl: isUsdm ? `ws://${FUTURES_STREAM_HOST}` : "ws://stream.simulated:9443",
      restUrl: isUsdm ? "http://fapi.simulated" : "http://api.simulated",
      symbols,
      httpGet: overheardHttp(broken.httpGet?.(web.httpGet) ?? web.httpGet, recorder),
      openSocket: broken.openSocket?.(socket) ?? socket,
    }),
    ibkr: createIbkrFeed(context("ibkr"), {
      ...{ host: "gateway.simulated", port: TWS_PORT, clientId: 17, futures: FUTURES },
      ...{ manualExpiry: null, roll: mode.roll, marketDataType: mode.data },
      indices: options.hasVix ? [VIX] : [],
      openGateway: broken.openGateway?.(gateway) ?? gateway,
    }),
    deribit: createDeribitFeed({ ...context("deribit"), random: options.indexRandom }, {
      url: "ws://deribit.simulated/ws/api/v2",
      indices: ["BTC"],
      openWebSocket: broken.openIndexSocket?.(indexSocket) ?? indexSocket,
    }),
  };
}

function isOfVix(event: FeedEvent): boolean {
  const instrument = event.kind === "failure"
    ? event.error.instrument
    : "instrument" in event
    ? event.instrument
    : undefined;
  return instrument === VIX.symbol;
}

function logTo(venue: Venue, log: (line: string) => void, now: () => number): Log {
  const at = (level: string) => (message: string, fields: Record<string, unknown> = {}) =>
    log(
      `${new Date(now()).toISOString()} ${venue} ${level} ${message} ${JSON.stringify(fields)}`,
    );
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
