import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type Message, onStage, START, type StreamClient } from "./harness.ts";

const MARKET = "/market/stream?streams=";
const PUBLIC = "/public/stream?streams=";
const NAMES = "btcusdt@kline_1m/btcusdt@aggTrade/btcusdt@trade/btcusdt@bookTicker/btcusdt@kline_1s";

Deno.test("USD-M streams speak on their own route only; others are acknowledged and silent", async () => {
  await onStage(async ({ open, to }) => {
    const market = await open(MARKET + NAMES);
    const others = await open(PUBLIC + NAMES);
    const raw = await open("/public/ws/btcusdt@trade");
    await to(2 * MINUTE);
    const heard = async (client: StreamClient) =>
      [...new Set((await client.drain()).map(({ stream }: Message) => stream))].sort();
    assert.deepEqual(await heard(market), ["btcusdt@aggTrade", "btcusdt@kline_1m"]);
    assert.deepEqual(await heard(others), ["btcusdt@bookTicker", "btcusdt@trade"]);
    assert.ok((await raw.drain()).every(({ e }: Message) => e === "trade"));
    for (const client of [market, others]) {
      const { result } = await client.ask("SUBSCRIBE", ["btcusdt@kline_5m", "btcusdt@trade"]);
      assert.equal(result, null, "acknowledged, whatever it is");
    }
  });
});

Deno.test("USD-M mark prices come every three seconds, or every one, whatever trades, on the market's route only", async () => {
  await onStage(async ({ open, to, truth }) => {
    const market = await open(
      `${MARKET}btcusdt@markPrice/btcusdt@markPrice@1s/btcusdt@markPrice@2s`,
    );
    const others = [
      await open(`${PUBLIC}btcusdt@markPrice`),
      await open("/stream?streams=btcusdt@markPrice"),
    ];
    await to(90_500);
    const frames: Message[] = await market.drain();
    const timesOf = (name: string) =>
      frames.filter(({ stream }) => stream === name).map(({ data }) => data.E);
    const every = (ms: number) =>
      Array.from({ length: Math.floor(90_500 / ms) }, (_, i) => START + (i + 1) * ms);
    assert.deepEqual(timesOf("btcusdt@markPrice"), every(3_000));
    assert.deepEqual(timesOf("btcusdt@markPrice@1s"), every(1_000));
    assert.equal(timesOf("btcusdt@markPrice@2s").length, 0);
    for (const client of others) assert.deepEqual(await client.drain(), []);
    for (const { data } of frames) {
      const { e, s, p, P, i, r, T, E } = data;
      assert.deepEqual([e, s, P, r], ["markPriceUpdate", "BTCUSDT", i, "0.00010000"]);
      assert.equal(T, Date.UTC(2025, 11, 3, 16), "the next funding");
      const before = [START - MINUTE, START, START + MINUTE]
        .flatMap((minute) => truth.trades("BTCUSDT", minute))
        .findLast(({ time }) => time <= E);
      assert.equal(Number(i), before!.price);
      assert.ok(Number(p) > Number(i) && Number(p) < Number(i) * 1.0001, `${p} of ${i}`);
    }
  });
});

Deno.test("BinanceServer.mute silences streams by name, each for its time", async () => {
  await onStage(async ({ open, to, server }) => {
    const market = await open(`${MARKET}btcusdt@markPrice/btcusdt@markPrice@1s/btcusdt@kline_1m`);
    await to(500);
    server.mute("btcusdt@markPrice", 10_000);
    server.mute("btcusdt@markPrice@1s", 5_000);
    await to(20_500);
    const frames: Message[] = await market.drain();
    const secondsOf = (name: string) =>
      frames.filter(({ stream }) => stream === name).map(({ data }) => (data.E - START) / SECOND);
    assert.deepEqual(secondsOf("btcusdt@markPrice"), [12, 15, 18]);
    assert.deepEqual(secondsOf("btcusdt@markPrice@1s")[0], 6);
    assert.ok(secondsOf("btcusdt@kline_1m").length > 0);
  });
});

Deno.test("USD-M events have the fields of futures, and the truth's minutes", async () => {
  await onStage(async ({ open, to, truth }) => {
    const market = await open("/market/ws/btcusdt@kline_1m/btcusdt@aggTrade");
    const others = await open("/public/ws/btcusdt@trade/btcusdt@bookTicker");
    for (let i = 1; i <= 24; i++) await to(i * 5_001);
    const events: Message[] = [...await market.drain(), ...await others.drain()];
    const first = (kind: string) => events.find(({ e }) => e === kind);
    const [trade] = truth.trades("BTCUSDT", START).filter(({ time }) => time > START + 5);
    const { e: _, E: __, T, ...rest } = first("trade");
    assert.equal(T, trade!.time);
    const price = trade!.price.toFixed(8), size = trade!.size.toFixed(8);
    const m = trade!.buyerIsMaker;
    assert.deepEqual(rest, { s: "BTCUSDT", t: trade!.id, p: price, q: size, X: "MARKET", m });
    const { nq, st, M } = first("aggTrade");
    assert.deepEqual([nq, st, M], [size, 1, undefined]);
    assert.ok("E" in first("bookTicker") && "T" in first("bookTicker"));
    const closed = events.filter(({ e, k }) => e === "kline" && k.x).map(({ k }) => k);
    assert.equal(closed.length, 2);
    for (const k of closed) {
      const real = truth.minute("BTCUSDT", k.t)!;
      assert.deepEqual([k.o, k.h, k.l, k.c, k.v].map(Number), [
        ...[real.open, real.high, real.low, real.close, real.volume],
      ]);
    }
    // A forming bar is sent at the next multiple of 250 ms after a trade, and only then.
    const told = events.filter(({ e, k }) => e === "kline" && !k.x).map(({ E }) => E);
    const due = [START, START + MINUTE].flatMap((minute) =>
      truth.trades("BTCUSDT", minute).map(({ time }) => Math.ceil(time / 250) * 250)
    ).filter((time) => time > START + 5 && time % MINUTE !== 0);
    assert.deepEqual(told, [...new Set(due)]);
  });
});

Deno.test("REST of USD-M futures serves the same minutes under its own rules", async () => {
  await onStage(async ({ get, json, to, truth }) => {
    const klines = "/fapi/v1/klines?symbol=BTCUSDT&interval=1m";
    const rows = await json(`${klines}&limit=100&startTime=${START - 100 * MINUTE}`);
    assert.deepEqual(
      rows,
      await json(`/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=100&startTime=${rows[0][0]}`),
    );
    assert.equal(Number(rows[0][1]), truth.minute("BTCUSDT", START - 100 * MINUTE)!.open);
    assert.equal(
      (await json(`${klines}&limit=1500&startTime=${START - 300 * MINUTE}`)).length,
      301,
    );
    assert.deepEqual(await json("/fapi/v1/ping"), {});
    assert.deepEqual(await json("/fapi/v1/time"), { serverTime: START + 5 });
    const info = await json("/fapi/v1/exchangeInfo");
    assert.equal(info.rateLimits[0].limit, 2_400);
    const [{ symbol, contractType, marginAsset, status }] = info.symbols;
    assert.deepEqual([symbol, contractType, marginAsset, status], [
      ...["BTCUSDT", "PERPETUAL", "USDT", "TRADING"],
    ]);
    const refused: [string, number][] = [
      [`klines?symbol=BTCUSDT&interval=1s`, -1120],
      [`klines?symbol=BTCUSDT&interval=1m&timeZone=0`, -1104],
      [`klines?symbol=NOSUCH&interval=1m`, -1121],
      [`exchangeInfo?symbol=BTCUSDT`, -1101],
      [`aggTrades?symbol=BTCUSDT&startTime=${START - HOUR}&endTime=${START}`, -1127],
      [`aggTrades?symbol=BTCUSDT&fromId=1&startTime=${START}`, -1128],
    ];
    for (const [query, code] of refused) {
      const reply = await get(`/fapi/v1/${query}`);
      assert.deepEqual([reply.status, JSON.parse(reply.text).code], [400, code], query);
    }
    const inHour = `startTime=${START - MINUTE}&endTime=${START - 1}`;
    const trades = await json(`/fapi/v1/aggTrades?symbol=BTCUSDT&${inHour}`);
    assert.equal(trades.length, truth.trades("BTCUSDT", START - MINUTE).length);
    assert.equal("M" in trades[0], false);
    await to(DAY + MINUTE);
    assert.deepEqual(await json(`/fapi/v1/aggTrades?symbol=BTCUSDT&${inHour}`), []);
  });
});

Deno.test("USD-M futures have a weight budget of 2400 of their own", async () => {
  await onStage(async ({ get, server }) => {
    const weigh = async (query: string) => {
      const before = server.stats().worstFuturesWeight;
      await get(`/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${START}${query}`);
      return server.stats().worstFuturesWeight - before;
    };
    assert.deepEqual(
      [await weigh("&limit=99"), await weigh("&limit=499"), await weigh("&limit=1000")],
      [1, 2, 5],
    );
    assert.deepEqual([await weigh("&limit=1500"), await weigh("")], [10, 5]);
    let spent = 23;
    for (; spent + 20 <= 2_400; spent += 20) {
      assert.equal((await get("/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1")).status, 200);
    }
    const limited = await get("/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1");
    assert.equal(limited.status, 429);
    assert.match(limited.text, /current limit is 2400/);
    assert.equal((await get("/api/v3/ping")).status, 200, "spot is not touched");
    assert.equal(server.stats().worstWeight, 1);
  });
});

Deno.test("USD-M sockets are pinged every three minutes and may send ten messages a second", async () => {
  await onStage(async ({ open, to, server, clock }) => {
    const client = await open("/market/ws");
    for (let minute = 1; minute <= 9; minute++) await to(minute * MINUTE + SECOND);
    assert.equal(server.stats().pings, 3);
    clock.jump(2 * SECOND);
    const request = '{"method":"LIST_SUBSCRIPTIONS","id":7}';
    for (let i = 0; i < 10; i++) client.socket.send(request);
    await client.until(() => client.texts.length === 10);
    assert.deepEqual(server.stats().violations, []);
    client.socket.send(request);
    assert.deepEqual(await client.closed, [1008, "Too many requests"]);
  });
});
