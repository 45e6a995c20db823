import assert from "node:assert/strict";
import { DAY, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { breathe, type Message, onStage, START, type StreamClient } from "./harness.ts";

Deno.test("StreamConnection answers control messages bare, on combined streams too", async () => {
  await onStage(async ({ open, clock }) => {
    for (const [path, isCombined] of [["/ws", false], ["/stream", true]] as const) {
      const client = await open(path);
      const ask = async (method: string, params?: unknown) => {
        clock.jump(SECOND);
        return (await client.ask(method, params)).result;
      };
      assert.equal(await ask("GET_PROPERTY", ["combined"]), isCombined);
      assert.equal(await ask("SUBSCRIBE", ["btcusdt@trade", "ethusdt@trade"]), null);
      assert.equal(await ask("SUBSCRIBE", ["btcusdt@trade"]), null);
      assert.deepEqual(await ask("LIST_SUBSCRIPTIONS"), ["btcusdt@trade", "ethusdt@trade"]);
      assert.equal(await ask("UNSUBSCRIBE", ["ethusdt@trade"]), null);
      assert.deepEqual(await ask("LIST_SUBSCRIPTIONS"), ["btcusdt@trade"]);
      assert.equal(await ask("SET_PROPERTY", ["combined", !isCombined]), null);
      client.texts.length = 0;
      clock.jump(MINUTE);
      const [first] = await client.drain();
      assert.equal("stream" in first, !isCombined);
      await client.close();
    }
  });
});

/** What is sent, the code and id that come back, and a piece of the text. */
const REFUSED: readonly (readonly [string, number, unknown, string])[] = [
  ["{", 3, null, "Invalid JSON"],
  ["[]", 3, null, "Invalid JSON"],
  ['{"id":1}', 2, 1, "missing field `method`"],
  ['{"method":"BUY","id":2}', 2, 2, "unknown variant `BUY`"],
  ['{"method":"SUBSCRIBE","id":3}', 2, 3, "missing field `params`"],
  ['{"method":"SUBSCRIBE","params":[1],"id":4}', 2, 4, "must be strings"],
  ['{"method":"SUBSCRIBE","params":"x","id":"a-5"}', 2, "a-5", "`params`"],
  ['{"method":"SUBSCRIBE","params":[],"id":1.5}', 2, null, "request ID"],
  [`{"method":"SUBSCRIBE","params":[],"id":"${"x".repeat(37)}"}`, 2, null, "request ID"],
  ['{"method":"LIST_SUBSCRIPTIONS","params":["x"],"id":6}', 2, 6, "too many parameters"],
  ['{"method":"SET_PROPERTY","params":["combined",1],"id":7}', 1, 7, "expected Boolean"],
  ['{"method":"SET_PROPERTY","params":["combined",true,1],"id":8}', 2, 8, "too many"],
  ['{"method":"GET_PROPERTY","params":["colour"],"id":9}', 0, 9, "Unknown property"],
  ['{"method":"GET_PROPERTY","params":[1],"id":10}', 2, 10, "must be a string"],
];

Deno.test("StreamConnection refuses wrong control messages in the nested form, and stays", async () => {
  await onStage(async ({ open, clock }) => {
    const client = await open("/stream");
    for (const [text, code, id, words] of REFUSED) {
      clock.jump(SECOND);
      const before = client.texts.length;
      client.socket.send(text);
      await client.until(() => client.texts.length > before);
      const { error, id: answered, ...rest } = client.messages.at(-1);
      assert.deepEqual([error.code, answered, rest], [code, id, {}], text);
      assert.ok(error.msg.includes(words), `${text}: ${error.msg}`);
    }
    clock.jump(SECOND);
    assert.equal((await client.ask("GET_PROPERTY", ["combined"])).result, true);
  });
});

Deno.test("StreamConnection takes streams in the path and query, encoded or not", async () => {
  await onStage(async ({ open, clock }) => {
    for (
      const path of [
        "/ws/btcusdt@trade/ethusdt@trade/btcusdt@trade",
        "/ws/btcusdt%40trade/ethusdt%40trade",
        "/stream?streams=btcusdt@trade/ethusdt@trade",
        "/stream?streams=btcusdt%40trade%2Fethusdt%40trade",
      ]
    ) {
      clock.jump(SECOND);
      const client = await open(path);
      assert.deepEqual(
        (await client.ask("LIST_SUBSCRIPTIONS")).result,
        ["btcusdt@trade", "ethusdt@trade"],
      );
    }
    await assert.rejects(open("/elsewhere"), /404/);
  });
});

Deno.test("StreamConnection pings every 20 s, counts the pongs, and keeps who answers for an hour", async () => {
  await onStage(async ({ open, clock, server }) => {
    const client = await open("/ws/btcusdt@kline_1m");
    for (let i = 0; i < 180; i++) {
      clock.jump(20 * SECOND);
      await breathe(2);
    }
    await client.drain();
    const { pings, pongs, liveSockets, limitViolations, worstMessagesPerSecond } = server.stats();
    assert.deepEqual([pings, pongs, liveSockets, limitViolations], [180, 180, 1, 0]);
    assert.equal(client.pings.length, 180);
    assert.ok(worstMessagesPerSecond <= 2);
  });
});

Deno.test("StreamConnection cuts who does not answer a ping within a minute, whatever else it sends", async () => {
  await onStage(async ({ open, clock, server }) => {
    const client = await open("/ws/btcusdt@trade", { autoPong: false });
    for (let second = 20; second < 80; second += 10) {
      clock.jump(10 * SECOND);
      client.socket.pong("unsolicited");
      client.socket.pong();
      await breathe(5);
    }
    clock.jump(10 * SECOND);
    await client.drain();
    assert.equal(server.stats().liveSockets, 1);
    clock.jump(10 * SECOND);
    assert.deepEqual(await client.closed, [1008, "Pong timeout"]);
    assert.deepEqual(server.stats().violations, ["no pong in time"]);
  });
});

Deno.test("StreamConnection leaves local time for pings and pongs when venue time runs fast", async () => {
  await onStage(async ({ open, clock, server }) => {
    await open("/ws", { autoPong: false });
    for (let i = 0; i < 49; i++) clock.jump(100);
    await breathe();
    const { pings, liveSockets } = server.stats();
    assert.deepEqual(
      [pings, liveSockets],
      [4, 1],
      "one ping a local second, five seconds to answer",
    );
  }, { speed: 3_600 });
});

Deno.test("StreamConnection ends at the sixth message within a second: requests, pings and pongs count", async () => {
  await onStage(async ({ open, clock, server }) => {
    const client = await open("/ws");
    const five = (client: StreamClient) => {
      client.socket.ping();
      client.socket.pong();
      for (let i = 0; i < 3; i++) client.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":7}');
    };
    for (let i = 0; i < 4; i++) {
      five(client);
      await client.until(() => client.texts.length === 3 * (i + 1));
      clock.jump(SECOND);
    }
    five(client);
    client.socket.ping();
    assert.deepEqual(await client.closed, [1008, "Too many requests"]);
    assert.deepEqual(server.stats().violations, ["too many messages in a second"]);
  });
});

Deno.test("StreamConnection judges bursts fairly when venue time runs fast, and floods still end", async () => {
  await onStage(async ({ open }) => {
    const client = await open("/ws");
    for (let i = 0; i < 40; i++) client.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":7}');
    await client.until(() => client.texts.length === 40);
    for (let i = 0; i < 2_000; i++) client.socket.ping();
    assert.deepEqual(await client.closed, [1008, "Too many requests"]);
  }, { speed: 360 });
});

Deno.test("StreamConnection holds 1024 streams and refuses one more", async () => {
  await onStage(async ({ open, server }) => {
    const names = Array.from({ length: 1_023 }, (_, i) => `s${i}usdt@trade`);
    const client = await open(`/stream?streams=${names.join("/")}`);
    assert.equal((await client.ask("SUBSCRIBE", ["btcusdt@trade"])).result, null);
    const refused = await client.ask("SUBSCRIBE", ["ethusdt@trade"]);
    assert.equal(refused.error.code, 4);
    assert.equal((await client.ask("LIST_SUBSCRIPTIONS")).result.length, 1_024);
    assert.equal(server.stats().subscriptions, 1_024);
  });
});

Deno.test("the venue refuses more than 300 connections in five minutes", async () => {
  await onStage(async ({ open, clock, server }) => {
    for (let i = 0; i < 300; i++) {
      await (await open("/ws")).close();
      if (i === 0) clock.jump(2 * MINUTE);
    }
    await assert.rejects(open("/ws"), /429/);
    assert.equal(server.stats().worstAttempts, 301);
    clock.jump(3 * MINUTE);
    await assert.rejects(open("/ws"), /429/, "what was refused counts as well");
    clock.jump(5 * MINUTE);
    await open("/ws");
    assert.equal(server.stats().connections, 301);
  });
});

Deno.test("StreamConnection ends after 24 hours, or on request", async () => {
  await onStage(async ({ open, clock, server }) => {
    const client = await open("/ws");
    clock.jump(DAY - 1);
    await client.drain();
    clock.jump(25);
    assert.equal((await client.closed)[0], 1001);
    const other = await open("/ws/btcusdt@trade");
    server.endLifetimes();
    clock.jump(20);
    assert.equal((await other.closed)[0], 1001);
    assert.equal(server.stats().limitViolations, 0);
  });
});

Deno.test("announceShutdown warns every socket in its own format and ends it, not later ones", async () => {
  await onStage(async ({ open, clock, server }) => {
    const raw = await open("/ws/btcusdt@kline_1m");
    const combined = await open("/stream?timeUnit=MICROSECOND");
    clock.jump(500);
    server.announceShutdown(2_000);
    const later = await open("/ws/btcusdt@kline_1m");
    assert.deepEqual(await raw.drain(), [{ e: "serverShutdown", E: START + 505 }]);
    assert.deepEqual(await combined.drain(), [{
      stream: "!serverShutdown",
      data: { e: "serverShutdown", E: (START + 505) * 1_000 },
    }]);
    clock.jump(2_000);
    clock.jump(20);
    await Promise.all([raw.closed, combined.closed]);
    assert.ok((await later.drain()).some((message: Message) => message.e === "kline"));
  });
});
