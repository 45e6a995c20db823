import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { normalizeExpiry } from "../../../lib/calendar/contract_month.ts";
import { parseTradingHours, withPublishedHours } from "../../../lib/calendar/trading_hours.ts";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { binanceApiOf } from "../../../lib/feeds/binance/api.ts";
import { FrameCounts } from "../../../lib/feeds/binance/frame_counts.ts";
import { Intake } from "../../../lib/feeds/binance/intake.ts";
import { SymbolStream } from "../../../lib/feeds/binance/symbol_stream.ts";
import { FrameFilter } from "../../../lib/feeds/ibkr/frame_filter.ts";
import type { Gateway, GatewayEvent } from "../../../lib/feeds/ibkr/gateway.ts";
import { stoqeyGatewayOver } from "../../../lib/feeds/ibkr/stoqey_gateway.ts";
import type { TcpClient } from "../../../lib/feeds/ibkr/stoqey_transport.ts";
import { VenueClock } from "../../../lib/feeds/venue_clock.ts";
import { DAY } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import type { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import { decodeBinanceError, isUnknownSymbol } from "../../../lib/wire/binance_error.ts";
import { decodeKlineRows, decodeServerTime } from "../../../lib/wire/binance_kline.ts";
import { decodeBinanceFrame } from "../../../lib/wire/binance_stream.ts";
import { encodeFrame, TwsFrameDecoder } from "../../../lib/wire/tws_frame.ts";
import { readTwsRequest } from "../../../lib/wire/tws_request.ts";
import { VirtualClock } from "../virtual_clock.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import * as samples from "./samples.ts";

/** What became of one frame. */
export type Fate = "accepted" | "ignored" | "rejected";

/** Something that reads what a venue, or a client, sent. */
export interface Decoder {
  readonly name: string;
  /** One mutated frame: given to the decoder, and what became of it. Throws only by a defect. */
  make(random: SeededRandom): () => Fate;
}

export const DECODERS: readonly (() => Decoder)[] = [
  () =>
    ofText("Binance stream frames", samples.STREAM_FRAMES, (text) => {
      const message = decodeBinanceFrame(text);
      if (message.kind !== "rejected") return message.kind === "ignored" ? "ignored" : "accepted";
      return reasoned(message.reason);
    }),
  binanceIntake,
  () =>
    ofText("Binance kline rows", samples.KLINE_ROWS, (text) => {
      const reply = decodeKlineRows(text);
      if (reply === undefined) return "rejected";
      reply.rejected.forEach(reasoned);
      return reply.rejected.length > 0 ? "rejected" : "accepted";
    }),
  () =>
    ofText("Binance server times", samples.SERVER_TIMES, (text) => {
      const time = decodeServerTime(text);
      if (time !== undefined && !Number.isSafeInteger(time)) throw new Error(`took ${time}`);
      return time === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofText("Binance error bodies", samples.ERROR_BODIES, (text) => {
      const body = decodeBinanceError(text);
      if (body !== undefined) isUnknownSymbol(body);
      return body === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofBytes("TWS frames, ours", (bytes) => {
      const frames = new TwsFrameDecoder().push(bytes);
      for (const frame of frames) if (frame.kind === "broken") return reasoned(frame.reason);
      return frames.length > 0 ? "accepted" : "ignored";
    }),
  () =>
    ofBytes("TWS frames, before the package", (bytes) => {
      const found = new FrameFilter().push(bytes);
      for (const each of found) {
        if (each.kind === "broken" || each.kind === "dropped") return reasoned(each.why);
      }
      return found.length > 0 ? "accepted" : "ignored";
    }),
  twsReplies,
  () => twsRequests(),
  () =>
    ofText("trading hours", samples.HOURS_TEXTS, (text) => {
      const hours = parseTradingHours(text, "US/Central");
      const calendar = withPublishedHours(globexEquityIndex, hours);
      calendar.isOpen(Date.UTC(2025, 11, 3, 15));
      return hours.sessions.length + hours.closedDays.length > 0 ? "accepted" : "rejected";
    }),
  () =>
    ofText("expiries", samples.EXPIRIES, (text) => {
      const expiry = normalizeExpiry(text);
      if (expiry !== undefined && !/^\d{8}$/.test(expiry)) throw new Error(`took ${expiry}`);
      return expiry === undefined ? "rejected" : "accepted";
    }),
];

function reasoned(reason: string): Fate {
  if (reason === "") throw new Error("rejected without a reason");
  return "rejected";
}

function ofText(name: string, texts: readonly string[], take: (text: string) => Fate): Decoder {
  return {
    name,
    make(random) {
      const text = texts[Math.floor(random.next() * texts.length)]!;
      const changed = mutateText(text, texts, random);
      return () => take(changed);
    },
  };
}

function ofBytes(name: string, take: (bytes: Uint8Array) => Fate): Decoder {
  const frames = samples.TWS_REPLIES;
  return {
    name,
    make(random) {
      const frame = frames[Math.floor(random.next() * frames.length)]!;
      const changed = mutateBytes(frame, random);
      return () => take(changed);
    },
  };
}

/** Frames all the way into the ledger; every one of them must be counted once. */
function binanceIntake(): Decoder {
  const clock = new VirtualClock(Date.UTC(2025, 11, 3)).of("client");
  const ledger = new MinuteLedger("BTCUSDT", () => true);
  ledger.start(Date.UTC(2025, 11, 3));
  const venueClock = new VenueClock(clock);
  const now = Date.UTC(2025, 11, 3) + DAY;
  venueClock.observe({ sentAt: 0, receivedAt: 0, venueTime: now, resolutionMs: 1 });
  const emit = () => {};
  const api = binanceApiOf("spot");
  const stream = new SymbolStream({
    ...{ api, symbol: "BTCUSDT", ledger, source: "simulated", clock, emit, refreshMs: 0 },
  });
  const counts = new FrameCounts();
  const nothing = () => {};
  const intake = new Intake({
    ...{
      api,
      streams: new Map([["BTCUSDT", stream]]),
      venueClock,
      counts,
      speed: 1,
      log: silentLog,
    },
    ...{ onKline: nothing, onShutdown: nothing, onDoubt: nothing },
  });
  return ofText("Binance frames up to the ledger", samples.STREAM_FRAMES, (text) => {
    const { received, accepted, ignored } = counts;
    intake.take(text);
    const sum = counts.accepted + counts.ignored + counts.rejected;
    if (counts.received !== received + 1 || sum !== counts.received) {
      throw new Error("a frame was not counted once");
    }
    if (ledger.to > now + 366 * DAY) throw new Error("the ledger grew beyond its limit");
    if (counts.accepted > accepted) return "accepted";
    return counts.ignored > ignored ? "ignored" : "rejected";
  });
}

/** Mutated replies through the filter, the package's decoder and our gateway over it. */
function twsReplies(): Decoder {
  const clock = new VirtualClock(0).of("client");
  let handlers: Record<string, (value?: unknown) => void> = {};
  const client: TcpClient = {
    closed: true,
    on: (event: string, handler: unknown) =>
      void (handlers[event] = handler as (value?: unknown) => void),
    once: () => {},
    write: () => {},
    end: () => {},
    destroy: () => {},
  };
  let gateway: Gateway | undefined;
  let heard: GatewayEvent[] = [];
  const open = () => {
    handlers = {};
    const options = { host: "fuzz", port: 1, clientId: 1, clock };
    gateway = stoqeyGatewayOver(() => client)(options, (event) => void heard.push(event));
    handlers.connect!();
    handlers.data!(encodeFrame([193, "20251203 08:00:00 CST"]));
    handlers.data!(encodeFrame([15, 1, "DU1"]));
    handlers.data!(encodeFrame([9, 1, 1]));
    const future = { contractId: 1, symbol: "ES", exchange: "CME", currency: "USD" };
    gateway.history(4, { future: future as never, end: "", duration: "60 S" });
  };
  return ofBytes("TWS replies through the package", (bytes) => {
    if (gateway === undefined) open();
    heard = [];
    handlers.data!(bytes);
    const isOver = heard.some(({ kind }) => kind === "closed");
    const isBad = heard.some((event) => event.kind === "notice" && event.code === 505);
    // A frame that claims more than it holds would swallow the next ones.
    void gateway!.close();
    gateway = undefined;
    return isOver || isBad ? "rejected" : heard.length > 0 ? "accepted" : "ignored";
  });
}

function twsRequests(): Decoder {
  const texts = samples.TWS_REQUESTS.map((fields) => fields.join("\u0001"));
  return ofText("TWS requests", texts, (text) => {
    const request = readTwsRequest(text.split("\u0001"));
    if (request.kind === "unreadable") return reasoned(request.reason);
    return request.kind === "unknown" ? "ignored" : "accepted";
  });
}
