import assert from "node:assert/strict";
import { binanceAdapter } from "../../../lib/feeds/binance/adapter.ts";
import { VenueHosts } from "../../../lib/feeds/streaming/venue_hosts.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { NetworkFault } from "../../../lib/runtime/http.ts";
import { type BenchOptions, withBench } from "../binance/harness.ts";

const ALTERNATIVES: BenchOptions = {
  streamAlternatives: ["wss://stream.test:443", "wss://data-stream.test"],
  restAlternatives: ["https://data-api.test"],
};

const hostsOf = (urls: readonly string[]) =>
  new VenueHosts({
    words: binanceAdapter("spot", "binance").explain,
    side: "stream",
    url: urls[0]!,
    alternatives: urls.slice(1),
  });

Deno.test("VenueHosts goes round by unreachable hosts alone, and late word moves nothing", () => {
  const hosts = hostsOf(["wss://a.test/", "wss://b.test", "wss://c.test"]);
  const first = hosts.present;
  assert.equal(first.url, "wss://a.test");
  const said = hosts.unreachable(first, "refused", { limitMs: 0 }).message;
  assert.match(said, /a\.test refused.*Next is b\.test, another host of the venue/);
  assert.equal(hosts.present.host, "b.test");
  hosts.unreachable(first, "timeout", { limitMs: 0 });
  assert.equal(hosts.present.host, "b.test", "word of a host that was left long ago");
  for (const host of ["c.test", "a.test"]) {
    hosts.unreachable(hosts.present, "host-not-found", { limitMs: 0 });
    assert.equal(hosts.present.host, host);
  }
});

Deno.test("VenueHosts keeps its only host, and refuses one named twice", () => {
  const alone = hostsOf(["wss://a.test"]);
  assert.match(
    alone.unreachable(alone.present, "refused", { limitMs: 0 }).message,
    /tried again/,
  );
  assert.equal(alone.present.host, "a.test");
  assert.throws(() => hostsOf(["wss://a.test", "wss://a.test/"]), /different, got wss:\/\/a\.test/);
  assert.throws(() => hostsOf(["wss://a.test", "b.test"]), /binance\.streamAlternatives must be/);
});

Deno.test("VenueHosts names the proxy on the way, without its password", () => {
  const before = Deno.env.get("HTTPS_PROXY");
  Deno.env.set("HTTPS_PROXY", "http://me:s3cret@proxy.lan:3128");
  try {
    for (const fault of [...FAULTS, "proxy"] as const) {
      const { message, remedy } = hostsOf(["wss://a.test"]).unreachable(
        hostsOf(["wss://a.test"]).present,
        fault,
        { limitMs: 0 },
      );
      assert.match(message, /the proxy http:\/\/\*\*\*@proxy\.lan:3128 that HTTPS_PROXY names/);
      assert.ok(!message.includes("s3cret") && message.length < 500);
      assert.equal(remedy, "retry");
    }
    const local = hostsOf(["ws://127.0.0.1:9080"]);
    assert.doesNotMatch(
      local.unreachable(local.present, "refused", { limitMs: 0 }).message,
      /HTTPS_PROXY/,
    );
  } finally {
    if (before === undefined) Deno.env.delete("HTTPS_PROXY");
    else Deno.env.set("HTTPS_PROXY", before);
  }
});

Deno.test("VenueHosts passes by an alternative without permission, and stops at its own host", () => {
  const hosts = hostsOf(["wss://a.test", "wss://b.test"]);
  const own = hosts.unreachable(hosts.present, "not-permitted", { limitMs: 0 });
  assert.deepEqual([own.remedy, hosts.present.host], ["configure", "a.test"]);
  hosts.unreachable(hosts.present, "refused", { limitMs: 0 });
  const other = hosts.unreachable(hosts.present, "not-permitted", { limitMs: 0 });
  assert.deepEqual([other.code, other.remedy], ["not-permitted", "retry"]);
  assert.match(other.message, /--allow-net=b\.test.*streamAlternatives.*Next is a\.test/);
  assert.equal(hosts.present.host, "a.test");
});

const FAULTS: NetworkFault[] = [
  "host-not-found",
  "refused",
  "unreachable",
  "tls",
  "timeout",
  "lost",
];

Deno.test("createBinanceFeed turns to the alternatives of both sides when their hosts cannot be reached, and says so", async () => {
  for (const fault of FAULTS) {
    await withBench(ALTERNATIVES, async (bench) => {
      const { venue } = bench;
      venue.hostFault = (host) =>
        ["api.test", "stream.test:9443", "stream.test"].includes(host) ? fault : undefined;
      await bench.advance(MINUTE);
      assert.equal(bench.feed.snapshot().state, "live", fault);
      assert.deepEqual(venue.dialled, ["stream.test:9443", "stream.test", "data-stream.test"]);
      const said = bench.of("failure").map(({ error }) => error.message);
      assert.equal(said.length, 3);
      assert.match(said[0]!, /api\.test.*Next is data-api\.test/);
      assert.match(said[1]!, /stream\.test:9443.*Next is stream\.test, another host/);
      assert.match(said[2]!, /stream\.test.*Next is data-stream\.test/);
      await bench.advance(3 * MINUTE);
      assert.ok(bench.assertTruth("BTCUSDT") >= 122);
      const asked = venue.requests.filter(({ host }) => host === "api.test").length;
      assert.equal(asked, 1, "a host that was left is not asked");
    });
  }
});

Deno.test("createBinanceFeed goes back to its own host when the alternative fails in turn, losing nothing", async () => {
  await withBench(ALTERNATIVES, async (bench) => {
    const { venue } = bench;
    await bench.advance(2 * MINUTE);
    assert.deepEqual([...new Set(venue.dialled)], ["stream.test:9443"]);
    for (const bad of [["api.test", "stream.test:9443"], ["data-api.test", "stream.test"]]) {
      venue.hostFault = (host) => bad.includes(host) ? "refused" : undefined;
      venue.drop();
      await bench.advance(2 * MINUTE);
      assert.equal(bench.feed.snapshot().state, "live");
      bench.assertTruth("BTCUSDT");
    }
    assert.equal(venue.dialled.at(-1), "data-stream.test");
    assert.equal(venue.requests.at(-1)!.host, "api.test");
  });
});

Deno.test("createBinanceFeed never goes round a refusal by another host", async () => {
  for (const status of [451, 403]) {
    await withBench(ALTERNATIVES, async (bench) => {
      bench.venue.restAnswer = () => ({ status, text: "no" });
      await bench.advance(5 * MINUTE);
      assert.deepEqual([...new Set(bench.venue.requests.map(({ host }) => host))], ["api.test"]);
      assert.equal(bench.feed.snapshot().state, status === 451 ? "failed" : "live");
    });
    await withBench(ALTERNATIVES, async (bench) => {
      bench.venue.dialAnswer = () => status;
      await bench.advance(5 * MINUTE);
      assert.deepEqual([...new Set(bench.venue.dialled)], ["stream.test:9443"]);
      assert.equal(bench.feed.snapshot().state, status === 451 ? "failed" : "recovering");
    });
  }
});

Deno.test("createBinanceFeed waits out 429 and 418 at the host that said so", async () => {
  for (const [status, code] of [[429, "rate-limited"], [418, "banned"]] as const) {
    await withBench(ALTERNATIVES, async (bench) => {
      const { venue } = bench;
      await bench.advance(20 * SECOND);
      venue.restAnswer = () => ({ status, headers: { "retry-after": "90" } });
      const before = venue.requests.length;
      await bench.advance(50 * SECOND);
      assert.equal(venue.requests.length, before + 1, `${status}`);
      assert.equal(bench.of("failure").at(-1)?.error.code, code);
      venue.restAnswer = () => undefined;
      const limitedAt = venue.requests.at(-1)!.at;
      // Neither a new connection nor another host shortens the wait.
      venue.drop();
      venue.hostFault = (host) => host === "api.test" ? "refused" : undefined;
      await bench.advance(3 * MINUTE);
      const next = venue.requests[before + 1]!;
      assert.ok(next.at - limitedAt >= 90 * SECOND - venue.latencyMs, `${status}: too early`);
      assert.equal(bench.feed.snapshot().state, "live");
      bench.assertTruth("BTCUSDT");
    });
  }
});
