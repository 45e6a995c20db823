import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { type Bench, START, withBench } from "./harness.ts";

Deno.test("createBinanceFeed fills the last 24 h exactly, leaves the forming row out, then goes live", async () => {
  await withBench({ symbols: ["BTCUSDT", "ETHUSDT"], backfillMs: DAY }, async (bench) => {
    await bench.advance(400);
    for (const ledger of bench.ledgers.values()) assert.equal(ledger.coverage().backfilled, 1_440);
    assert.equal(bench.feed.snapshot().state, "starting", "live before the first data");
    await bench.advance(5 * SECOND);
    assert.equal(bench.feed.snapshot().state, "live");
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      const ledger = bench.ledgers.get(symbol)!;
      assert.equal(ledger.from, Math.floor((START - DAY) / MINUTE) * MINUTE);
      assert.equal(ledger.last?.openTime, Math.floor(START / MINUTE) * MINUTE - MINUTE);
      assert.equal(bench.assertTruth(symbol, 0), 1_440);
      assert.equal(ledger.coverage().backfilled, 1_440);
      assert.deepEqual(ledger.coverage().missing, []);
    }
    assert.deepEqual(
      bench.of("transition").map(({ to }) => to),
      ["connecting", "handshake", "ready", "starting", "live"],
    );
    await bench.advance(5 * MINUTE);
    assert.equal(bench.assertTruth("BTCUSDT"), 1_445);
    assert.equal(bench.ledgers.get("BTCUSDT")!.coverage().streamed, 5);
    assert.equal(bench.venue.requests.filter(({ path }) => path.includes("klines")).length, 4);
    assert.deepEqual(bench.of("gap"), []);
    assert.deepEqual(bench.venue.sent, [], "streams stand in the URL: nothing to subscribe");
  });
});

Deno.test("createBinanceFeed is not live before the last day is there, though data flow", async () => {
  await withBench({}, async (bench) => {
    bench.venue.latencyMs = 3 * SECOND;
    await bench.advance(8 * SECOND);
    assert.ok(bench.of("forming").length > 0);
    assert.equal(bench.feed.snapshot().state, "starting");
    await bench.advance(2 * SECOND);
    assert.equal(bench.feed.snapshot().state, "live");
  });
});

/** Nothing is told of a minute after its close, and no trade twice. Returns how many forming bars came. */
function assertFleeting(bench: Bench): number {
  const closed = new Set<string>();
  const newest = new Map<string, number>();
  let forming = 0;
  for (const event of bench.events) {
    if (event.kind === "bar") closed.add(`${event.instrument} ${event.bar.openTime}`);
    if (event.kind === "trade") {
      assert.ok(event.time > (newest.get(event.instrument) ?? 0), "a trade told twice");
      newest.set(event.instrument, event.time);
    }
    if (event.kind !== "forming") continue;
    assert.equal(event.bar.closed, false);
    assert.ok(!closed.has(`${event.instrument} ${event.bar.openTime}`), "forming after its close");
    forming++;
  }
  return forming;
}

Deno.test("createBinanceFeed tells the forming minute between klines and never after its close", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(10 * MINUTE);
    const forming = assertFleeting(bench);
    assert.ok(forming >= 10 * 19, `only ${forming} forming bars`);
    assert.ok(bench.of("trade").length >= 190);
  });
});

Deno.test("createBinanceFeed takes no minute for absent because its row cannot be read", async () => {
  await withBench({}, async (bench) => {
    const minute = Math.floor(START / MINUTE) * MINUTE - 30 * MINUTE;
    bench.venue.mangleRows = (rows) => rows.replace(`[${minute},"`, `[${minute},"?`);
    await bench.advance(20 * SECOND);
    const { missing, absent } = bench.ledgers.get("BTCUSDT")!.coverage();
    assert.equal(absent, 0);
    assert.deepEqual(missing.map(({ from, minutes }) => [from, minutes]), [[minute, 1]]);
    bench.venue.mangleRows = (rows) => rows;
    await bench.advance(MINUTE);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed heals a cut of 90 s over a boundary and tells gap and heal", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(2 * MINUTE);
    bench.venue.dialAnswer = () => 503;
    bench.venue.drop();
    await bench.advance(90 * SECOND);
    assert.notEqual(bench.feed.snapshot().state, "live");
    bench.venue.dialAnswer = () => "open";
    await bench.advance(3 * MINUTE);
    assert.equal(bench.feed.snapshot().state, "live");
    bench.assertTruth("BTCUSDT");
    const [gap] = bench.of("gap");
    assert.equal(gap?.reason, "there was no connection");
    const [heal] = bench.of("heal");
    assert.ok(heal !== undefined && heal.filled >= 1 && heal.absent === 0);
    const coverage = bench.ledgers.get("BTCUSDT")!.coverage();
    assert.equal(coverage.healed, heal.filled);
    assert.deepEqual(coverage.missing, []);
    assert.equal(bench.feed.snapshot().streams[0]!.gaps, bench.of("gap").length);
  });
});

Deno.test("createBinanceFeed replaces a half-open connection within 15 s of silence", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(MINUTE);
    bench.venue.isStalled = true;
    await bench.advance(15 * SECOND);
    const states = bench.of("transition").map(({ to }) => to);
    assert.deepEqual(states.slice(4, 7), ["live", "stale", "recovering"]);
    assert.match(bench.feed.snapshot().lastError!.message, /socket open but silent/);
    await bench.advance(2 * MINUTE);
    bench.venue.isStalled = false;
    await bench.advance(4 * MINUTE);
    assert.equal(bench.feed.snapshot().state, "live");
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed keeps a minute open until REST, lagging by two bars, has it", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(MINUTE);
    bench.venue.lagMs = 2 * MINUTE;
    // Only the closing messages are lost.
    bench.venue.mangle = (frame) => frame.includes('"x":true') ? [] : [frame];
    await bench.advance(10 * MINUTE);
    const coverage = bench.ledgers.get("BTCUSDT")!.coverage();
    assert.equal(coverage.absent, 0, "a late minute was taken for an absent one");
    assert.ok(coverage.missing.length > 0);
    bench.venue.lagMs = 0;
    await bench.advance(MINUTE);
    bench.assertTruth("BTCUSDT", 30 * SECOND);
    assert.equal(bench.feed.snapshot().reconnects, 0);
    const asked = bench.venue.requests.filter(({ path }) => path.includes("klines")).length;
    assert.ok(asked < 150, `${asked} requests are too many`);
  });
});

Deno.test("createBinanceFeed takes a minute for absent only on the venue's own proof", async () => {
  await withBench({}, async (bench) => {
    for (let i = 1; i <= 5; i++) {
      bench.venue.missing.add(Math.floor(START / MINUTE) * MINUTE + i * MINUTE);
      bench.venue.missing.add(Math.floor(START / MINUTE) * MINUTE - (10 + i) * MINUTE);
    }
    // A stop of the venue: klines end, so the socket is taken for silent; history stays.
    await bench.advance(12 * MINUTE);
    const coverage = bench.ledgers.get("BTCUSDT")!.coverage();
    assert.equal(coverage.absent, 10);
    assert.deepEqual(coverage.missing.map(({ minutes }) => minutes), [5, 5]);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed is not misled by a row of klines from the future", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    venue.mangleRows = (rows) => {
      const all = JSON.parse(rows);
      const day = Math.floor(venue.now() / MINUTE) * MINUTE + DAY;
      return JSON.stringify([...all, all.at(-1).with(0, day).with(6, day + MINUTE - 1)]);
    };
    // The newest minute ended long enough ago to be called absent, were there proof.
    venue.lagMs = 2 * MINUTE;
    venue.mangle = (frame) => frame.includes('"x":true') ? [] : [frame];
    await bench.advance(10 * MINUTE);
    const ledger = bench.ledgers.get("BTCUSDT")!;
    assert.equal(ledger.coverage().absent, 0);
    assert.ok(ledger.to <= venue.now());
    for (const bar of ledger.bars()) {
      assert.equal(bar.trades, venue.minute("BTCUSDT", bar.openTime)?.trades, "half a minute");
    }
  });
});

Deno.test("createBinanceFeed does not hammer a REST side that always gives the same page", async () => {
  await withBench({ backfillMs: DAY }, async (bench) => {
    let first: string | undefined;
    bench.venue.mangleRows = (rows) => first ??= rows;
    await bench.advance(MINUTE);
    const asked = bench.venue.requests.length;
    assert.ok(asked < 20, `${asked} requests in a minute`);
    assert.equal(bench.ledgers.get("BTCUSDT")!.coverage().absent, 0);
  });
});

Deno.test("createBinanceFeed survives damaged, doubled and reordered frames", async () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    let state = seed;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    await withBench({ symbols: ["BTCUSDT", "ETHUSDT"] }, async (bench) => {
      await bench.advance(5 * SECOND);
      let held: string | undefined;
      bench.venue.mangle = (frame) => {
        const dice = random();
        if (dice < 0.05) return [frame.slice(0, random() * frame.length)];
        if (dice < 0.1) return [frame.replace(/"h":"\d+/, '"h":"1')];
        if (dice < 0.15) return [frame.replace(/"E":\d+/, '"E":4100000000000')];
        if (dice < 0.2) return [];
        if (dice < 0.4) return [frame, frame];
        if (dice < 0.6 && held === undefined) return held = frame, [];
        const before = held === undefined || random() < 0.5 ? [] : [held];
        if (before.length > 0) held = undefined;
        return [frame, ...before];
      };
      await bench.advance(20 * MINUTE);
      bench.venue.mangle = (frame) => [frame];
      await bench.advance(MINUTE);
      for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
        assert.ok(bench.assertTruth(symbol) >= 139, `seed ${seed}`);
        assert.equal(bench.ledgers.get(symbol)!.coverage().revisions, 0);
      }
      assertFleeting(bench);
      const closes = bench.of("bar").map(({ instrument, bar }) => `${instrument} ${bar.openTime}`);
      assert.equal(new Set(closes).size, closes.length, "a minute closed twice");
    });
  }
});

Deno.test("createBinanceFeed equals the truth through 40 seeds of random cuts and stalls", async () => {
  let minutes = 0;
  let reconnects = 0;
  for (let seed = 1; seed <= 40; seed++) {
    let state = seed * 7_919;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    await withBench({ backfillMs: HOUR, speed: 20, random }, async (bench) => {
      for (let fault = 0; fault < 8; fault++) {
        await bench.advance((20 + random() * 160) * SECOND);
        if (random() < 0.5) bench.venue.drop();
        else {
          bench.venue.isStalled = true;
          await bench.advance(random() * 100 * SECOND);
          bench.venue.isStalled = false;
        }
      }
      await bench.advance(4 * MINUTE);
      assert.equal(bench.feed.snapshot().state, "live", `seed ${seed}`);
      minutes += bench.assertTruth("BTCUSDT", 20 * SECOND);
      reconnects += bench.feed.snapshot().reconnects;
    });
  }
  assert.ok(minutes > 3_000 && reconnects > 250, `${minutes} minutes, ${reconnects} reconnections`);
});

Deno.test("createBinanceFeed merges stream and history to the same bars in 200 orders of arrival", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    let state = seed * 104_729;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    await withBench({ backfillMs: 10 * MINUTE, random }, async (bench) => {
      bench.venue.latencyMs = random() * 6_000;
      bench.venue.lagMs = seed % 3 === 0 ? random() * 2 * MINUTE : 0;
      await bench.advance(random() * MINUTE);
      bench.venue.latencyMs = random() * 3_000;
      bench.venue.drop();
      await bench.advance((10 + random() * 50) * SECOND);
      bench.venue.lagMs = 0;
      await bench.advance(100 * SECOND);
      assert.ok(bench.assertTruth("BTCUSDT", 15 * SECOND) >= 11, `seed ${seed}`);
      assert.equal(bench.feed.snapshot().state, "live", `seed ${seed}`);
    });
  }
});

Deno.test("createBinanceFeed asks for the venue's time again and takes no frame from the future", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(5 * SECOND);
    const asked = () => bench.venue.requests.filter(({ path }) => path === "/api/v3/time").length;
    assert.equal(asked(), 1);
    await bench.advance(5 * MINUTE);
    assert.equal(asked(), 6, "about once a minute");
    const frame = {
      e: "trade",
      E: bench.venue.now() + DAY,
      s: "BTCUSDT",
      t: 1e12,
      p: "1.0",
      q: "1.0",
    };
    bench.venue.broadcast(JSON.stringify({ ...frame, T: frame.E, m: true }));
    assert.ok(!bench.of("trade").some(({ price }) => price === 1));
    await bench.advance(12 * SECOND);
    assert.equal(asked(), 7, "a doubtful clock is asked about soon");
    bench.assertTruth("BTCUSDT");
    assert.ok(Math.abs(bench.feed.snapshot().venueTime - bench.venue.now()) < 50);
  });
});

Deno.test("createBinanceFeed refuses options it cannot begin with", () => {
  const context = {
    ...{ clock: systemClock, random: Math.random, log: silentLog, speed: 1, backfillMs: HOUR },
    source: "simulated" as const,
    ledgers: new Map([["BTCUSDT", new MinuteLedger("BTCUSDT", () => true)]]),
    emit: () => {},
  };
  const good = { streamUrl: "wss://s.test", restUrl: "https://r.test", symbols: ["BTCUSDT"] };
  const bad: [Partial<typeof good>, RegExp][] = [
    [{ streamUrl: "https://s.test" }, /binance\.streamUrl must be a URL.*wss:.*https:\/\/s\.test/],
    [{ restUrl: "r.test" }, /binance\.restUrl must be a URL/],
    [{ symbols: ["btcusdt"] }, /uppercase names, got btcusdt/],
    [{ symbols: ["BTCUSDT", "BTCUSDT"] }, /different/],
    [{ symbols: ["ETHUSDT"] }, /ledgers must hold ETHUSDT/],
  ];
  for (const [options, says] of bad) {
    assert.throws(() => createBinanceFeed(context, { ...good, ...options }), says);
  }
  const { instruments } = createBinanceFeed(context, good);
  assert.deepEqual(instruments, [
    { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
  ]);
});
