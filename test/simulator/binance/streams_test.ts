import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { HandTruth } from "./hand_truth.ts";
import { type Message, onStage, START } from "./harness.ts";

const isKline = (message: Message) => message.e === "kline";

Deno.test("kline_1m closes every minute of the truth once, in order, to the last digit, as REST has it", async () => {
  const truth = new HandTruth(START - 60 * MINUTE);
  for (const gap of [7, 20, 21, 22]) truth.missing.add(START + gap * MINUTE);
  truth.volumes.set(START + 30 * MINUTE, 0.1 + 0.2);
  await onStage(async ({ open, to, json }) => {
    const client = await open("/ws/btcusdt@kline_1m");
    for (let i = 1; i <= 180; i++) await to(i * 60_500);
    const closed = (await client.drain()).filter(({ k }) => k?.x === true);
    const rows = await json(
      `/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1000&startTime=${START}`,
    );
    assert.equal(closed.length, 181 - 4);
    closed.forEach(({ E, s, k }, i) => {
      assert.equal(s, "BTCUSDT");
      assert.equal(k.T, k.t + MINUTE - 1);
      assert.ok(E > k.T && E < k.T + 20, `closed ${E - k.T} ms after its end`);
      assert.deepEqual(
        [k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, k.B],
        rows[i],
      );
      const bar = truth.minute("BTCUSDT", k.t)!;
      assert.deepEqual([k.o, k.h, k.l, k.c, k.v].map(Number), [
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        bar.volume,
      ]);
      const trades = truth.trades("BTCUSDT", k.t);
      assert.deepEqual([k.f, k.L, k.n], [trades[0]!.id, trades.at(-1)!.id, trades.length]);
      if (!truth.volumes.has(k.t)) {
        const money = trades.reduce((sum, { price, size }) => sum + price * size, 0);
        assert.equal(k.q, money.toFixed(8));
      }
    });
  }, { truth });
});

Deno.test("kline_1m never closes before the minute has ended in venue time", async () => {
  await onStage(async ({ open, to, server }) => {
    const client = await open("/ws/btcusdt@kline_1m");
    for (const time of [58_000, 59_950, 60_003]) {
      await to(time);
      assert.equal((await client.drain()).filter(({ k }) => k?.x).length, 0);
    }
    await to(60_025);
    const closed = (await client.drain()).filter(({ k }) => k?.x);
    assert.deepEqual(closed.map(({ E }) => E), [START + MINUTE + 4]);
    assert.equal(server.stats().eventsSent, 30);
  });
});

Deno.test("a forming kline comes every two seconds and holds exactly the trades up to its event time", async () => {
  await onStage(async ({ open, to, truth }) => {
    const client = await open("/ws/btcusdt@kline_1m/btcusdt@kline_5m");
    for (let i = 1; i <= 40; i++) await to(i * 7_001);
    const received = await client.drain();
    const forming = received.filter(({ k }) => k.i === "1m" && !k.x);
    assert.deepEqual(
      forming.map(({ E }) => (E - START) / SECOND),
      Array.from({ length: 140 }, (_, i) => 2 * (i + 1)).filter((second) => second % 60 !== 0),
    );
    for (const { E, k } of received.filter(({ k }) => !k.x)) {
      const trades = [];
      for (let time = k.t; time <= E; time += MINUTE) trades.push(...truth.trades("BTCUSDT", time));
      const seen = trades.filter(({ time }) => time <= E);
      const prices = seen.map(({ price }) => price);
      assert.deepEqual(
        [k.o, k.h, k.l, k.c].map(Number),
        [prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1)],
      );
      assert.equal(k.v, seen.reduce((sum, { size }) => sum + size, 0).toFixed(8));
      assert.deepEqual([k.n, k.f, k.L], [seen.length, seen[0]!.id, seen.at(-1)!.id]);
    }
    assert.ok(received.some(({ k }) => k.i === "5m" && !k.x && k.n > 21));
  });
});

Deno.test("a bar is flat at the last price, with trade ids of −1, until its first trade", async () => {
  class LateTruth extends HandTruth {
    override trades(symbol: string, minute: number) {
      return super.trades(symbol, minute).slice(3);
    }
  }
  const truth = new LateTruth(START - 60 * MINUTE);
  await onStage(async ({ open, to, json }) => {
    const client = await open("/ws/btcusdt@kline_1m");
    await to(4_000);
    const [{ k }] = await client.drain();
    const last = truth.minute("BTCUSDT", START - MINUTE)!.close;
    assert.deepEqual([k.o, k.h, k.l, k.c].map(Number), [last, last, last, last]);
    assert.deepEqual([k.n, k.f, k.L, k.v, k.q], [0, -1, -1, "0.00000000", "0.00000000"]);
    const [row] = await json("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1");
    assert.deepEqual([row[0], Number(row[1]), row[8]], [START, last, 0]);
    await to(20_000);
    const { k: later } = (await client.drain()).at(-1);
    assert.equal(Number(later.o), truth.trades("BTCUSDT", START)[0]!.price);
  }, { truth });
});

Deno.test("trade and aggTrade give each trade once with ids one apart, bookTicker its sides without type or time", async () => {
  await onStage(async ({ open, to, truth }) => {
    const client = await open("/stream?streams=btcusdt@trade/ethusdt@aggTrade/btcusdt@bookTicker");
    for (let i = 1; i <= 30; i++) await to(i * 6_000);
    await to(180_020);
    const received = await client.drain();
    const of = (stream: string) =>
      received.filter((message) => message.stream === stream).map(({ data }) => data);
    const expected = (symbol: string) =>
      [0, 1, 2].flatMap((i) => truth.trades(symbol, START + i * MINUTE)).concat(
        truth.trades(symbol, START + 3 * MINUTE).slice(0, 1),
      ).filter(({ time }) => time > START);
    assert.deepEqual(
      of("btcusdt@trade"),
      expected("BTCUSDT").map((trade) => ({
        e: "trade",
        E: trade.time,
        s: "BTCUSDT",
        t: trade.id,
        p: trade.price.toFixed(8),
        q: trade.size.toFixed(8),
        T: trade.time,
        m: trade.buyerIsMaker,
        M: true,
      })),
    );
    const aggregates = of("ethusdt@aggTrade");
    assert.deepEqual(aggregates.map(({ a }) => a), expected("ETHUSDT").map(({ id }) => id));
    assert.ok(aggregates.every(({ a, f, l }) => a === f && a === l));
    const quotes = of("btcusdt@bookTicker");
    assert.equal(quotes.length, expected("BTCUSDT").length);
    quotes.forEach((quote, i) => {
      assert.deepEqual(Object.keys(quote), ["u", "s", "b", "B", "a", "A"]);
      assert.equal((Number(quote.a) - Number(quote.b)).toFixed(2), "0.01");
      assert.ok(Number(quote.B) > 0 && Number(quote.A) > 0);
      const { price } = expected("BTCUSDT")[i]!;
      assert.ok(Number(quote.a) === price || Number(quote.b) === price);
    });
    const times = received.map(({ data }) => data.E).filter((time) => time !== undefined);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
  });
});

Deno.test("kline_1s closes each second, and the seconds add up to the minute", async () => {
  await onStage(async ({ open, to, truth }) => {
    const client = await open("/ws/btcusdt@kline_1s");
    await to(MINUTE + 10);
    const bars = (await client.drain()).map(({ k }) => k);
    assert.equal(bars.length, 60);
    assert.ok(bars.every((k) => k.x === true && k.T === k.t + 999));
    const bar = truth.minute("BTCUSDT", START)!;
    const volume = bars.reduce((sum, k) => sum + Number(k.v), 0);
    assert.equal(volume.toFixed(5), bar.volume.toFixed(5));
    assert.equal(Math.max(...bars.map((k) => Number(k.h))), bar.high);
    assert.equal(Number(bars.at(-1).c), bar.close);
  });
});

Deno.test("longer klines close at their own end with the minutes there were", async () => {
  const truth = new HandTruth(START - 60 * MINUTE);
  truth.missing.add(START + 4 * MINUTE);
  for (let i = 15; i < 20; i++) truth.missing.add(START + i * MINUTE);
  await onStage(async ({ open, to, json }) => {
    const client = await open("/ws/btcusdt@kline_5m/btcusdt@kline_1h");
    for (let i = 1; i <= 61; i++) await to(i * MINUTE);
    const closed = (await client.drain()).filter(({ k }) => k.x).map(({ k }) => k);
    const fives = closed.filter((k) => k.i === "5m");
    assert.equal(fives.length, 11, "five minutes without a minute close nothing");
    const rows = await json(`/api/v3/klines?symbol=BTCUSDT&interval=5m&startTime=${START}`);
    assert.deepEqual(
      fives.map((k) => [k.t, k.o, k.h, k.l, k.c, k.v]),
      rows.slice(0, 11).map(
        (row: Message) => row.slice(0, 6),
      ),
    );
    assert.deepEqual(closed.filter((k) => k.i === "1h").map((k) => [k.t, k.n]), [[START, 54 * 7]]);
  }, { truth });
});

Deno.test("a minute the truth does not have is silent", async () => {
  const truth = new HandTruth(START - 60 * MINUTE);
  truth.missing.add(START);
  await onStage(async ({ open, to }) => {
    const client = await open("/ws/btcusdt@kline_1m/btcusdt@trade");
    for (let i = 1; i <= 6; i++) await to(i * 10_000);
    await to(60_030);
    const received = await client.drain();
    assert.deepEqual(received.map(({ e, T }) => [e, T]), [["trade", START + MINUTE]]);
  }, { truth });
});

Deno.test("timeUnit=MICROSECOND gives every time 16 digits", async () => {
  await onStage(async ({ open, to }) => {
    const micro = await open("/stream?streams=btcusdt@kline_1m/btcusdt@trade&timeUnit=MICROSECOND");
    const usual = await open("/ws/btcusdt@kline_1m?timeUnit=nonsense");
    await to(MINUTE + 10);
    const data = (await micro.drain()).map(({ data }) => data);
    const kline = data.find(({ k }) => k?.x);
    assert.deepEqual(
      [kline.E, kline.k.t, kline.k.T],
      [(START + MINUTE + 4) * 1_000, START * 1_000, (START + MINUTE) * 1_000 - 1],
    );
    const trade = data.find(({ e }) => e === "trade");
    assert.equal(String(trade.T).length, 16);
    assert.equal((await usual.drain()).find(isKline).k.t, START);
  });
});

Deno.test("a wrong-case, unknown or silenced stream is acknowledged and says nothing", async () => {
  await onStage(async ({ open, to }) => {
    const client = await open("/ws");
    const silent = [
      "BTCUSDT@kline_1m",
      "nosuch@kline_1m",
      "esz5@trade",
      "btcusdt@kline_2m",
      "btcusdt@depth",
      "btcusdt",
      "",
      "ethusdt@kline_1m",
    ];
    assert.equal((await client.ask("SUBSCRIBE", silent)).result, null);
    assert.deepEqual((await client.ask("LIST_SUBSCRIPTIONS")).result, silent);
    for (let i = 1; i <= 10; i++) await to(i * 30_000);
    assert.deepEqual((await client.drain()).filter(({ e }) => e !== undefined), []);
    await client.ask("SUBSCRIBE", ["btcusdt@kline_1m@+08:00"]);
    await to(HOUR);
    assert.ok((await client.drain()).some(isKline));
  }, { options: { silentStreams: ["ethusdt@kline_1m"] } });
});

Deno.test("a stream sends nothing from before its subscription and nothing after it ended", async () => {
  await onStage(async ({ open, to }) => {
    const early = await open("/ws/btcusdt@kline_1m");
    const late = await open("/ws");
    await to(29_000);
    await late.ask("SUBSCRIBE", ["btcusdt@kline_1m"]);
    await to(39_000);
    const times = (await late.drain()).filter(isKline).map(({ E }) => E);
    assert.equal(times[0], START + 30 * SECOND);
    await late.ask("UNSUBSCRIBE", ["btcusdt@kline_1m", "never@trade"]);
    await to(49_000);
    assert.equal((await late.drain()).filter(isKline).length, times.length);
    assert.equal((await early.drain()).length, 24);
  });
});

Deno.test("a stream sends nothing from before its subscription when venue time runs fast either", async () => {
  await onStage(async ({ open, to, time }) => {
    // Within one tick of the pump: what happened before the subscription has not been sent yet.
    await to(36_000);
    const client = await open("/ws/btcusdt@kline_1m/btcusdt@trade");
    assert.equal(time.now(), START + 36_000);
    await to(90_000);
    const [first] = await client.drain();
    assert.equal(first.E, START + 38_000);
  }, { speed: 3_600 });
});
