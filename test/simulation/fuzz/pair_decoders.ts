import { coinbaseAdapter } from "../../../lib/feeds/coinbase/adapter.ts";
import { krakenAdapter } from "../../../lib/feeds/kraken/adapter.ts";
import type { StreamingAdapter } from "../../../lib/feeds/streaming/adapter.ts";
import { TRADING_MODES, type TradingMode } from "../../../lib/model/trading_mode.ts";
import { type Decoder, type Fate, ofText, reasoned } from "./decoder.ts";
import * as samples from "./pair_samples.ts";

const TIME = 1_790_000_040_000;
const MINUTES = { symbol: "BTC-USD", from: TIME, limit: 300 };
const TRADES = { symbol: "BTC-USD", fromId: 7, toId: 400, since: TIME };

/** Every reader of a venue of pairs, by its adapter: what it believes must be possible. */
function decodersOf(
  adapter: StreamingAdapter,
  { frames, answers }: { readonly frames: readonly string[]; readonly answers: readonly string[] },
): (() => Decoder)[] {
  const { explain: { title } } = adapter;
  return [
    () => ofText(`${title} frames`, frames, () => (text) => frameFate(adapter, text)),
    () => ofText(`${title} answers`, answers, () => (text) => answerFate(adapter, text)),
  ];
}

function frameFate({ decode }: StreamingAdapter, text: string): Fate {
  const message = decode(text);
  switch (message.kind) {
    case "rejected":
      return reasoned(message.reason);
    case "ignored":
      return "ignored";
    case "trades":
      for (const trade of message.trades) assertTrade(trade);
      return "accepted";
    case "trading":
      assertMode(message.mode);
      return "accepted";
    default:
      return "accepted";
  }
}

function assertMode(mode: TradingMode | undefined): void {
  if (mode !== undefined && !TRADING_MODES.includes(mode)) throw new Error("took an unknown mode");
}

/** One body is read as the answer to each question: at most one of them may be right. */
function answerFate(
  { history, serverTime, trading, explain }: StreamingAdapter,
  text: string,
): Fate {
  const reply = { status: 200, headers: {}, text };
  explain.refusal({ ...reply, status: 404 });
  const minutes = history.minutes.read(reply, MINUTES);
  for (const { openTime, open, high, low, close, volume } of minutes?.minutes ?? []) {
    const isPossible = openTime >= MINUTES.from && [open, high, low, close].every((one) =>
      one > 0
    ) &&
      volume >= 0 && Number.isFinite(volume);
    if (!isPossible) throw new Error("took an impossible minute");
  }
  minutes?.rejected.forEach(reasoned);
  const trades = history.trades!.read(reply, TRADES);
  for (const trade of trades?.trades ?? []) assertTrade(trade);
  const { covers } = trades ?? {};
  if (covers !== undefined && !(covers.fromId <= TRADES.fromId && covers.toId > TRADES.fromId)) {
    throw new Error("proved other ids than those asked for");
  }
  const newest = history.newest!.read(reply, TRADES);
  const time = serverTime.read(reply);
  if (time !== undefined && !Number.isSafeInteger(time.venueTime)) throw new Error("took no time");
  const product = trading?.read(reply, MINUTES);
  assertMode(product?.mode);
  const isRead = [minutes, trades, newest, time, product].some((answer) => answer !== undefined);
  return isRead ? "accepted" : "rejected";
}

function assertTrade(
  { id, time, price, size }: {
    readonly id: number;
    readonly time: number;
    readonly price: number;
    readonly size: number;
  },
): void {
  const isPossible = Number.isSafeInteger(id) && id > 0 && Number.isSafeInteger(time) &&
    price > 0 && Number.isFinite(price) && size >= 0 && Number.isFinite(size);
  if (!isPossible) throw new Error(`took an impossible trade ${id} ${time} ${price} ${size}`);
}

export const PAIR_DECODERS: readonly (() => Decoder)[] = [
  ...decodersOf(coinbaseAdapter, samples.COINBASE),
  ...decodersOf(krakenAdapter, samples.KRAKEN),
];
