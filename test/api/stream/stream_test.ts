import assert from "node:assert/strict";
import { AlertLog } from "../../../lib/api/alert_log.ts";
import type { StreamMessage } from "../../../lib/api/stream/channel.ts";
import { eventStream } from "../../../lib/api/stream/event_stream.ts";
import { readBySocket } from "../../../lib/api/stream/socket_reader.ts";
import { StreamHub } from "../../../lib/api/stream/stream_hub.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import type { Clock } from "../../../lib/runtime/clock.ts";
import { fakeMarket, START } from "../../support/fake_market.ts";
import { withApi } from "../api_fixture.ts";

/** A hub over a fake market, on a clock that the test moves. */
function openHub() {
  const fake = fakeMarket();
  const hub = new StreamHub({ market: fake.market, alerts: new AlertLog() }, fake.clock);
  fake.market.onEvent((event) => hub.take(event));
  return { ...fake, hub };
}

/** Notes what it is sent. */
class Notes {
  readonly messages: StreamMessage[] = [];
  send(message: StreamMessage): void {
    this.messages.push(message);
  }
  get read() {
    return this.messages.map(({ text }) => JSON.parse(text));
  }
}

function trade(id: number) {
  return { id, time: START + id, price: 100 + id, size: 2, receivedAt: 0 };
}

Deno.test("a snapshot comes first, then updates whose seq goes up by one", async () => {
  const { market, hub, close } = openHub();
  await close(0);
  const reader = new Notes();
  hub.join(["bars:BTCUSDT"], reader);
  for (let minute = 1; minute < 4; minute++) await close(minute);
  const [snapshot, ...updates] = reader.read;
  assert.equal(snapshot.type, "snapshot");
  assert.deepEqual(snapshot.data.bars.map((bar: { openTime: number }) => bar.openTime), [START]);
  assert.deepEqual(
    updates.map(({ seq, type, data }) => [seq - snapshot.seq, type, data.openTime, data.closed]),
    [1, 2, 3].map((minute) => [minute, "update", START + minute * MINUTE, true]),
  );
  await market.close();
});

Deno.test("ticks come at most fifty times a second, and count what lies between", async () => {
  const { market, feeds, clock, hub } = openHub();
  const reader = new Notes();
  hub.join(["ticks:BTCUSDT"], reader);
  const feed = feeds.get("binance")!;
  for (let id = 1; id <= 1_000; id++) {
    feed.context.emit({ kind: "trade", instrument: "BTCUSDT", ...trade(id) });
    await clock.advance(1);
  }
  await clock.advance(100);
  const updates = reader.read.slice(1);
  assert.ok(updates.length <= 51 && updates.length > 40, `${updates.length} in a second`);
  assert.equal(updates.reduce((sum, { data }) => sum + data.trades, 0), 1_000);
  assert.equal(updates.reduce((sum, { data }) => sum + data.volume, 0), 2_000);
  assert.equal(updates.at(-1).data.id, 1_000);
  await market.close();
});

Deno.test("a reader that comes back within 15 minutes gets what it missed, later a snapshot", async () => {
  const { market, clock, hub, close } = openHub();
  const channels = ["bars:BTCUSDT", "bars:ES", "alerts"];
  const first = new Notes();
  hub.join(channels, first);
  await close(0);
  hub.leave(first);
  const lastId = first.messages.at(-1)!.id;
  await close(1);
  await close(2);
  const second = new Notes();
  hub.join(channels, second, { lastId });
  assert.deepEqual(second.read.map(({ type, data }) => [type, data.openTime]), [
    ["update", START + MINUTE],
    ["update", START + MINUTE],
    ["update", START + 2 * MINUTE],
    ["update", START + 2 * MINUTE],
  ]);
  hub.leave(second);
  await clock.advance(16 * MINUTE);
  await close(3);
  const third = new Notes();
  hub.join(channels, third, { lastId: second.messages.at(-1)!.id });
  assert.deepEqual(third.read.map(({ type }) => type), ["snapshot", "snapshot", "snapshot"]);
  const stranger = new Notes();
  hub.join(["bars:ES"], stranger, { lastId: third.messages.at(-1)!.id + 1_000_000 });
  assert.equal(stranger.read[0].type, "snapshot", "an id that was never sent resumes nothing");
  await market.close();
});

Deno.test("a reader that does not read is dropped with 1013 and counted; others go on", async () => {
  const { market, hub, clock, close } = openHub();
  const closed: number[] = [];
  let onText = (_: string) => {};
  const socket = {
    buffered: 0,
    send(text: string) {
      this.buffered += text.length;
    },
    close: (code: number) => void closed.push(code),
    onOpen: () => {},
    onText: (callback: (text: string) => void) => onText = callback,
    onClose: () => {},
  };
  readBySocket(socket, hub, clock);
  onText(JSON.stringify({ op: "subscribe", channels: ["bars:BTCUSDT"] }));
  const other = new Notes();
  hub.join(["bars:BTCUSDT"], other);
  await close(0);
  assert.deepEqual(closed, []);
  socket.buffered += 1_100_000;
  await close(1);
  onText(JSON.stringify({ op: "subscribe", channels: ["bars:ES"] }));
  assert.deepEqual([closed, hub.dropped, hub.readers], [[1013], 1, 1], "orders of one that is out");
  await close(2);
  assert.equal(other.read.length, 4);
  await market.close();
});

Deno.test("a reader of events that does not read is dropped and counted", async () => {
  const { market, hub, clock, feeds } = openHub();
  const request = new Request("http://127.0.0.1/api/v1/events?channels=bars:BTCUSDT");
  const { body } = eventStream(request, hub, clock);
  for (let minute = 0; minute < 20_000 && hub.dropped === 0; minute++) {
    feeds.get("binance")!.bar("BTCUSDT", minute);
  }
  assert.deepEqual([hub.dropped, hub.readers], [1, 0]);
  await assert.rejects(body!.getReader().read(), /too slow/);
  await market.close();
});

Deno.test("a WebSocket that orders too often, or at too great a length, is closed", async () => {
  const { market, hub, clock } = openHub();
  const orders = (texts: readonly string[]) => {
    const { codes, order } = openSocket(hub, clock);
    for (const text of texts) order(text);
    return codes;
  };
  const order = JSON.stringify({ op: "subscribe", channels: ["status"] });
  assert.deepEqual(orders(Array(50).fill(order)), []);
  assert.deepEqual(orders(Array(51).fill(order)), [1008]);
  assert.deepEqual(orders(["x".repeat(64_001)]), [1009]);
  await market.close();
});

Deno.test("a WebSocket that sends bytes is told that only text is read", async () => {
  await withApi(async ({ root }) => {
    const socket = new WebSocket(`${root.replace("http", "ws")}/api/v1/stream`);
    socket.onopen = () => socket.send(new Uint8Array([1, 2]));
    const { promise, resolve } = Promise.withResolvers<CloseEvent>();
    socket.onclose = resolve;
    const { code, reason } = await promise;
    assert.deepEqual([code, reason], [1003, "only text is read"]);
  });
});

Deno.test("a WebSocket subscribes, is refused an unknown channel, and unsubscribes", async () => {
  await withApi(async ({ root, feeds }) => {
    const socket = new WebSocket(`${root.replace("http", "ws")}/api/v1/stream`);
    const messages: Record<string, unknown>[] = [];
    let wake = () => {};
    socket.onmessage = ({ data }) => {
      messages.push(JSON.parse(data));
      wake();
    };
    const until = async (count: number) => {
      while (messages.length < count) await new Promise<void>((resolve) => wake = resolve);
    };
    const send = (op: string, ...channels: string[]) =>
      socket.send(JSON.stringify({ op, channels }));
    await new Promise((resolve) => socket.onopen = resolve);
    send("subscribe", "bars:BTCUSDT", "bars:NOPE");
    await until(2);
    assert.equal(messages[0]!.type, "snapshot");
    assert.deepEqual([messages[1]!.type, messages[1]!.channel], ["error", "bars:NOPE"]);
    feeds.get("binance")!.bar("BTCUSDT", 0);
    await until(3);
    assert.equal(messages[2]!.seq, (messages[0]!.seq as number) + 1);
    send("unsubscribe", "bars:BTCUSDT");
    send("subscribe", "alerts");
    await until(4);
    feeds.get("binance")!.bar("BTCUSDT", 1);
    socket.send("{");
    await until(5);
    assert.equal(messages[4]!.type, "error", "no bar came after unsubscribe");
    const ended = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await ended;
  });
});

Deno.test("server-sent events bring the same, and go on after the last id", async () => {
  await withApi(async ({ base, feeds, get }) => {
    const feed = feeds.get("binance")!;
    const read = async (count: number, lastId?: string) => {
      const response = await fetch(`${base}/events?channels=bars:BTCUSDT`, {
        headers: lastId === undefined ? {} : { "last-event-id": lastId },
      });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      const events = () => [...text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)];
      return async () => {
        while (events().length < count) text += (await reader.read()).value ?? "";
        await reader.cancel();
        return events().map(([, id, data]) => ({ id: id!, ...JSON.parse(data!) }));
      };
    };
    const first = await read(2);
    feed.bar("BTCUSDT", 0);
    const seen = await first();
    assert.deepEqual(seen.map(({ type }) => type), ["snapshot", "update"]);
    feed.bar("BTCUSDT", 1);
    const again = await (await read(1, seen[1]!.id))();
    assert.deepEqual([again[0].type, again[0].data.openTime], ["update", START + MINUTE]);
    assert.equal((await get("/events?channels=bars:NOPE")).status, 404);
    assert.equal((await get("/events")).status, 400);
    assert.equal((await get("/stream")).status, 400, "no upgrade");
  });
});

Deno.test("a WebSocket that comes back says what it has of each channel, and gets what it missed", async () => {
  const { market, hub, clock, close } = openHub();
  const open = (of = hub) => {
    const messages: { type: string; channel: string; seq: number; data: { openTime: number } }[] =
      [];
    let onText = (_: string) => {}, onClose = () => {};
    readBySocket(
      {
        buffered: 0,
        send: (text) => void messages.push(JSON.parse(text)),
        close: () => {},
        onOpen: () => {},
        onText: (callback) => onText = callback,
        onClose: (callback) => onClose = () => callback(),
      },
      of,
      clock,
    );
    const order = (after?: Record<string, number>) =>
      onText(JSON.stringify({ op: "subscribe", channels: ["bars:BTCUSDT", "bars:ES"], after }));
    return { messages, order, cut: () => onClose() };
  };
  // The channels stay open: somebody goes on.
  hub.join(["bars:BTCUSDT", "bars:ES"], new Notes());
  const first = open();
  first.order();
  await close(0);
  first.cut();
  const seqs = Object.fromEntries(first.messages.map(({ channel, seq }) => [channel, seq]));
  await close(1);
  const second = open();
  second.order(seqs);
  assert.deepEqual(
    second.messages.map(({ type, channel, seq, data }) => [
      type,
      seq - seqs[channel]!,
      data.openTime,
    ]),
    [["update", 1, START + MINUTE], ["update", 1, START + MINUTE]],
  );
  // One of another run, one that was never sent, and one that is known.
  const third = open();
  third.order({ "bars:BTCUSDT": 17, "bars:ES": seqs["bars:ES"]! + 100 });
  assert.deepEqual(third.messages.map(({ type }) => type), ["snapshot", "snapshot"]);
  const fourth = open();
  fourth.order({ status: 4 });
  assert.deepEqual(fourth.messages.map(({ type, channel }) => [type, channel]), [
    ["error", "status"],
  ]);
  second.cut();
  third.cut();
  await clock.advance(16 * MINUTE);
  await close(2);
  const late = open();
  late.order(seqs);
  assert.deepEqual(late.messages.map(({ type }) => type), ["snapshot", "snapshot"]);
  await market.close();
  // The server begins anew, and has sent more than the reader ever had.
  const again = fakeMarket();
  await again.clock.advance(MINUTE);
  const later = new StreamHub({ market: again.market, alerts: new AlertLog() }, again.clock);
  again.market.onEvent((event) => later.take(event));
  later.join(["bars:BTCUSDT", "bars:ES"], new Notes());
  for (let minute = 0; minute < 4; minute++) await again.close(minute);
  const stranger = open(later);
  stranger.order(seqs);
  assert.deepEqual(stranger.messages.map(({ type }) => type), ["snapshot", "snapshot"]);
  await again.market.close();
});

Deno.test("events that were cut off between two snapshots, or are asked for of other channels, begin with snapshots", async () => {
  const { market, hub, clock, close } = openHub();
  await close(0);
  const read = async (channels: string, lastId?: string) => {
    const headers = lastId === undefined ? {} : { "last-event-id": lastId };
    const request = new Request(`http://127.0.0.1/api/v1/events?channels=${channels}`, { headers });
    const reader = eventStream(request, hub, clock).body!.pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    const later = new Promise<{ readonly value?: undefined }>((resolve) =>
      setTimeout(() => resolve({}), 50)
    );
    for (let value: string | undefined = ""; value !== undefined;) {
      text += value;
      ({ value } = await Promise.race([reader.read(), later]));
    }
    void reader.cancel();
    return [...text.matchAll(/id: (\d+)\ndata: (.*)\n\n/g)]
      .map(([, id, data]) => ({ id: id!, ...JSON.parse(data!) }));
  };
  const other = new Notes();
  hub.join(["status", "bars:ES"], other);
  const whole = await read("bars:BTCUSDT,bars:ES");
  assert.deepEqual(whole.map(({ type }) => type), ["snapshot", "snapshot"]);
  await close(1);
  const typesOf = async (channels: string, id: string) =>
    (await read(channels, id)).map(({ type }) => type);
  const [cut, last] = whole.map(({ id }) => id);
  assert.deepEqual(await typesOf("bars:BTCUSDT,bars:ES", last!), ["update", "update"]);
  assert.deepEqual(await typesOf("bars:ES,bars:BTCUSDT", last!), ["update", "update"]);
  assert.deepEqual(await typesOf("bars:BTCUSDT,bars:ES", cut!), ["snapshot", "snapshot"]);
  assert.deepEqual(await typesOf("bars:ES,status", last!), ["snapshot", "snapshot"]);
  await market.close();
});

Deno.test("a server that stops closes its readers with 1001", async () => {
  const { market, hub, clock } = openHub();
  const { codes, order } = openSocket(hub, clock);
  order(JSON.stringify({ op: "subscribe", channels: ["status", "alerts"] }));
  const request = new Request("http://127.0.0.1/api/v1/events?channels=status");
  const events = eventStream(request, hub, clock).text();
  hub.close();
  assert.deepEqual(codes, [1001]);
  assert.match(await events, /snapshot/);
  await market.close();
});

Deno.test("1,000 cuts at random lose no update and repeat none", async () => {
  const { market, feeds, clock, hub } = openHub();
  const channels = ["bars:BTCUSDT", "bars:ES"];
  const next = { "bars:BTCUSDT": 0, "bars:ES": 0 } as Record<string, number>;
  let random = 7;
  const draw = (below: number) => {
    random = (random * 48_271) % 2_147_483_647;
    return random % below;
  };
  let lastId = NaN, wrong = 0, seen = 0, snapshots = 0;
  const newReader = () => {
    // Of what is sent, only so much arrives before the connection is cut.
    let left = 1 + draw(5);
    return {
      send({ id, channel, text }: StreamMessage) {
        if (left-- <= 0) return;
        lastId = id;
        const { type, seq } = JSON.parse(text);
        if (type === "snapshot") {
          snapshots++;
          next[channel] = seq + 1;
          return;
        }
        if (seq !== next[channel]) wrong++;
        next[channel] = seq + 1;
        seen++;
      },
    };
  };
  const first = {
    send({ id, channel, seq }: StreamMessage) {
      lastId = id;
      next[channel] = seq + 1;
    },
  };
  hub.join(channels, first);
  hub.leave(first);
  let minute = 0;
  for (let cut = 0; cut < 1_000; cut++) {
    const reader = newReader();
    hub.join(channels, reader, { lastId });
    for (let bars = draw(4); bars > 0; bars--) {
      feeds.get(draw(2) === 0 ? "binance" : "ibkr")!.bar(
        draw(2) === 0 ? "BTCUSDT" : "ES",
        minute++,
      );
    }
    hub.leave(reader);
    await clock.advance(10);
  }
  hub.join(channels, {
    send: ({ channel, text }) => {
      const { seq } = JSON.parse(text);
      if (seq !== next[channel]) wrong++;
      next[channel] = seq + 1;
      seen++;
    },
  }, { lastId });
  assert.deepEqual([wrong, snapshots], [0, 0]);
  assert.ok(seen > 1_000, `${seen} updates`);
  await market.close();
});

/** A reader by a socket that keeps nothing it is sent: the codes it was closed with, and how it orders. */
function openSocket(hub: StreamHub, clock: Clock) {
  const codes: number[] = [];
  let order: (text: string) => void = () => {};
  readBySocket(
    {
      buffered: 0,
      send: () => {},
      close: (code) => void codes.push(code),
      onOpen: () => {},
      onText: (callback) => order = callback,
      onClose: () => {},
    },
    hub,
    clock,
  );
  return { codes, order: (text: string) => order(text) };
}
