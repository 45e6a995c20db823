import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { productOf } from "../../../lib/calendar/products.ts";
import { instrumentOf } from "../../../lib/feeds/ibkr/instruments.ts";
import { DAY, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { encodeFrame } from "../../../lib/wire/tws_frame.ts";
import { START } from "../../simulator/tws/hand_truth.ts";
import { until, withServer } from "../../simulator/tws/server_fixture.ts";
import { differences, fastClock, loopbackFeed } from "./loopback.ts";

/** Seconds of the feed's clock that pass in one. */
const FAST = 20;

Deno.test("createIbkrFeed over @stoqey/ib closes every minute as the simulated TWS knows it", async () => {
  const speed = 120;
  await withServer({ speed }, async ({ truth, time, server }) => {
    const { feed, ledgers, events, failures } = loopbackFeed(server.port, { speed });
    feed.start();
    const begin = time.now();
    await until("5 minutes", () => time.now() >= begin + 5 * MINUTE);
    const settled = () => [...ledgers.values()].every((l) => l.settledTo >= begin + 4 * MINUTE);
    await until("all settled", settled);
    assert.equal(feed.snapshot().state, "live");
    for (const ledger of ledgers.values()) {
      assert.deepEqual(differences(truth, ledger, begin + 4 * MINUTE), []);
      assert.ok(ledger.coverage().streamed >= 2, `${ledger.coverage().streamed} streamed`);
    }
    assert.deepEqual(failures(), []);
    assert.ok(events.some((event) => event.kind === "clock"));
    assert.ok(Math.abs(feed.snapshot().venueTime - time.now()) < 3 * SECOND);
    assert.equal(server.stats().subscriptions, 2);
    assert.equal(server.stats().pacingViolations, 0);
    await feed.close();
  });
});

Deno.test("createIbkrFeed over @stoqey/ib follows gold, a micro and bitcoin while open, and lets go", async () => {
  const speed = 120;
  const truth = createMarketModel({ seed: 7, from: START - 2 * DAY });
  await withServer({ speed, truth }, async ({ time, server }) => {
    const futures = [{ symbol: "ES", exchange: "CME" }];
    const more = ["GC", "MES", "BTC"];
    const { feed, ledgers, failures } = loopbackFeed(server.port, { speed, futures, more });
    feed.start();
    await until("live", () => feed.snapshot().state === "live");
    for (const root of more) feed.follow(instrumentOf(productOf(root)));
    const begin = time.now();
    await until("4 minutes", () => time.now() >= begin + 4 * MINUTE);
    const settled = () => [...ledgers.values()].every((l) => l.settledTo >= begin + 3 * MINUTE);
    await until("all settled", settled);
    const contracts = new Map(
      feed.snapshot().streams.map(({ instrument, contract }) => [instrument, contract]),
    );
    assert.deepEqual([...contracts.values()], ["ESZ5", "GCG6", "MESZ5", "BTCZ5"]);
    for (const [root, ledger] of ledgers) {
      assert.ok(ledger.last!.openTime >= begin, root);
      assert.deepEqual(differences(truth, ledger, begin + 3 * MINUTE, contracts.get(root)), []);
    }
    assert.equal(server.stats().subscriptions, 4);
    feed.unfollow("GC");
    await until("gold's stream is gone", () => server.stats().subscriptions === 3);
    assert.deepEqual(failures(), []);
    assert.equal(server.stats().pacingViolations, 0);
    await feed.close();
  });
});

Deno.test("createIbkrFeed over @stoqey/ib emits every single trade that its minutes are made of", async () => {
  const speed = 60;
  const truth = createMarketModel({ seed: 7, from: START - 2 * DAY });
  const futures = ["ES", "NQ", "MES"].map((symbol) => ({ symbol, exchange: "CME" }));
  await withServer({ speed, truth, tickByTickLimit: 2 }, async ({ time, server }) => {
    const rig = loopbackFeed(server.port, { speed, futures, keepsTrades: true });
    rig.feed.start();
    await until("live", () => rig.feed.snapshot().state === "live");
    const begin = Math.ceil(time.now() / MINUTE) * MINUTE;
    await until("3 minutes", () => time.now() >= begin + 3 * MINUTE + 10 * SECOND);
    const of = (root: string) =>
      rig.events.flatMap((event) =>
        event.kind === "trade" && event.instrument === root ? [event] : []
      );
    for (const root of ["ES", "NQ"]) {
      const trades = of(root);
      assert.deepEqual(trades.map(({ id }) => id), trades.map((_, i) => i + 1));
      const minute = begin + MINUTE;
      const inMinute = trades.filter(({ time }) => time >= minute && time < minute + MINUTE);
      const real = truth.trades(`${root}Z5`, minute);
      assert.deepEqual(
        inMinute.map(({ price, size }) => [price, size]),
        real.map(({ price, size }) => [price, size]),
      );
      const sum = inMinute.reduce((sum, { size }) => sum + size, 0);
      assert.equal(sum, rig.ledgers.get(root)!.at(minute)!.volume);
    }
    const [es, nq, micro] = rig.feed.snapshot().streams.map(({ trades }) => trades!);
    assert.deepEqual([es!.refusal, nq!.refusal], [undefined, undefined]);
    assert.match(micro!.refusal!, /five-second bars only.*10190/);
    assert.equal(micro!.trades, 0);
    assert.ok(rig.ledgers.get("MES")!.last!.openTime >= begin, "its bars go on");
    assert.deepEqual(rig.failures(), []);
    assert.equal(server.stats().pacingViolations, 0);
    await rig.feed.close();
  });
});

Deno.test("createIbkrFeed over @stoqey/ib loses nothing to drops, stalls, damage and outages", async () => {
  const speed = 120;
  await withServer({ speed }, async ({ truth, time, server }) => {
    const { feed, ledgers, events } = loopbackFeed(server.port, { speed });
    feed.start();
    await until("live", () => feed.snapshot().state === "live");
    const faults = [
      () => server.drop(),
      () => server.corrupt(9),
      () => server.stall(240 * SECOND),
      () => server.interrupt(30 * SECOND, { streams: "kept" }),
      () => server.refuse(30 * SECOND),
      () => server.interrupt(30 * SECOND, { streams: "lost" }),
      () => server.delay(3 * SECOND, 30 * SECOND),
    ];
    for (const fault of faults) {
      fault();
      const end = time.now() + 45 * SECOND;
      await until("the fault", () => time.now() >= end);
    }
    await until("live again", () => feed.snapshot().state === "live", 10_000);
    const end = Math.floor(time.now() / MINUTE) * MINUTE + MINUTE;
    await until(
      "all settled",
      () => [...ledgers.values()].every((ledger) => ledger.settledTo >= end),
      10_000,
    );
    for (const ledger of ledgers.values()) {
      assert.deepEqual(differences(truth, ledger, end), []);
      assert.equal(ledger.coverage().revisions, 0);
    }
    const gaps = events.filter((event) => event.kind === "gap").length;
    const heals = events.filter((event) => event.kind === "heal").length;
    assert.ok(gaps >= 3 && heals >= 3, `${gaps} gaps, ${heals} heals`);
    await until("one connection", () => server.stats().sockets === 1);
    assert.equal(server.stats().subscriptions, 2);
    assert.equal(server.stats().pacingViolations, 0);
    await feed.close();
  });
});

Deno.test("createIbkrFeed over @stoqey/ib keeps up at 1800 venue seconds a second", async () => {
  const speed = 1_800;
  await withServer({ speed }, async ({ truth, time, server }) => {
    const { feed, ledgers } = loopbackFeed(server.port, { speed });
    feed.start();
    await until("live", () => feed.snapshot().state === "live");
    const end = time.now() + 40 * MINUTE;
    await until(
      "40 minutes",
      () => [...ledgers.values()].every((ledger) => ledger.settledTo >= end),
      10_000,
    );
    for (const ledger of ledgers.values()) assert.deepEqual(differences(truth, ledger, end), []);
    await feed.close();
  });
});

Deno.test("createIbkrFeed over @stoqey/ib says what refuses it", async () => {
  const listener = createTcpServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  const { feed, failures } = loopbackFeed(port);
  feed.start();
  await until("a failure", () => failures().length > 0);
  assert.equal(failures()[0]!.code, "refused");
  assert.equal(failures()[0]!.remedy, "retry");
  assert.ok(failures()[0]!.message.startsWith(
    `IB Gateway refused 127.0.0.1:${port}. Is it running, with API access enabled under Configuration, API, Settings?`,
  ));
  await feed.close();
});

Deno.test("createIbkrFeed over @stoqey/ib says that a host has no address", async () => {
  const { feed, failures } = loopbackFeed(4002, { host: "no-such-host.invalid" });
  feed.start();
  await until("a failure", () => failures().length > 0, 10_000);
  assert.equal(failures()[0]!.code, "unknown-host");
  assert.match(failures()[0]!.message, /no host named no-such-host\.invalid .*Check ibkr\.host/);
  await feed.close();
});

Deno.test("createIbkrFeed over @stoqey/ib tells a web server from TWS and stops", async () => {
  const web = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  await new Promise((resolve) => web.once("listening", resolve));
  const { port } = web.address() as AddressInfo;
  const { feed, failures } = loopbackFeed(port);
  feed.start();
  await until("a failure", () => failures().length > 0);
  const [error] = failures();
  assert.equal(error!.code, "not-tws");
  assert.equal(error!.remedy, "configure");
  assert.match(error!.message, /answered, but not as TWS: "HTTP\/1\.1 400 Bad Request"/);
  assert.equal(feed.snapshot().state, "failed");
  await feed.close();
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

Deno.test("createIbkrFeed over @stoqey/ib names each way a handshake can hang, within 10 seconds", async () => {
  const cases = [
    ["silent", "silent", "wait"],
    ["no-next-valid-id", "not-ready", "wait"],
    ["version-194", "unsupported-version", "give-up"],
  ] as const;
  await Promise.all(
    cases.map(([handshake, code, remedy]) =>
      withServer({ handshake }, async ({ server }) => {
        const clock = fastClock(FAST);
        const begin = clock.monotonic();
        const { feed, failures } = loopbackFeed(server.port, { clock });
        feed.start();
        await until(code, () => failures().length > 0);
        assert.equal(failures()[0]!.code, code);
        assert.equal(failures()[0]!.remedy, remedy);
        assert.ok(clock.monotonic() - begin < 10 * SECOND);
        const { startApi: _, ...others } = server.stats().requests;
        assert.deepEqual(others, {}, "nothing is asked before the venue is ready");
        await feed.close();
      })
    ),
  );
});

Deno.test("createIbkrFeed over @stoqey/ib says that a peer hung up early", async () => {
  const rude = createTcpServer((socket) => socket.resume().end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => rude.once("listening", resolve));
  const { feed, failures } = loopbackFeed((rude.address() as AddressInfo).port);
  feed.start();
  await until("a failure", () => failures().length > 0);
  assert.equal(failures()[0]!.code, "closed-early");
  await feed.close();
  await new Promise((resolve) => rude.close(resolve));
});

Deno.test("createIbkrFeed over @stoqey/ib survives frames that hang the package", async () => {
  const frames: [string, string, string][] = [
    ["length −4", "fffffffc", "broken-frame"],
    ["length 2147483647", "7fffffff00", "broken-frame"],
  ];
  for (const [what, hex, code] of frames) {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        const hello = new TextEncoder().encode("193\0now\0");
        socket.write(new Uint8Array([0, 0, 0, hello.length, ...hello]));
        socket.write(Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16)));
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { feed, failures } = loopbackFeed((server.address() as AddressInfo).port);
    feed.start();
    await until(what, () => failures().length > 0);
    assert.equal(failures()[0]!.code, code, what);
    await feed.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test("createIbkrFeed over @stoqey/ib passes over broken JSON about somebody's order", async () => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const frames = [["193", "now"], [4, 2, -1, 2109, "text", "{{"], [15, 1, "DU1"], [9, 1, 1]];
      for (const fields of frames) socket.write(encodeFrame(fields));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { feed, failures } = loopbackFeed((server.address() as AddressInfo).port);
  feed.start();
  await until("acceptance", () => feed.snapshot().state === "ready");
  assert.deepEqual(failures(), []);
  await feed.close();
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("createIbkrFeed over @stoqey/ib goes round a client id in use", async () => {
  await withServer({}, async ({ server }) => {
    const first = loopbackFeed(server.port);
    first.feed.start();
    await until("the first", () => first.feed.snapshot().state === "starting");
    const second = loopbackFeed(server.port);
    second.feed.start();
    await until("the second", () => second.feed.snapshot().state === "starting");
    assert.deepEqual(second.failures().map((error) => error.code), ["client-id-in-use"]);
    assert.match(second.failures()[0]!.message, /Client id 17 is in use.*Trying again as 1900/);
    assert.deepEqual(first.failures(), []);
    await Promise.all([first.feed.close(), second.feed.close()]);
  });
});

Deno.test("createIbkrFeed over @stoqey/ib goes without permission as told, and with delayed data", async () => {
  const permissions = { ES: "delayed", NQ: "delayed" } as const;
  await withServer({ permissions, speed: 120 }, async ({ server, time, truth }) => {
    const live = loopbackFeed(server.port, { speed: 120 });
    live.feed.start();
    await until("failed", () => live.feed.snapshot().state === "failed");
    assert.deepEqual(live.failures().map((error) => error.code), [
      "no-permission",
      "no-permission",
    ]);
    await live.feed.close();
    const delayed = loopbackFeed(server.port, { speed: 120, marketDataType: "delayed" });
    delayed.feed.start();
    await until("live", () => delayed.feed.snapshot().state === "live");
    const begin = time.now();
    const ledger = delayed.ledgers.get("ES")!;
    await until("minutes", () => (ledger.last?.openTime ?? 0) > begin - 9 * MINUTE, 10_000);
    assert.ok(ledger.bars().every((bar) => bar.source === "delayed"));
    assert.deepEqual(differences(truth, ledger, ledger.last!.openTime), []);
    const kinds = new Set(delayed.events.map((event) => event.kind));
    assert.ok(kinds.has("label") && kinds.has("forming"), [...kinds].join(" "));
    await delayed.feed.close();
  });
});

Deno.test("createIbkrFeed over @stoqey/ib rolls by the daily volumes that TWS tells", async () => {
  // In the model volume passes to the next quarter on Monday the 15th, a day after the customary roll.
  const days = [[15, "ESZ5", Date.UTC(2025, 11, 19, 14, 30)], [16, "ESH6", undefined]] as const;
  await Promise.all(days.map(async ([day, contract, rollAt]) => {
    const start = Date.UTC(2025, 11, day, 15);
    const truth = createMarketModel({ seed: 1, from: start - 20 * DAY });
    await withServer({ start, speed: 60, truth }, async ({ server }) => {
      const rig = loopbackFeed(server.port, { speed: 60, roll: "volume", backfillMs: 10 * MINUTE });
      rig.feed.start();
      const es = () => rig.feed.snapshot().streams[0]!;
      const hasCome = () => es().state === "live" && (day > 15 || es().next !== undefined);
      await until("bars", hasCome, 10_000);
      assert.equal(es().contract, contract);
      const told = rig.events.filter((event) => event.kind === "contract");
      if (rollAt !== undefined) assert.equal(told[0]!.rollAt, rollAt);
      // How much of it depends on the minutes seen so far.
      if (day === 15) await until("a share", () => es().next!.volumeShare > 0, 10_000);
      assert.deepEqual(rig.failures(), []);
      assert.equal(server.stats().pacingViolations, 0);
      await rig.feed.close();
    });
  }));
});

Deno.test("createIbkrFeed over @stoqey/ib starts and stops 20 times and leaves nothing", async () => {
  await withServer({ speed: 60 }, async ({ server }) => {
    for (let i = 0; i < 20; i++) {
      const { feed } = loopbackFeed(server.port, { speed: 60 });
      feed.start();
      if (i % 4 === 0) {
        await until(
          "ready",
          () => feed.snapshot().state === "starting" || feed.snapshot().state === "live",
        );
      } else await new Promise((resolve) => setTimeout(resolve, i));
      await feed.close();
      assert.equal(feed.snapshot().state, "closed");
    }
    await until("no socket", () => server.stats().sockets === 0);
  });
});
