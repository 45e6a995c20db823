import assert from "node:assert/strict";
import fc from "fast-check";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { decodeBinanceError, isUnknownSymbol } from "../../lib/wire/binance_error.ts";
import { decodeKlineRows, decodeServerTime, minuteOf } from "../../lib/wire/binance_kline.ts";
import { type BinanceMessage, decodeBinanceFrame } from "../../lib/wire/binance_stream.ts";
import { sharedLines } from "./shared_lines.ts";

const NEXT = Date.UTC(2025, 11, 3, 16);

const KLINE = {
  e: "kline",
  E: 1_764_770_462_003,
  s: "BTCUSDT",
  k: {
    t: 1_764_770_400_000,
    T: 1_764_770_459_999,
    s: "BTCUSDT",
    i: "1m",
    f: 100,
    L: 141,
    o: "92000.10000000",
    c: "92010.00000000",
    h: "92020.50000000",
    l: "91990.00000000",
    v: "12.50000000",
    n: 42,
    x: true,
    q: "1150000.00000000",
    V: "6.00000000",
    Q: "552000.00000000",
    B: "0",
  },
};
const TRADE = {
  e: "trade",
  E: 1_764_770_462_004,
  s: "BTCUSDT",
  t: 142,
  p: "92011.00000000",
  q: "0.00100000",
  T: 1_764_770_462_001,
  m: true,
  M: true,
};

const decode = (value: unknown) => decodeBinanceFrame(JSON.stringify(value));

Deno.test("decodeBinanceFrame reads a kline, raw and combined, field by field", () => {
  const expected: BinanceMessage = {
    kind: "kline",
    symbol: "BTCUSDT",
    eventTime: 1_764_770_462_003,
    kline: {
      openTime: 1_764_770_400_000,
      closeTime: 1_764_770_459_999,
      interval: "1m",
      firstTradeId: 100,
      lastTradeId: 141,
      open: 92_000.1,
      high: 92_020.5,
      low: 91_990,
      close: 92_010,
      volume: 12.5,
      quoteVolume: 1_150_000,
      trades: 42,
      isClosed: true,
    },
  };
  assert.deepEqual(decode(KLINE), expected);
  assert.deepEqual(decode({ stream: "btcusdt@kline_1m", data: KLINE }), expected);
});

Deno.test("decodeBinanceFrame reads the mark price, of what has no funding too, and refuses one that is none", () => {
  const { E } = KLINE;
  const data = {
    ...{ e: "markPriceUpdate", E, s: "BTCUSDT", p: "11794.15000000", i: "11784.62659091" },
    ...{ P: "11784.25641265", r: "0.00038167", T: NEXT },
  };
  const funding = { time: E, markPrice: 11_794.15, indexPrice: 11_784.62659091 };
  const known = { ...funding, rate: 0.00038167, nextTime: NEXT };
  const expected = { kind: "mark-price", symbol: "BTCUSDT", eventTime: E, funding: known };
  for (const stream of ["btcusdt@markPrice", "btcusdt@markPrice@1s"]) {
    assert.deepEqual(decode({ stream, data }), expected);
  }
  assert.deepEqual(decode(data), expected);
  const unknown = { ...expected, funding: { ...funding, rate: null, nextTime: null } };
  assert.deepEqual(decode({ ...data, r: "", T: 0, st: 1 }), unknown);
  for (const T of [E - 1, E + 9 * HOUR, NEXT + 20 * MINUTE, "soon"]) {
    assert.deepEqual(decode({ ...data, T }), unknown, `falls due at ${T}`);
  }
  for (const r of ["0.1000001", "-7", "NaN", 0.0001, undefined]) {
    const noRate = { ...expected, funding: { ...known, rate: null } };
    assert.deepEqual(decode({ ...data, r }), noRate, `a rate of ${r}`);
  }
  const noIndex = { ...expected, funding: { ...known, indexPrice: null } };
  assert.deepEqual(decode({ ...data, i: "" }), noIndex);
  for (const bad of [{ p: "0" }, { p: "-1.0" }, { p: 11_794 }, { p: undefined }, { E: "soon" }]) {
    assert.equal(decode({ ...data, ...bad }).kind, "rejected", JSON.stringify(bad));
  }
  assert.equal(decode({ stream: "ethusdt@markPrice", data }).kind, "rejected");
});

Deno.test("decodeBinanceFrame turns microseconds into milliseconds", () => {
  const { k } = KLINE;
  const message = decode({
    ...KLINE,
    E: KLINE.E * 1_000 + 123,
    k: { ...k, t: k.t * 1_000, T: k.T * 1_000 + 999 },
  });
  assert.deepEqual(message, decode(KLINE));
});

Deno.test("decodeBinanceFrame reads trade, aggTrade and the book ticker that names no type", () => {
  assert.deepEqual(decode(TRADE), {
    kind: "trade",
    symbol: "BTCUSDT",
    eventTime: TRADE.E,
    tradeTime: TRADE.T,
    id: 142,
    price: 92_011,
    size: 0.001,
    buyerIsMaker: true,
  });
  const { t: _, ...rest } = TRADE;
  assert.deepEqual(decode({ ...rest, e: "aggTrade", a: 7, f: 140, l: 142 }), {
    kind: "aggregate-trade",
    symbol: "BTCUSDT",
    eventTime: TRADE.E,
    tradeTime: TRADE.T,
    id: 7,
    firstTradeId: 140,
    lastTradeId: 142,
    price: 92_011,
    size: 0.001,
    buyerIsMaker: true,
  });
  const ticker = { u: 9, s: "BTCUSDT", b: "92010.00", B: "1.5", a: "92011.00", A: "0.0" };
  const book = decode({ stream: "btcusdt@bookTicker", data: ticker });
  assert.deepEqual(book, { kind: "ignored", what: "book" });
});

Deno.test("decodeBinanceFrame reads control replies, both shapes of errors and the shutdown notice", () => {
  assert.deepEqual(decode({ result: null, id: 1 }), { kind: "reply", id: 1, result: null });
  assert.deepEqual(decode({ result: ["btcusdt@trade"], id: "a1" }), {
    kind: "reply",
    id: "a1",
    result: ["btcusdt@trade"],
  });
  const error = { kind: "error", code: 2, text: "Invalid request" };
  const inner = { code: 2, msg: "Invalid request" };
  assert.deepEqual(decode({ error: inner, id: 3 }), { ...error, id: 3 });
  assert.deepEqual(decode(inner), { ...error, id: null });
  const shutdown = { e: "serverShutdown", E: KLINE.E };
  assert.deepEqual(decode(shutdown), { kind: "shutdown", eventTime: KLINE.E });
  assert.deepEqual(decode({ stream: "!serverShutdown", data: shutdown }), decode(shutdown));
});

Deno.test("decodeBinanceFrame reads the same number in every decimal notation", () => {
  const notations = ["92000.1", "092000.10", "9.20001e4", "9.20001E+04", "920001e-1"];
  const long = `92000.1${"0".repeat(30)}`;
  for (const o of [...notations, long]) {
    const message = decode({ ...KLINE, k: { ...KLINE.k, o } });
    assert.equal(message.kind === "kline" && message.kline.open, 92_000.1, o);
  }
});

Deno.test("decodeBinanceFrame rejects damage with a reason and ignores unknown fields", () => {
  const damages: [unknown, RegExp][] = [
    [null, /not a JSON object/],
    [[KLINE], /not a JSON object/],
    [{}, /no known message/],
    [{ stream: "btcusdt@trade" }, /without an object/],
    [{ stream: "ethusdt@trade", data: TRADE }, /not the stream's/],
    [{ ...KLINE, s: "ETHUSDT" }, /symbol is not/],
    [{ ...KLINE, k: undefined }, /without its bar/],
    [{ ...KLINE, E: "soon" }, /field E/],
    [{ ...KLINE, E: KLINE.k.T - 1 }, /closed before its end/],
    [{ ...KLINE, k: { ...KLINE.k, h: "NaN" } }, /field h/],
    [{ ...KLINE, k: { ...KLINE.k, l: "0.00" } }, /field l/],
    [{ ...KLINE, k: { ...KLINE.k, c: 92010 } }, /field c/],
    [{ ...KLINE, k: { ...KLINE.k, o: "1e308" } }, /field o/],
    [{ ...KLINE, k: { ...KLINE.k, o: "1e-30" } }, /field o/],
    [{ ...KLINE, k: { ...KLINE.k, o: "0x1F" } }, /field o/],
    [{ ...KLINE, k: { ...KLINE.k, o: "1,000.5" } }, /field o/],
    [{ ...KLINE, k: { ...KLINE.k, o: " 1" } }, /field o/],
    [{ ...KLINE, k: { ...KLINE.k, v: "-1" } }, /field v/],
    [{ ...KLINE, k: { ...KLINE.k, t: 1_764_770_400 } }, /field t/],
    [{ ...KLINE, k: { ...KLINE.k, x: "true" } }, /field x/],
    [{ ...TRADE, q: "" }, /field q/],
    [{ ...TRADE, t: 1.5 }, /field t/],
  ];
  for (const [value, reason] of damages) {
    const message = decode(value);
    assert.equal(message.kind, "rejected", JSON.stringify(value));
    assert.match(message.kind === "rejected" ? message.reason : "", reason);
  }
  assert.equal(decodeBinanceFrame('{"e":"kline"').kind, "rejected");
  assert.equal(decodeBinanceFrame("[".repeat(200_000)).kind, "rejected");
  assert.equal(decodeBinanceFrame(`"${"x".repeat(5_000_000)}"`).kind, "rejected");
  assert.deepEqual(decode({ ...KLINE, st: 1, k: { ...KLINE.k, ps: "BTC" } }), decode(KLINE));
  assert.deepEqual(decode({ e: "depthUpdate", E: 1 }), { kind: "ignored", what: "depthUpdate" });
});

Deno.test("decodeKlineRows reads rows in ms and µs and counts the ones it cannot read", () => {
  const row = [
    ...[1_764_770_400_000, "1.5", "2.0", "1.0", "1.25", "10.0", 1_764_770_459_999, "12.5"],
    ...[7, "5.0", "6.0", "0"],
  ];
  const micro = row.map((field, i) => i === 0 || i === 6 ? (field as number) * 1_000 : field);
  const expected = {
    openTime: 1_764_770_400_000,
    closeTime: 1_764_770_459_999,
    ...{ open: 1.5, high: 2, low: 1, close: 1.25, volume: 10, quoteVolume: 12.5, trades: 7 },
  };
  const reply = decodeKlineRows(JSON.stringify([row, micro, [], "x", row.with(2, "?")]));
  assert.deepEqual(reply?.rows, [expected, expected]);
  assert.equal(reply?.rejected.length, 3);
  assert.deepEqual(decodeKlineRows("[]"), { rows: [], rejected: [] });
  assert.equal(decodeKlineRows("{}"), undefined);
  assert.equal(decodeKlineRows("<html>"), undefined);
  assert.equal(minuteOf(expected).vwap, 1.25);
  assert.equal("vwap" in minuteOf({ ...expected, volume: 0 }), false);
});

Deno.test("decodeServerTime and decodeBinanceError distinguish Binance from other servers", () => {
  assert.equal(decodeServerTime('{"serverTime":1764770400123}'), 1_764_770_400_123);
  assert.equal(decodeServerTime('{"serverTime":1764770400123456}'), 1_764_770_400_123);
  for (const text of ["", "{}", "<html>", '{"serverTime":"now"}', '{"serverTime":5}', "null"]) {
    assert.equal(decodeServerTime(text), undefined, text);
  }
  const unknown = decodeBinanceError('{"code":-1121,"msg":"Invalid symbol."}');
  assert.deepEqual(unknown, { code: -1121, text: "Invalid symbol." });
  assert.ok(unknown !== undefined && isUnknownSymbol(unknown));
  assert.equal(decodeBinanceError('{"message":"Not Found"}'), undefined);
});

/** Recordings and what they hold. */
const RECORDINGS = {
  cryptofeed_binance_family_aggTrade_kline: { "aggregate-trade": 155, kline: 115 },
  binance_spot_btcusdt_trade_20240808_2354: { trade: 19_904 },
  // Depth updates and one depth snapshot are no business of Comove.
  binance_spot_btcusdt_mixed_first4000: { ignored: 385 + 2_939, trade: 676 },
};

Deno.test("decodeBinanceFrame accounts for every captured message of three recordings", async () => {
  for (const [file, expected] of Object.entries(RECORDINGS)) {
    const lines = await sharedLines(file);
    if (lines === undefined) return;
    const counts: Record<string, number> = {};
    for (const { raw } of lines) {
      const message = decode(raw);
      counts[message.kind] = (counts[message.kind] ?? 0) + 1;
      // deno-lint-ignore no-explicit-any -- compared with the captured object itself
      if (message.kind !== "ignored") assertEqualsRaw(message, (raw as any).data);
    }
    assert.deepEqual(counts, expected, file);
    assert.equal(Object.values(counts).reduce((a, b) => a + b), lines.length);
  }
});

/** Compares every field with the captured object directly, not by way of the decoder's own helpers. */
// deno-lint-ignore no-explicit-any
function assertEqualsRaw(message: BinanceMessage, data: any): void {
  switch (message.kind) {
    case "trade":
      return assert.deepEqual(message, {
        kind: "trade",
        symbol: data.s,
        eventTime: data.E,
        tradeTime: data.T,
        id: data.t,
        price: parseFloat(data.p),
        size: parseFloat(data.q),
        buyerIsMaker: data.m,
      });
    case "aggregate-trade":
      return assert.deepEqual(message, {
        kind: "aggregate-trade",
        symbol: data.s,
        eventTime: data.E,
        tradeTime: data.T,
        id: data.a,
        firstTradeId: data.f,
        lastTradeId: data.l,
        price: parseFloat(data.p),
        size: parseFloat(data.q),
        buyerIsMaker: data.m,
      });
    case "kline":
      return assert.deepEqual(message, {
        kind: "kline",
        symbol: data.s,
        eventTime: data.E,
        kline: {
          openTime: data.k.t,
          closeTime: data.k.T,
          interval: data.k.i,
          firstTradeId: data.k.f,
          lastTradeId: data.k.L,
          open: parseFloat(data.k.o),
          high: parseFloat(data.k.h),
          low: parseFloat(data.k.l),
          close: parseFloat(data.k.c),
          volume: parseFloat(data.k.v),
          quoteVolume: parseFloat(data.k.q),
          trades: data.k.n,
          isClosed: data.k.x,
        },
      });
    default:
      assert.fail(`${message.kind}: ${JSON.stringify(data)}`);
  }
}

const SEEDS = [
  JSON.stringify(KLINE),
  JSON.stringify({ stream: "btcusdt@kline_1m", data: KLINE }),
  JSON.stringify({ stream: "btcusdt@trade", data: TRADE }),
  '{"result":null,"id":1}',
  '{"error":{"code":2,"msg":"Invalid request"},"id":null}',
  '{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1764770462003}}',
  '[[1764770400000,"1.5","2.0","1.0","1.25","10.0",1764770459999,"12.5",7,"5.0","6.0","0"]]',
  '{"code":-1121,"msg":"Invalid symbol."}',
];
const SPLICES = [
  "null",
  "-1",
  "1e400",
  '""',
  "{}",
  "[]",
  "true",
  "\u0000",
  "\ufeff",
  '"',
  "\ud800",
  "9".repeat(40),
];

Deno.test("the Binance decoders throw at none of 20,000 mutated texts", () => {
  const mutation = fc.record({
    seed: fc.constantFrom(...SEEDS),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    cut: fc.nat(12),
    put: fc.oneof(fc.constantFrom(...SPLICES), fc.string({ maxLength: 6 })),
  });
  let rejected = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let text = mutations[0]!.seed;
      for (const { at, cut, put } of mutations) {
        const index = Math.floor(at * text.length);
        text = text.slice(0, index) + put + text.slice(index + cut);
      }
      const message = decodeBinanceFrame(text);
      if (message.kind === "rejected") rejected++;
      if (message.kind === "kline") {
        for (const value of Object.values(message.kline)) {
          assert.ok(typeof value !== "number" || Number.isFinite(value));
        }
      }
      for (const row of decodeKlineRows(text)?.rows ?? []) assert.ok(row.low > 0);
      decodeServerTime(text);
      decodeBinanceError(text);
    }),
    { numRuns: 20_000, seed: 7 },
  );
  assert.ok(rejected > 10_000, `only ${rejected} of 20,000 were damaged`);
});
