import { DAY, floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { HttpAnswer } from "../../runtime/http_server.ts";
import type { PairView } from "../pair_venue.ts";
import { oldestTrades } from "../trade_pages.ts";
import type { Listing, SimulatedBar } from "../truth.ts";
import { plainDecimal } from "../plain_decimal.ts";
import { barRow, flatRow, INTERVALS, tradeRow } from "./payloads.ts";
import { namesOf, type PairNames, pairNamesOf } from "./pair_names.ts";

/** What the answers need of the venue. */
export interface RestPorts {
  cut<Row>(rows: readonly Row[]): readonly Row[];
  served(pair: string, openTimes: readonly number[]): void;
  readonly system: string;
}

/** Finished rows of an answer; the one that is forming comes besides. */
const MOST_ROWS = 720;
const MOST_TRADES = 1_000;
/** What `AssetPairs` lists when it is asked for no pair; others exist for those who ask for them. */
const LISTED = [
  ["BTC", "USD"],
  ["ETH", "USD"],
  ["SOL", "USD"],
  ["DOGE", "USD"],
  ["BTC", "USDT"],
] as const;

/** Kraken's public REST calls. Errors are good answers of HTTP. */
export async function krakenAnswer(view: PairView, ports: RestPorts): Promise<HttpAnswer> {
  const { request: { method, target }, serverTime } = view;
  const { pathname, searchParams } = new URL(target, "http://kraken");
  const [, call = ""] = /^\/0\/public\/([A-Za-z]+)$/.exec(pathname) ?? [];
  if (method !== "GET") return krakenError("EGeneral:Invalid arguments");
  switch (call) {
    case "Time": {
      const unixtime = Math.floor(serverTime / SECOND);
      return result({ unixtime, rfc1123: new Date(unixtime * SECOND).toUTCString() });
    }
    case "SystemStatus":
      return result({ status: ports.system, timestamp: new Date(serverTime).toISOString() });
    case "Assets":
      return result(assets());
    case "AssetPairs":
      return assetPairs(searchParams.get("pair"), view);
    case "Ticker":
    case "OHLC":
    case "Trades": {
      const names = pairNamesOf(searchParams.get("pair") ?? "");
      const listing = names && view.book.listing(names.pair, serverTime);
      if (names === undefined || listing === undefined) {
        return krakenError("EQuery:Unknown asset pair");
      }
      if (call === "Ticker") return ticker(names, view);
      return call === "OHLC"
        ? bars(names, searchParams, view, ports)
        : await trades(names, searchParams, view);
    }
    default:
      return krakenError("EGeneral:Unknown method");
  }
}

/** The newest 720 finished rows after `since`, and the one that is forming, flat where nothing traded. */
function bars(
  { pair, key }: PairNames,
  parameters: URLSearchParams,
  { book, now }: PairView,
  { cut, served }: RestPorts,
): HttpAnswer {
  const step = Number(parameters.get("interval") ?? 1) * MINUTE;
  if (!INTERVALS.includes(step)) return krakenError("EGeneral:Invalid arguments:interval");
  const since = Number(parameters.get("since") ?? 0) * SECOND;
  if (!(since >= 0)) return krakenError("EGeneral:Invalid arguments:since");
  const forming = floorTo(now, step);
  const first = Math.max(
    forming - MOST_ROWS * step,
    floorTo(book.truth.from, step),
    floorTo(since, step) + step,
  );
  const rows: (readonly (string | number)[])[] = [];
  let price = book.newest(pair, first)?.price;
  for (let time = first; time <= forming; time += step) {
    const bar = joined(book, pair, { from: time, to: Math.min(time + step, now + 1), at: now });
    price = bar?.close ?? price;
    if (price === undefined) continue;
    rows.push(bar === undefined ? flatRow(time, price) : barRow(bar));
  }
  const isCut = cut(rows);
  served(pair, isCut.map(([time]) => Number(time) * SECOND));
  const last = Math.min(forming - step, Number(isCut.at(-1)?.[0] ?? 0) * SECOND);
  return result({ [key]: isCut, last: last / SECOND });
}

function joined(
  book: PairView["book"],
  pair: string,
  { from, to, at }: { readonly from: number; readonly to: number; readonly at: number },
): SimulatedBar | undefined {
  let sum: SimulatedBar | undefined;
  for (let time = from; time < to; time += MINUTE) {
    const bar = book.minute(pair, time, at);
    if (bar === undefined) continue;
    const volume = Number(((sum?.volume ?? 0) + bar.volume).toFixed(8));
    sum = sum === undefined ? { ...bar, openTime: from } : {
      ...sum,
      high: Math.max(sum.high, bar.high),
      low: Math.min(sum.low, bar.low),
      close: bar.close,
      vwap: (sum.vwap * sum.volume + bar.vwap * bar.volume) / volume,
      trades: sum.trades + bar.trades,
      volume,
    };
  }
  return sum;
}

/** Oldest first, from a time in ns on, that time included. */
async function trades(
  { pair, key }: PairNames,
  parameters: URLSearchParams,
  view: PairView,
): Promise<HttpAnswer> {
  const limit = Number(parameters.get("count") ?? MOST_TRADES);
  const since = parameters.get("since") ?? "0";
  if (!(limit >= 1 && limit <= MOST_TRADES)) return krakenError("EGeneral:Invalid arguments:count");
  if (!/^\d{1,19}$/.test(since)) return krakenError("EGeneral:Invalid arguments:since");
  const start = since === "0"
    ? view.now - 30 * MINUTE
    : Math.ceil(Number(BigInt(since) / 1_000n) / 1_000);
  const last = view.now;
  const found = await oldestTrades(pair, { start, fromId: undefined, last, limit }, view);
  const cursor = `${found.at(-1)?.time ?? start}000000`;
  return result({ [key]: found.map(tradeRow), last: cursor });
}

/** Of today and of the last 24 hours. The book is as deep as its last trade. */
function ticker({ pair, key }: PairNames, { book, now }: PairView): HttpAnswer {
  const last = book.newest(pair, now);
  if (last === undefined) return result({});
  const price = plainDecimal(last.price);
  const none = {
    open: last.price,
    high: last.price,
    low: last.price,
    volume: 0,
    vwap: 0,
    trades: 0,
  };
  const minute = floorTo(now, MINUTE);
  const spans = [floorTo(now, DAY), minute - DAY + MINUTE]
    .map((from) => joined(book, pair, { from, to: minute + MINUTE, at: now }) ?? none);
  const both = (of: (bar: typeof none) => number) => spans.map((bar) => plainDecimal(of(bar)));
  return result({
    [key]: {
      a: [price, "1", "1.000"],
      b: [price, "1", "1.000"],
      c: [price, plainDecimal(last.size)],
      v: both(({ volume }) => volume),
      p: both(({ vwap }) => Number(vwap.toFixed(5))),
      t: spans.map(({ trades }) => trades),
      l: both(({ low }) => low),
      h: both(({ high }) => high),
      o: plainDecimal(spans[0]!.open),
    },
  });
}

function assetPairs(asked: string | null, { book, serverTime }: PairView): HttpAnswer {
  const names = asked === null
    ? LISTED.map(([base, quote]) => namesOf(base, quote))
    : asked.split(",").map(pairNamesOf);
  const pairs: Record<string, object> = {};
  for (const one of names) {
    const listing = one && book.listing(one.pair, serverTime);
    if (one === undefined || listing === undefined) return krakenError("EQuery:Unknown asset pair");
    pairs[one.key] = describe(one, listing);
  }
  return result(pairs);
}

function describe({ altname, wsname, base, quote }: PairNames, { tickSize, sizeStep }: Listing) {
  return {
    altname,
    wsname,
    aclass_base: "currency",
    base,
    aclass_quote: "currency",
    quote,
    lot: "unit",
    pair_decimals: Math.round(-Math.log10(tickSize)),
    cost_decimals: 5,
    lot_decimals: Math.round(-Math.log10(sizeStep)),
    lot_multiplier: 1,
    leverage_buy: [],
    leverage_sell: [],
    fees: [[0, 0.4]],
    fees_maker: [[0, 0.25]],
    fee_volume_currency: "ZUSD",
    margin_call: 80,
    margin_stop: 40,
    ordermin: "0.0001",
    costmin: "0.5",
    tick_size: tickSize.toFixed(8),
    status: "online",
  };
}

function assets() {
  const found: Record<string, object> = {};
  for (const { base, quote, wsname } of LISTED.map(([b, q]) => namesOf(b, q))) {
    const [baseName, quoteName] = wsname.split("/", 2);
    for (const [key, altname] of [[base, baseName], [quote, quoteName]]) {
      found[key!] = {
        aclass: "currency",
        altname,
        decimals: 10,
        display_decimals: 5,
        status: "enabled",
      };
    }
  }
  return found;
}

/** A refusal: HTTP 200 all the same. */
export function krakenError(text: string): HttpAnswer {
  return json({ error: [text] });
}

function result(value: unknown): HttpAnswer {
  return json({ error: [], result: value });
}

function json(value: unknown): HttpAnswer {
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  return { status: 200, headers, text: JSON.stringify(value) };
}
