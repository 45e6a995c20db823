import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { decodeBinanceFrame } from "../../../lib/wire/binance_stream.ts";
import { breathe, type Message, onStage, START } from "./harness.ts";

const klines = (messages: Message[]) => messages.filter(({ e }) => e === "kline");
const KLINES = "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2";

Deno.test("drop cuts every socket without a close frame, and accepts new ones at once", async () => {
  await onStage(async ({ open, server, get }) => {
    const clients = [await open("/ws/btcusdt@kline_1m"), await open("/stream")];
    assert.equal((await get(KLINES)).status, 200);
    server.drop();
    for (const client of clients) assert.deepEqual(await client.closed, [1006, ""]);
    await breathe();
    assert.equal(server.stats().liveSockets, 0);
    assert.equal(server.stats().subscriptions, 0);
    await open("/ws");
    assert.equal((await get(KLINES)).status, 200);
  });
});

Deno.test("stall keeps sockets open and says nothing; what fell due meanwhile is lost, what was asked is answered after", async () => {
  await onStage(async ({ open, server, to, json, time }) => {
    const client = await open("/ws/btcusdt@kline_1m");
    await to(51_000);
    const before = klines(await client.drain()).length;
    server.stall(30 * SECOND);
    client.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":77}');
    client.socket.ping();
    let answeredAt = 0, isOpen = false;
    const asked = json(KLINES).then((rows) => {
      answeredAt = time.now();
      return rows;
    });
    const connecting = open("/ws").then(() => isOpen = true);
    // When the test fails early, its own error is the one to see.
    asked.catch(() => {});
    connecting.catch(() => {});
    for (let second = 52; second <= 80; second++) {
      await to(second * SECOND);
      await breathe(1);
    }
    assert.equal(client.texts.length, before + 1, "only the answer to drain");
    assert.equal(client.socket.readyState, client.socket.OPEN);
    assert.deepEqual([answeredAt, isOpen, client.pings.length], [0, false, 1]);
    await to(85_000);
    await client.until((text) => text.includes('"id":77'));
    assert.equal((await asked).at(-1)[0], START + MINUTE);
    assert.equal(answeredAt, START + 85_000);
    await connecting;
    const later = klines(await client.drain()).slice(before);
    assert.deepEqual(later.map(({ E }) => (E - START) / SECOND), [82, 84]);
    assert.ok(later.every(({ k }) => !k.x), "the close at 60 s was lost");
    await to(125_000);
    const closed = klines(await client.drain()).filter(({ k }) => k.x);
    assert.deepEqual(closed.map(({ k }) => k.t), [START + MINUTE]);
  });
});

Deno.test("stall may outlast a pong deadline without ending the socket itself", async () => {
  await onStage(async ({ open, server, to }) => {
    const client = await open("/ws/btcusdt@trade");
    await to(10_000);
    server.stall(5 * MINUTE);
    for (let second = 20; second <= 330; second += 10) {
      client.socket.ping();
      await to(second * SECOND);
      await breathe(1);
    }
    await client.drain();
    assert.equal(server.stats().liveSockets, 1);
    assert.deepEqual(server.stats().violations, []);
  });
});

Deno.test("corrupt spoils exactly the next messages, in three ways that no decoder accepts", async () => {
  await onStage(async ({ open, server, to }) => {
    for (const path of ["/ws/btcusdt@kline_1m", "/stream?streams=btcusdt@kline_1m/btcusdt@trade"]) {
      const client = await open(path);
      server.corrupt(7);
      const from = server.stats().eventsSent;
      await to(path.startsWith("/ws") ? 59_000 : 130_000);
      await client.until(() => client.texts.length >= 20);
      const kinds = client.texts.map((text) => decodeBinanceFrame(text).kind);
      assert.deepEqual(kinds.slice(0, 7), Array(7).fill("rejected"), path);
      assert.ok(kinds.slice(7).every((kind) => kind !== "rejected"), path);
      assert.ok(client.texts.slice(0, 7).some((text) => text.includes("NaN")));
      assert.throws(() =>
        JSON.parse(client.texts[0]!) && JSON.parse(client.texts[1]!) &&
        JSON.parse(client.texts[2]!)
      );
      assert.ok(server.stats().eventsSent > from);
      await client.close();
    }
  });
});

Deno.test("corrupt spoils book tickers too", async () => {
  await onStage(async ({ open, server, to }) => {
    const client = await open("/ws/btcusdt@bookTicker");
    server.corrupt(3);
    await to(MINUTE);
    await client.until(() => client.texts.length >= 7);
    const isGood = (text: string) => /"b":"\d+\.\d+","B":"\d+\.\d+".*\}$/.test(text);
    assert.deepEqual(client.texts.slice(0, 4).map(isGood), [false, false, false, true]);
  });
});

Deno.test("delay holds messages and answers back, in order and without loss", async () => {
  await onStage(async ({ open, server, to, json, time }) => {
    const client = await open("/ws/btcusdt@kline_1m/btcusdt@trade");
    await to(10_000);
    await client.drain();
    server.delay(5 * SECOND, 20 * SECOND);
    let answeredAt = 0;
    const asked = json("/api/v3/time").then(() => answeredAt = time.now());
    asked.catch(() => {});
    const seenAt: [number, number][] = [];
    client.socket.on("message", (data) => {
      const { E } = JSON.parse(data.toString());
      if (E !== undefined) seenAt.push([E - START, time.now() - START]);
    });
    for (let ms = 10_250; ms <= 40_000; ms += 250) {
      await to(ms);
      await breathe(1);
    }
    await asked;
    assert.ok(answeredAt - START >= 15_000 && answeredAt - START < 16_000);
    await client.drain();
    for (const [sent, seen] of seenAt) {
      if (sent < 30_000) assert.ok(seen - sent >= 5_000, `${sent} was seen at ${seen}`);
      if (sent > 35_500) assert.ok(seen - sent < 1_000, `${sent} was seen at ${seen}`);
    }
    const times = seenAt.map(([sent]) => sent);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    assert.deepEqual(
      times.filter((time) => time % 2_000 === 0),
      Array.from({ length: 15 }, (_, i) => 12_000 + 2_000 * i),
    );
  });
});

Deno.test("refuse cuts everybody and lets nobody in until its time is over", async () => {
  await onStage(async ({ open, server, to, get }) => {
    const client = await open("/ws");
    server.refuse(10 * SECOND);
    assert.equal((await client.closed)[0], 1006);
    await to(9_900);
    await assert.rejects(open("/ws"));
    await assert.rejects(get("/api/v3/ping"));
    await to(10_100);
    await open("/ws");
    assert.equal((await get("/api/v3/ping")).status, 200);
  });
});
