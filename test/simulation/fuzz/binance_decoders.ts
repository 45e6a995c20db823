import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { binanceAdapter } from "../../../lib/feeds/binance/adapter.ts";
import type { BinanceMarket } from "../../../lib/feeds/binance/api.ts";
import { FrameCounts } from "../../../lib/feeds/streaming/frame_counts.ts";
import { Intake } from "../../../lib/feeds/streaming/intake.ts";
import { StreamTime } from "../../../lib/feeds/streaming/stream_time.ts";
import { InstrumentStream } from "../../../lib/feeds/streaming/instrument_stream.ts";
import { MinuteWriter } from "../../../lib/feeds/minute_writer.ts";
import { paceOf } from "../../../lib/feeds/pace.ts";
import { VenueClock } from "../../../lib/feeds/venue_clock.ts";
import { DAY } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { retryAfterOf } from "../../../lib/runtime/http.ts";
import { decodeBinanceError, isUnknownSymbol } from "../../../lib/wire/binance_error.ts";
import { decodeFundingRows, decodePremiumIndex } from "../../../lib/wire/binance_funding.ts";
import { decodeKlineRows, decodeServerTime } from "../../../lib/wire/binance_kline.ts";
import { decodeTradeRows } from "../../../lib/wire/binance_trade.ts";
import { decodeBinanceFrame } from "../../../lib/wire/binance_stream.ts";
import { VirtualClock } from "../virtual_clock.ts";
import { type Decoder, type Fate, ofText, reasoned } from "./decoder.ts";
import * as samples from "./samples.ts";

const FRAMES_OF = { spot: samples.STREAM_FRAMES, usdm: samples.USDM_FRAMES } as const;
const NAME_OF = { spot: "spot", usdm: "USD-M" } as const;

export const BINANCE_DECODERS: readonly (() => Decoder)[] = [
  () => ofText("Binance stream frames, spot", samples.STREAM_FRAMES, () => frameFate),
  () => ofText("Binance stream frames, USD-M", samples.USDM_FRAMES, () => frameFate),
  () => intake("spot"),
  () => intake("usdm"),
  () =>
    ofText("Binance kline rows", samples.KLINE_ROWS, () => (text) => {
      const reply = decodeKlineRows(text);
      if (reply === undefined) return "rejected";
      reply.rejected.forEach(reasoned);
      return reply.rejected.length > 0 ? "rejected" : "accepted";
    }),
  ...(["single", "aggregate"] as const).map((kind) => () =>
    ofText(`Binance ${kind} trades`, samples.TRADE_ROWS[kind], () => (text) => {
      const rows = decodeTradeRows(text, kind);
      if (rows?.some(({ id }, i) => i > 0 && id !== rows[i - 1]!.id + 1)) {
        throw new Error("took rows that do not follow each other");
      }
      return rows === undefined || rows.length === 0 ? "rejected" : "accepted";
    })
  ),
  () =>
    ofText("Binance funding rows", samples.FUNDING_ROWS, () => (text) => {
      const rows = decodeFundingRows(text, "BTCUSDT");
      rows?.rejected.forEach(reasoned);
      const times = rows?.payments.map(({ time }) => time) ?? [];
      if (times.some((time, i) => i > 0 && time <= times[i - 1]!)) {
        throw new Error("took one time twice");
      }
      if (rows?.payments.some(({ rate }) => rate !== null && !(Math.abs(rate) <= 0.1))) {
        throw new Error("took a rate that cannot be");
      }
      return rows === undefined || rows.rejected.length > 0 ? "rejected" : "accepted";
    }),
  () =>
    ofText("Binance premium index", samples.PREMIUM_INDEX, () => (text) => {
      return decodePremiumIndex(text, "BTCUSDT") === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofText("Binance server times", samples.SERVER_TIMES, () => (text) => {
      const time = decodeServerTime(text);
      if (time !== undefined && !Number.isSafeInteger(time)) throw new Error(`took ${time}`);
      return time === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofText("Binance error bodies", samples.ERROR_BODIES, () => (text) => {
      const body = decodeBinanceError(text);
      if (body !== undefined) isUnknownSymbol(body);
      return body === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofText("Retry-After headers", samples.RETRY_AFTER, () => (text) => {
      const ms = retryAfterOf(text);
      if (ms !== undefined && !(ms >= 0 && ms <= 3 * DAY)) throw new Error(`took ${ms}`);
      return ms === undefined ? "rejected" : "accepted";
    }),
];

function frameFate(text: string): Fate {
  const message = decodeBinanceFrame(text);
  if (message.kind === "rejected") return reasoned(message.reason);
  return message.kind === "ignored" ? "ignored" : "accepted";
}

/** Frames all the way into the ledger; every one of them must be counted once. */
function intake(market: BinanceMarket): Decoder {
  const name = `Binance frames up to the ledger, ${NAME_OF[market]}`;
  return ofText(name, FRAMES_OF[market], () => {
    const { ledger, counts, taker, latest } = intakeParts(market);
    return (text) => {
      const { received, accepted, ignored } = counts;
      taker.take(text, true);
      const sum = counts.accepted + counts.ignored + counts.rejected;
      if (counts.received !== received + 1 || sum !== counts.received) {
        throw new Error("a frame was not counted once");
      }
      if (ledger.to > latest) throw new Error("the ledger grew beyond its limit");
      if (counts.accepted > accepted) return "accepted";
      return counts.ignored > ignored ? "ignored" : "rejected";
    };
  });
}

function intakeParts(market: BinanceMarket) {
  const clock = new VirtualClock(Date.UTC(2025, 11, 3)).of("client");
  const ledger = new MinuteLedger("BTCUSDT", () => true);
  ledger.start(Date.UTC(2025, 11, 3));
  const venueClock = new VenueClock(clock);
  const now = Date.UTC(2025, 11, 3) + DAY;
  venueClock.observe({ sentAt: 0, receivedAt: 0, venueTime: now, resolutionMs: 1 });
  const nothing = () => {};
  const adapter = binanceAdapter(market, "binance");
  const context = { ledgers: new Map([["BTCUSDT", ledger]]), clock, emit: nothing };
  const counts = new FrameCounts();
  const taker = new Intake({
    adapter,
    venueClock,
    clock,
    counts,
    speed: 1,
    log: silentLog,
    streamTime: new StreamTime({ venueClock, clock, speed: 1, pace: paceOf(1) }),
    onTimeLearned: nothing,
  });
  taker.follow(
    new InstrumentStream({
      id: "BTCUSDT",
      symbol: "BTCUSDT",
      topics: adapter.subscribe.topics("BTCUSDT"),
      writer: new MinuteWriter(context, "BTCUSDT"),
      source: "simulated",
      minutesFrom: "bars",
      reorderMs: undefined,
      clock,
      emit: nothing,
      refreshMs: 0,
    }),
  );
  return { ledger, counts, taker, latest: now + 366 * DAY };
}
