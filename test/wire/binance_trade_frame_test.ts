import assert from "node:assert/strict";
import fc from "fast-check";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import { decodeBinanceFrame, decodeJsonFrame } from "../../lib/wire/binance_stream.ts";
import { readTradeFrame } from "../../lib/wire/binance_trade_frame.ts";
import { mutateText } from "../simulation/fuzz/mutate.ts";
import { STREAM_FRAMES, USDM_FRAMES } from "../simulation/fuzz/samples.ts";
import { sharedLines } from "./shared_lines.ts";

const TIME = 1_790_000_000_123;
/** As they came from Binance's servers, spot and USD-M. */
const SINGLE =
  `{"stream":"btcusdt@trade","data":{"e":"trade","E":${TIME},"s":"BTCUSDT","t":142,"p":"92011.01000000","q":"0.00100000","T":${TIME},"m":true,"M":true}}`;
const AGGREGATE =
  `{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":${TIME},"s":"BTCUSDT","a":2228503268,"p":"91940.10","q":"0.012","nq":"0.012","f":5129698193,"l":5129698195,"T":${TIME},"m":false,"st":1}}`;
const OF_MARKET =
  `{"stream":"1000pepeusdt@trade","data":{"e":"trade","E":${TIME},"T":${TIME},"s":"1000PEPEUSDT","t":9,"p":"0.0065","q":"1","X":"MARKET","m":true}}`;

/** Read in one pass, and the same as by JSON. */
function assertRead(text: string): void {
  const read = readTradeFrame(text);
  assert.notEqual(read, undefined, text);
  assert.deepEqual(read, decodeJsonFrame(text));
}

Deno.test("readTradeFrame reads the trades of both markets, field by field", () => {
  for (const text of [SINGLE, AGGREGATE, OF_MARKET]) assertRead(text);
  assert.deepEqual(readTradeFrame(AGGREGATE), {
    kind: "aggregate-trade",
    symbol: "BTCUSDT",
    eventTime: TIME,
    tradeTime: TIME,
    id: 2_228_503_268,
    firstTradeId: 5_129_698_193,
    lastTradeId: 5_129_698_195,
    price: 91_940.1,
    size: 0.012,
    buyerIsMaker: false,
  });
});

const digits = (most: number) => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`));
const decimal = fc.oneof(
  digits(15),
  fc.tuple(digits(7), digits(8)).map(([whole, places]) => `${whole}.${places}`),
);
const whole = fc.integer({ min: 0, max: 999_999_999_999_999 });
const time = fc.integer({ min: 1_000_000_000_000, max: 4_199_999_999_999 });
const trade = fc.record({
  kind: fc.constantFrom("trade", "aggTrade"),
  symbol: fc.stringMatching(/^[A-Z\d]{1,20}$/),
  E: time,
  T: time,
  id: whole,
  f: whole,
  l: whole,
  price: decimal.filter((text) => Number(text) > 0),
  size: decimal,
  m: fc.boolean(),
  order: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
});

/** A trade as a frame, its fields in some order. */
function frameOf({ kind, symbol, E, T, id, f, l, price, size, m, order }: TradeParts): string {
  const own = kind === "trade"
    ? [`"t":${id}`, `"M":${!m}`, `"X":"MARKET"`]
    : [`"a":${id}`, `"f":${f}`, `"l":${l}`, `"nq":"${size}"`, `"st":1`];
  const shared = [`"E":${E}`, `"T":${T}`, `"s":"${symbol}"`];
  const fields = [...own, ...shared, `"p":"${price}"`, `"q":"${size}"`, `"m":${m}`];
  fields.sort((a, b) => order[a.charCodeAt(1) % 10]! - order[b.charCodeAt(1) % 10]!);
  return `{"stream":"${symbol.toLowerCase()}@${kind}","data":{"e":"${kind}",${fields.join()}}}`;
}

type TradeParts = typeof trade extends fc.Arbitrary<infer T> ? T : never;

Deno.test("readTradeFrame reads any trade to the last bit, its fields in any order", () => {
  fc.assert(fc.property(trade, (parts) => assertRead(frameOf(parts))), { numRuns: 1_000 });
});

/** Characters that mean something in a frame, and some that mean nothing. */
const SIGNS = [...'{}[]",:@.-+ 0159aAeEfltTMXsz_\\\u00e7\0'];

/** Every text that is one character away. */
function* neighbours(text: string): Generator<string> {
  for (let at = 0; at <= text.length; at++) {
    const before = text.slice(0, at);
    yield before + text.slice(at + 1);
    for (const sign of SIGNS) {
      yield before + sign + text.slice(at);
      yield before + sign + text.slice(at + 1);
    }
  }
}

Deno.test("readTradeFrame gives nothing that the decoder of any frame would not give", () => {
  let read = 0, left = 0;
  const compare = (text: string) => {
    const message = readTradeFrame(text);
    if (message === undefined) left++;
    else {
      read++;
      assert.deepEqual(message, decodeJsonFrame(text), text);
    }
  };
  const trades = [SINGLE, AGGREGATE, OF_MARKET];
  for (const trade of trades) for (const text of neighbours(trade)) compare(text);
  const frames = [...trades, ...STREAM_FRAMES, ...USDM_FRAMES];
  const random = new SeededRandom(20_261_202);
  for (let i = 0; i < 30_000; i++) compare(mutateText(trades[i % 3]!, frames, random));
  assert.ok(read > 1_000 && left > 20_000, `${read} read, ${left} left to the other decoder`);
});

Deno.test("readTradeFrame leaves whatever is unusual to the decoder of any frame", () => {
  const changes: readonly (readonly [of: string, from: string, to: string])[] = [
    [AGGREGATE, '"a":2228503268', '"a":02228503268'],
    [AGGREGATE, '"a":2228503268', '"a":2228503268.5'],
    [AGGREGATE, '"a":2228503268', '"a":9007199254740993'],
    [AGGREGATE, '"a":2228503268', '"t":2228503268'],
    [AGGREGATE, '"a":2228503268', '"a":-1'],
    [AGGREGATE, '"l":5129698195,', ""],
    [AGGREGATE, '"E":1790000000123', '"E":1790000000123456'],
    [AGGREGATE, '"E":1790000000123', '"E":123'],
    [AGGREGATE, '"p":"91940.10"', '"p":"0.00"'],
    [AGGREGATE, '"p":"91940.10"', '"p":"1e5"'],
    [AGGREGATE, '"p":"91940.10"', '"p":"91940."'],
    [AGGREGATE, '"p":"91940.10"', '"p":91940.10'],
    [AGGREGATE, '"p":"91940.10"', '"p":"-91940.10"'],
    [AGGREGATE, '"p":"91940.10"', '"p":"91940.10000000000001"'],
    [AGGREGATE, '"s":"BTCUSDT"', '"s":"ETHUSDT"'],
    [AGGREGATE, '"s":"BTCUSDT"', '"s":"BTCUSD"'],
    [AGGREGATE, '"s":"BTCUSDT"', '"s":"BTC\\u0055SDT"'],
    [AGGREGATE, '"m":false', '"m":"false"'],
    [AGGREGATE, ',"m":false', ""],
    [AGGREGATE, '"st":1', '"st":{"a":1}'],
    [AGGREGATE, "}}", "}} "],
    [AGGREGATE, "}}", "}}}"],
    [AGGREGATE, "}}", "}"],
    [AGGREGATE, '{"e"', '{ "e"'],
    [AGGREGATE, "btcusdt@", "bt\u00e7usdt@"],
    [OF_MARKET, "MARKET", "INSURANCE_FUND"],
    [SINGLE, '"M":true', '"M":1'],
  ];
  for (const [of, from, to] of changes) {
    const text = of.replace(from, to);
    assert.notEqual(text, of, from);
    assert.equal(readTradeFrame(text), undefined, text);
    assert.deepEqual(decodeBinanceFrame(text), decodeJsonFrame(text));
  }
  assert.equal(readTradeFrame(AGGREGATE.replace("BTCUSDT", "B".repeat(5_000))), undefined);
  assert.equal(readTradeFrame(""), undefined);
});

Deno.test("readTradeFrame reads every captured trade as JSON does", async () => {
  const lines = await sharedLines("binance_spot_btcusdt_trade_20240808_2354");
  for (const { raw } of lines ?? []) assertRead(JSON.stringify(raw));
});
