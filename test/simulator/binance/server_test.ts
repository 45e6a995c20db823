import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { fetchGet } from "../../../lib/runtime/http.ts";
import { openWebSocket } from "../../../lib/runtime/web_socket.ts";
import { type BinanceServer, startBinanceServer } from "../../../lib/simulator/binance/server.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { HandTruth } from "./hand_truth.ts";
import { breathe, JumpClock, START, StreamClient } from "./harness.ts";

async function withServer(
  speed: number,
  body: (server: BinanceServer, time: VenueTime, truth: HandTruth) => Promise<void>,
): Promise<void> {
  const truth = new HandTruth(START - DAY);
  const time = new VenueTime({ clock: systemClock, start: START, speed });
  const server = await startBinanceServer({ truth, time, clock: systemClock });
  try {
    await body(server, time, truth);
  } finally {
    await server.close();
  }
}

Deno.test("startBinanceServer serves an hour in a second: every close once, in order, none early", async () => {
  await withServer(3_600, async (server, time, truth) => {
    const path = "/stream?streams=btcusdt@kline_1m/ethusdt@kline_1m/btcusdt@aggTrade";
    const client = await StreamClient.open(server.port, path);
    const subscribedBy = time.now();
    const earliness: number[] = [];
    client.socket.on("message", (data) => {
      earliness.push(JSON.parse(data.toString()).data.E - time.now());
    });
    await breathe(1_000);
    const seen = client.messages.map(({ data }) => data);
    await client.close();
    assert.ok(Math.max(...earliness) <= 0, "an event was sent before it happened");
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      const closed = seen.filter(({ s, k }) => s === symbol && k?.x).map(({ k }) => k);
      assert.ok(closed.length >= 20, `${closed.length} minutes of ${symbol}`);
      assert.ok(closed[0].t <= subscribedBy + MINUTE);
      closed.forEach((k, i) => {
        assert.equal(k.t, closed[0].t + i * MINUTE);
        assert.equal(Number(k.v), truth.minute(symbol, k.t)!.volume);
      });
    }
    const times = seen.map(({ E }) => E);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    const ids = seen.filter(({ e }) => e === "aggTrade").map(({ a }) => a);
    ids.forEach((id, i) => assert.equal(id, ids[0] + i));
  });
});

Deno.test("startBinanceServer catches up after a long pause, in order and complete", async () => {
  const clock = new JumpClock();
  const time = new VenueTime({ clock, start: START + 5, speed: 3_600 });
  const truth = new HandTruth(START - DAY);
  const server = await startBinanceServer({ truth, time, clock });
  const client = await StreamClient.open(server.port, "/ws/btcusdt@kline_1m");
  clock.jump(20 * HOUR / 3_600);
  await client.until((text) => text.includes(`"E":${START + 20 * HOUR + 4 - MINUTE}`));
  const closed = client.messages.filter(({ k }) => k.x);
  assert.deepEqual(
    closed.map(({ k }) => k.t),
    Array.from(
      { length: closed.length },
      (_, i) => START + i * MINUTE,
    ),
  );
  assert.ok(closed.length >= 20 * 60 - 1);
  await client.close();
  await server.close();
});

Deno.test("startBinanceServer starts and stops twenty times with clients, calls and a stall under way", async () => {
  for (let i = 0; i < 20; i++) {
    const clock = new JumpClock();
    const time = new VenueTime({ clock, start: START });
    const server = await startBinanceServer({ truth: new HandTruth(START - HOUR), time, clock });
    const client = await StreamClient.open(server.port, "/ws/btcusdt@kline_1m");
    clock.jump(30 * SECOND);
    if (i % 2 === 0) server.stall(HOUR);
    else server.delay(MINUTE, HOUR);
    const url = `http://127.0.0.1:${server.port}/api/v3/ping`;
    const asking = assert.rejects(fetchGet(url, { timeoutMs: 2_000 }));
    const connecting = new StreamClient(server.port, "/ws");
    await breathe(5);
    await Promise.all([server.close(), server.close()]);
    await asking;
    await Promise.all([client.closed, connecting.closed]);
    assert.equal(server.stats().liveSockets, 0);
    assert.equal(clock.pending, 0, "a timer was left behind");
  }
});

Deno.test("startBinanceServer throws the system's error when the port is taken", async () => {
  await withServer(1, async (server, time, truth) => {
    const taken = { truth, time, clock: systemClock, port: server.port };
    await assert.rejects(startBinanceServer(taken), /EADDRINUSE|in use/i);
  });
});

Deno.test("startBinanceServer says in every answer and upgrade that it is simulated", async () => {
  await withServer(1, async (server) => {
    const host = `127.0.0.1:${server.port}`;
    const reply = await fetchGet(`http://${host}/api/v3/ping`, { timeoutMs: 2_000 });
    assert.equal(reply.headers["x-comove-simulated"], "1");
    const opened = await new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
      const socket = openWebSocket(`ws://${host}/ws`, {
        onOpen: ({ headers }) => void socket.close().then(() => resolve(headers)),
        onText: () => {},
        onEnd: (end) => reject(new Error(JSON.stringify(end))),
      });
    });
    assert.equal(opened["x-comove-simulated"], "1");
  });
});
