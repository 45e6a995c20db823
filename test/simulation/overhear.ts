/** Listens in between the feeds and the simulated network; changes nothing. */
import type { OpenWebSocket } from "../../lib/runtime/web_socket.ts";
import type { OpenGateway } from "../../lib/feeds/ibkr/gateway.ts";
import { SECOND } from "../../lib/model/time.ts";
import type { HttpGet } from "../../lib/runtime/http.ts";
import type { Mode } from "./mode.ts";
import type { Recorder } from "./recorder.ts";
import type { PairVenueId } from "./venue.ts";

/** What shows that a Binance stream works: on spot klines, which come whatever trades; on USD-M anything. */
const HEARD: Readonly<Record<Mode["market"], RegExp>> = {
  spot: /"e":"kline"/,
  usdm: /"e":"(kline|aggTrade|markPriceUpdate)"/,
};

/** Notes when market data comes in. */
export function overheardSocket(
  open: OpenWebSocket,
  { recorder, market }: { readonly recorder: Recorder; readonly market: Mode["market"] },
): OpenWebSocket {
  return (url, handlers) =>
    open(url, {
      ...handlers,
      onText: (text) => {
        if (HEARD[market].test(text)) recorder.heard("binance");
        handlers.onText(text);
      },
    });
}

/** What shows that a stream of pairs works: trades, and what comes whatever trades. */
const HEARD_PAIRS: Readonly<Record<PairVenueId, RegExp>> = {
  coinbase: /"type":"(match|heartbeat)"/,
  kraken: /"channel":"(trade|heartbeat)"/,
};

/** Notes when trades and heartbeats of a venue of pairs come in. */
export function overheardPairs(
  open: OpenWebSocket,
  { recorder, venue }: { readonly recorder: Recorder; readonly venue: PairVenueId },
): OpenWebSocket {
  return (url, handlers) =>
    open(url, {
      ...handlers,
      onText: (text) => {
        if (HEARD_PAIRS[venue].test(text)) recorder.heard(venue);
        handlers.onText(text);
      },
    });
}

/** Notes when values of Deribit's indices come in. */
export function overheardIndices(open: OpenWebSocket, recorder: Recorder): OpenWebSocket {
  return (url, handlers) =>
    open(url, {
      ...handlers,
      onText: (text) => {
        if (/"volatility":\d/.test(text)) recorder.heard("deribit");
        handlers.onText(text);
      },
    });
}

/** Notes when five-second bars and ticks come in, and what history is asked. */
export function overheardGateway(open: OpenGateway, recorder: Recorder): OpenGateway {
  return (options, onEvent) => {
    /** Values of an index show nothing of the futures. */
    const indices = new Set<number>();
    const gateway = open(options, (event) => {
      if (event.kind === "bar") recorder.heardBar();
      if (event.kind === "tick" && !indices.has(event.id)) recorder.heard("ibkr");
      onEvent(event);
    });
    const ask = gateway.history.bind(gateway);
    gateway.history = (id, request) => {
      const { future: { localSymbol }, end, duration } = request;
      recorder.question(localSymbol, `${end} ${duration}`);
      ask(id, request);
    };
    const askIndex = gateway.indexTicks.bind(gateway);
    gateway.indexTicks = (id, query) => {
      indices.add(id);
      askIndex(id, query);
    };
    return gateway;
  };
}

/** Notes what is asked over HTTP, and the statuses of the answers. */
export function overheardHttp(get: HttpGet, recorder: Recorder): HttpGet {
  return async (url, options) => {
    recorder.http();
    const reply = await get(url, options);
    // Read anew here: the reader of the program under test may be what is broken.
    const seconds = Number(reply.headers["retry-after"] ?? NaN);
    const retryAfterMs = Number.isNaN(seconds) ? undefined : seconds * SECOND;
    recorder.http({ status: reply.status, retryAfterMs });
    return reply;
  };
}
