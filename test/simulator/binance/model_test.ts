import assert from "node:assert/strict";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { fetchGet } from "../../../lib/runtime/http.ts";
import { startBinanceServer } from "../../../lib/simulator/binance/server.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { breathe, START, StreamClient } from "./harness.ts";

Deno.test("startBinanceServer serves the market model's day over REST and its stream without a digit changed", async () => {
  const truth = createMarketModel({ seed: 4, from: START - DAY });
  const time = new VenueTime({ clock: systemClock, start: START, speed: 1_200 });
  const server = await startBinanceServer({ truth, time, clock: systemClock });
  const client = await StreamClient.open(
    server.port,
    "/stream?streams=btcusdt@kline_1m/ethusdt@kline_1m",
  );
  await breathe(700);
  const streamed = client.messages.map(({ data }) => data).filter(({ k }) => k.x);
  await client.close();
  const upTo = START - MINUTE;
  let compared = 0;
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
    const rows = [];
    for (let next = START - DAY; next <= upTo;) {
      const { text } = await fetchGet(
        `http://127.0.0.1:${server.port}/api/v3/klines?symbol=${symbol}&interval=1m&limit=1000&startTime=${next}&endTime=${upTo}`,
        { timeoutMs: 5_000 },
      );
      rows.push(...JSON.parse(text));
      next = rows.at(-1)[0] + MINUTE;
    }
    assert.equal(rows.length, DAY / MINUTE);
    const closed = streamed.filter(({ s }) => s === symbol).map(({ k }) => k);
    assert.ok(closed.length >= 10);
    for (
      const [openTime, open, high, low, close, volume, , quote, trades] of [
        ...rows,
        ...closed.map((k) => [k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n]),
      ]
    ) {
      const bar = truth.minute(symbol, openTime)!;
      assert.deepEqual(
        [open, high, low, close, volume].map(Number),
        [bar.open, bar.high, bar.low, bar.close, bar.volume],
      );
      assert.equal(trades, truth.trades(symbol, openTime).length);
      assert.ok(Math.abs(Number(quote) / bar.volume - bar.vwap) < 0.01);
      compared++;
    }
  }
  assert.ok(compared >= 2 * DAY / MINUTE + 20);
  await server.close();
});
