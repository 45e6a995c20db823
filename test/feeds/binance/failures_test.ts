import assert from "node:assert/strict";
import type { MarketError, Remedy } from "../../../lib/model/errors.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { HttpFailure, type NetworkFault } from "../../../lib/runtime/http.ts";
import { type Bench, withBench } from "./harness.ts";

/** Every failure is one breath that names the host and what to do. */
function assertSaid(error: MarketError | undefined, code: string, remedy: Remedy, says: RegExp) {
  assert.ok(error !== undefined, `nothing was said of ${code}`);
  assert.deepEqual([error.code, error.remedy], [code, remedy]);
  assert.match(error.message, says);
  assert.ok(error.message.length < 400 && !error.message.includes("\n"));
  assert.equal(error.venue, "binance");
}

const lastFailure = (bench: Bench) => bench.of("failure").at(-1)?.error;

const STATUSES: [number, string, Remedy, RegExp][] = [
  [
    451,
    "geo-blocked",
    "configure",
    /Binance does not serve this location \(HTTP 451 from (api|stream)\.test.*binance\.streamUrl/,
  ],
  [403, "forbidden", "wait", /HTTP 403 from (api|stream)\.test.*in 60 s.*change the network/],
  [429, "rate-limited", "wait", /HTTP 429 from (api|stream)\.test.*waits 60 s/],
  [418, "banned", "wait", /HTTP 418 from (api|stream)\.test.*waits 120 s/],
  [503, "server-error", "retry", /HTTP 503 from (api|stream)\.test.*tried again/],
  [
    404,
    "not-binance",
    "configure",
    /(api|stream)\.test(:9443)? answered, but not as Binance \(HTTP 404/,
  ],
];

Deno.test("createBinanceFeed explains every HTTP status of REST within 10 s", async () => {
  for (const [status, code, remedy, says] of STATUSES) {
    await withBench({}, async (bench) => {
      bench.venue.restAnswer = () => ({ status, text: "<html>no</html>" });
      await bench.advance(SECOND);
      assertSaid(lastFailure(bench), code, remedy, says);
      await bench.advance(30 * SECOND);
      const isRetried = bench.venue.requests.length > 1;
      if (remedy !== "wait") assert.equal(isRetried, remedy === "retry", `${status}`);
      if (remedy === "configure") assert.equal(bench.feed.snapshot().state, "failed");
    });
  }
});

Deno.test("createBinanceFeed explains every HTTP status of the stream's upgrade within 10 s", async () => {
  for (const [status, code, remedy, says] of STATUSES) {
    await withBench({}, async (bench) => {
      bench.venue.dialAnswer = () => status;
      await bench.advance(SECOND);
      assertSaid(lastFailure(bench), code, remedy, says);
      await bench.advance(30 * SECOND);
      if (remedy !== "wait") assert.equal(bench.venue.dials > 1, remedy === "retry", `${status}`);
    });
  }
});

Deno.test("createBinanceFeed explains every way of not reaching the host and goes on trying", async () => {
  const faults: [NetworkFault, RegExp][] = [
    ["host-not-found", /api\.test cannot be found.*binance\.restUrl/],
    ["refused", /api\.test refused the connection.*binance\.restUrl/],
    ["unreachable", /api\.test is out of reach/],
    ["tls", /No trusted TLS connection.*api\.test/],
    ["timeout", /api\.test did not answer within 8 s/],
    ["lost", /api\.test broke before it answered/],
  ];
  for (const [fault, says] of faults) {
    await withBench({}, async (bench) => {
      const works = bench.venue.restAnswer;
      bench.venue.restAnswer = () => {
        throw new HttpFailure(fault, "told by the system");
      };
      await bench.advance(SECOND);
      assertSaid(lastFailure(bench), fault, "retry", says);
      bench.venue.restAnswer = works;
      await bench.advance(MINUTE);
      assert.equal(bench.feed.snapshot().state, "live");
      assert.equal(bench.feed.snapshot().lastError, undefined);
    });
  }
});

Deno.test("createBinanceFeed tells a missing permission and a peer without HTTP from passing trouble", async () => {
  const faults: [NetworkFault, string, RegExp][] = [
    ["not-permitted", "not-permitted", /--allow-net=api\.test/],
    ["not-http", "not-binance", /api\.test answered, but not as Binance/],
  ];
  for (const [fault, code, says] of faults) {
    await withBench({}, async (bench) => {
      bench.venue.restAnswer = () => {
        throw new HttpFailure(fault, "told by the system");
      };
      await bench.advance(SECOND);
      assertSaid(lastFailure(bench), code, "configure", says);
      assert.equal(bench.feed.snapshot().state, "failed");
    });
  }
});

Deno.test("createBinanceFeed takes well-formed answers of another server for what they are", async () => {
  for (const text of ["<html>hotel wifi</html>", "{}", '{"serverTime":"soon"}']) {
    await withBench({}, async (bench) => {
      bench.venue.restAnswer = () => ({ text });
      await bench.advance(SECOND);
      assertSaid(lastFailure(bench), "not-binance", "configure", /not as Binance/);
    });
  }
});

Deno.test("createBinanceFeed says that a host never answers within 10 s, for REST and for the stream", async () => {
  await withBench({}, async (bench) => {
    bench.venue.isStalled = true;
    await bench.advance(9 * SECOND);
    assertSaid(lastFailure(bench), "timeout", "retry", /api\.test did not answer within 8 s/);
  });
  await withBench({}, async (bench) => {
    bench.venue.dialAnswer = () => "silent";
    await bench.advance(9 * SECOND);
    assertSaid(lastFailure(bench), "timeout", "retry", /stream\.test:9443 did not answer/);
  });
});

Deno.test("createBinanceFeed gives up an unknown symbol at once and streams the others", async () => {
  const options = { symbols: ["NOSUCH", "BTCUSDT"], listed: ["BTCUSDT"] };
  await withBench(options, async (bench) => {
    await bench.advance(3 * SECOND);
    assertSaid(
      lastFailure(bench),
      "unknown-symbol",
      "configure",
      /^Binance does not know symbol NOSUCH/,
    );
    await bench.advance(3 * MINUTE);
    const { state, streams } = bench.feed.snapshot();
    assert.equal(state, "live");
    assert.deepEqual(streams.map((stream) => stream.state), ["failed", "live"]);
    assert.equal(streams[0]!.error?.code, "unknown-symbol");
    bench.assertTruth("BTCUSDT");
    bench.venue.drop();
    await bench.advance(MINUTE);
    assert.equal(
      bench.of("failure").filter(({ error }) => error.instrument === "NOSUCH").length,
      1,
    );
  });
});

Deno.test("createBinanceFeed fails when Binance knows none of the symbols", async () => {
  await withBench({ symbols: ["NOSUCH", "NORTHIS"], listed: [] }, async (bench) => {
    await bench.advance(3 * SECOND);
    assert.equal(bench.feed.snapshot().state, "failed");
    assert.match(bench.feed.snapshot().lastError!.message, /does not know symbol/);
  });
});

Deno.test("createBinanceFeed says that a subscription was accepted and stays empty", async () => {
  await withBench({}, async (bench) => {
    bench.venue.muted.add("btcusdt@kline_1m").add("btcusdt@trade");
    await bench.advance(17 * SECOND);
    assertSaid(
      lastFailure(bench),
      "no-first-data",
      "retry",
      /accepted the subscription btcusdt@kline_1m at stream\.test:9443 but sent nothing for 15 s/,
    );
    assert.ok(!bench.of("transition").some(({ to }) => to === "live"), "live without data");
    bench.venue.muted.clear();
    await bench.advance(MINUTE);
    assert.equal(bench.feed.snapshot().state, "live");
  });
});

Deno.test("createBinanceFeed says that what it was sent could not be used, when it was", async () => {
  await withBench({}, async (bench) => {
    bench.venue.mangle = (frame) => [frame.replaceAll('"o":"', '"o":"about ')];
    await bench.advance(17 * SECOND);
    assertSaid(
      lastFailure(bench),
      "no-first-data",
      "retry",
      /but of what it sent, \d+ frames could not be used .*and no bar came for 1[45] s/,
    );
  });
});

Deno.test("createBinanceFeed goes live without the one stream that never speaks, and says which", async () => {
  await withBench({ symbols: ["BTCUSDT", "ETHUSDT"] }, async (bench) => {
    bench.venue.muted.add("ethusdt@kline_1m");
    await bench.advance(18 * SECOND);
    const { state, streams } = bench.feed.snapshot();
    assert.equal(state, "live");
    assert.deepEqual(streams.map((stream) => stream.state), ["live", "stale"]);
    assertSaid(
      lastFailure(bench),
      "no-first-data",
      "retry",
      /ethusdt@kline_1m .*nothing for 1[45] s/,
    );
    assert.equal(streams[1]!.resubscribes, 1);
  });
});

Deno.test("createBinanceFeed keeps streaming while REST fails, leaves the hole open, and heals it later", async () => {
  for (const status of [500, 429]) {
    await withBench({}, async (bench) => {
      await bench.advance(MINUTE);
      bench.venue.restAnswer = () => ({ status, headers: { "retry-after": "7" } });
      bench.venue.mangle = (frame) => frame.includes('"x":true') ? [] : [frame];
      await bench.advance(2 * MINUTE);
      bench.venue.mangle = (frame) => [frame];
      await bench.advance(3 * MINUTE);
      const { missing } = bench.ledgers.get("BTCUSDT")!.coverage();
      assert.deepEqual(missing.map(({ minutes }) => minutes), [2]);
      const { state, lastError } = bench.feed.snapshot();
      assert.equal(state, "live");
      assert.match(lastError!.message, new RegExp(`${status}`));
      assert.equal(bench.of("failure").length, 1, "told once, not at each try");
      bench.venue.restAnswer = () => undefined;
      await bench.advance(MINUTE);
      bench.assertTruth("BTCUSDT");
      assert.equal(bench.feed.snapshot().lastError, undefined);
      assert.equal(bench.feed.snapshot().reconnects, 0);
    });
  }
});

Deno.test("createBinanceFeed asks nothing of a host for as long as its Retry-After says", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(100 * SECOND);
    let limitedAt = NaN;
    venue.restAnswer = () => {
      limitedAt = bench.clock.monotonic();
      return { status: 429, headers: { "retry-after": "7" } };
    };
    while (Number.isNaN(limitedAt)) await bench.advance(SECOND);
    venue.restAnswer = () => undefined;
    venue.drop();
    await bench.advance(MINUTE);
    const next = venue.requests.find(({ at }) => at > limitedAt);
    assert.ok(next !== undefined && next.at - limitedAt >= 7_000 - venue.latencyMs);
    assert.equal(bench.feed.snapshot().state, "live");
  });
});

Deno.test("createBinanceFeed spreads its tries while refused and never makes 300 in five minutes", async () => {
  let state = 11;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  await withBench({ random }, async (bench) => {
    bench.venue.dialAnswer = () => 503;
    await bench.advance(10 * MINUTE);
    assert.ok(bench.venue.dials > 5 && bench.venue.dials < 60, `${bench.venue.dials} dials`);
    bench.venue.dialAnswer = () => "open";
    await bench.advance(90 * SECOND);
    assert.equal(bench.feed.snapshot().state, "live");
  });
});
