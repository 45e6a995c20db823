/** A stream needs no REST to flow: what cannot be asked is learned from the stream, or healed later. */
import assert from "node:assert/strict";
import { StreamTime } from "../../../lib/feeds/streaming/stream_time.ts";
import { paceOf } from "../../../lib/feeds/pace.ts";
import { VenueClock } from "../../../lib/feeds/venue_clock.ts";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { HttpFailure, type HttpReply } from "../../../lib/runtime/http.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { type Bench, START, withBench } from "./harness.ts";

type Answer = () => Partial<HttpReply>;
const unavailable: Answer = () => ({ status: 503 });
const DOWN: Readonly<Record<string, Answer>> = {
  unavailable,
  banned: () => ({ status: 418, headers: { "retry-after": "180" } }),
  unreachable: () => {
    throw new HttpFailure("refused", "told by the system");
  },
};

const missingOf = ({ ledgers }: Bench) =>
  ledgers.get("BTCUSDT")!.coverage().missing.reduce((sum, { minutes }) => sum + minutes, 0);

for (const [how, answer] of Object.entries(DOWN)) {
  Deno.test(`createBinanceFeed streams on after a cut while REST is ${how}, and heals the hole when it is back`, async () => {
    await withBench({}, async (bench) => {
      const { venue, feed } = bench;
      await bench.advance(100 * SECOND);
      venue.restAnswer = answer;
      const { length: asked } = venue.requests;
      venue.drop();
      venue.dialAnswer = () => 503;
      await bench.advance(70 * SECOND);
      venue.dialAnswer = () => "open";
      await bench.advance(70 * SECOND);
      const { state, streams, lastError } = feed.snapshot();
      assert.deepEqual([state, streams[0]!.state], ["live", "live"]);
      assert.ok(streams[0]!.lastEventAgeMs! < 3 * SECOND);
      assert.match(lastError!.message, /503|ban|refused/);
      assert.ok(missingOf(bench) >= 1, "the hole is listed");
      if (how === "banned") assert.equal(venue.requests.length - asked, 1, "a ban is waited out");
      // What closes now closes from the stream.
      const before = missingOf(bench);
      await bench.advance(30 * SECOND);
      assert.equal(missingOf(bench), before);
      venue.restAnswer = () => undefined;
      await bench.advance(2 * MINUTE);
      assert.equal(missingOf(bench), 0);
      assert.equal(feed.snapshot().lastError, undefined);
      assert.ok(bench.assertTruth("BTCUSDT") >= 125);
    });
  });
}

Deno.test("createBinanceFeed opens the socket within 3 s of a cut while REST never answers", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(100 * SECOND);
    venue.isStalled = true;
    venue.drop();
    const { dials } = venue;
    await bench.advance(3 * SECOND);
    assert.equal(venue.dials, dials + 1);
    venue.isStalled = false;
    await bench.advance(MINUTE);
    assert.equal(bench.feed.snapshot().state, "live");
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed heals a hole while the venue tells its history and not its time", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    await bench.advance(100 * SECOND);
    venue.restAnswer = (path) => path.includes("/time") ? { status: 503 } : undefined;
    venue.dialAnswer = () => 503;
    venue.drop();
    await bench.advance(2 * MINUTE);
    venue.dialAnswer = () => "open";
    await bench.advance(90 * SECOND);
    assert.equal(bench.feed.snapshot().state, "live");
    assert.equal(missingOf(bench), 0);
    bench.assertTruth("BTCUSDT");
    const failures = bench.of("failure").filter(({ error }) => /api\.test/.test(error.message));
    assert.ok(venue.dials > 4);
    assert.equal(failures.length, 1, "told once, not at each connection");
  });
});

Deno.test("createBinanceFeed starts on the stream alone and fetches the day when REST is back", async () => {
  for (const isTimeOnly of [true, false]) {
    await withBench({ backfillMs: 2 * HOUR }, async (bench) => {
      const { venue, feed } = bench;
      venue.restAnswer = (path) =>
        !isTimeOnly || path.includes("/time") ? unavailable() : undefined;
      await bench.advance(3 * MINUTE);
      assert.equal(feed.snapshot().state, "live");
      assert.ok(Math.abs(feed.venueTimeAtLeast() - venue.now()) < 2 * SECOND);
      assert.equal(missingOf(bench) === 0, isTimeOnly);
      assert.equal(bench.of("clock").length > 0, true, "the clock is told");
      venue.restAnswer = () => undefined;
      await bench.advance(2 * MINUTE);
      assert.equal(missingOf(bench), 0);
      assert.ok(bench.assertTruth("BTCUSDT") >= 123);
      assert.equal(feed.snapshot().lastError, undefined);
    });
  }
});

Deno.test("createBinanceFeed keeps a stream that flows while requests are refused for good, and asks again 10 minutes later", async () => {
  for (const status of [403, 451]) {
    await withBench({}, async (bench) => {
      const { venue, feed } = bench;
      await bench.advance(100 * SECOND);
      venue.restAnswer = () => ({ status });
      const { length: asked } = venue.requests;
      await bench.advance(5 * MINUTE);
      assert.equal(feed.snapshot().state, "live", `${status}`);
      assert.equal(venue.requests.length - asked, 1, "asked once");
      const failures = bench.of("failure");
      assert.equal(failures.length, 1, "told once");
      assert.match(failures[0]!.error.message, new RegExp(`HTTP ${status}.*asks again in 10 min`));
      assert.equal(failures[0]!.error.isPassing, true);
      assert.equal(missingOf(bench), 0, "the stream closes its minutes");
      venue.restAnswer = () => undefined;
      await bench.advance(11 * MINUTE);
      assert.equal(feed.snapshot().lastError, undefined);
      bench.assertTruth("BTCUSDT");
    });
  }
});

Deno.test("createBinanceFeed comes back after a cut while its requests are turned away, by a firewall or for the place", async () => {
  for (const status of [403, 451]) {
    await withBench({}, async (bench) => {
      const { venue, feed } = bench;
      await bench.advance(100 * SECOND);
      venue.restAnswer = () => ({ status });
      venue.drop();
      await bench.advance(30 * SECOND);
      assert.equal(feed.snapshot().state, "live", `${status}`);
    });
  }
});

Deno.test("createBinanceFeed tells a cut once, though it also ends the request under way", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    venue.latencyMs = 2 * SECOND;
    await bench.advance(5 * SECOND);
    assert.match(venue.requests.at(-1)!.path, /klines/);
    venue.drop();
    await bench.advance(SECOND / 2);
    assert.deepEqual(bench.of("failure").map(({ error }) => error.code), ["lost"]);
  });
});

Deno.test("createBinanceFeed goes live beside a hole that history does not bring, and lists it", async () => {
  await withBench({}, async (bench) => {
    const { venue, feed } = bench;
    await bench.advance(100 * SECOND);
    venue.mangleRows = () => "[]";
    venue.dialAnswer = () => 503;
    venue.drop();
    await bench.advance(2 * MINUTE);
    venue.dialAnswer = () => "open";
    await bench.advance(MINUTE);
    assert.equal(feed.snapshot().state, "live");
    assert.ok(missingOf(bench) >= 1);
    venue.mangleRows = (rows) => rows;
    await bench.advance(MINUTE);
    assert.equal(missingOf(bench), 0);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed believes no single frame's time while the venue does not tell its own", async () => {
  await withBench({}, async (bench) => {
    const { venue, feed } = bench;
    venue.restAnswer = (path) => path.includes("/time") ? { status: 503 } : undefined;
    let frames = 0;
    venue.mangle = (frame) => {
      if (frames++ % 5 > 0) return [frame];
      const damaged = frame.replace(
        /"E":(\d+)/,
        (_, time) => `"E":${Number(time) + frames * HOUR}`,
      );
      return [damaged, frame];
    };
    await bench.advance(5 * MINUTE);
    assert.equal(feed.snapshot().state, "live");
    assert.ok(feed.venueTimeAtLeast() <= venue.now());
    venue.restAnswer = () => undefined;
    await bench.advance(MINUTE);
    bench.assertTruth("BTCUSDT");
  });
});

function timeBench() {
  const clock = new ManualClock(0);
  const venueClock = new VenueClock(clock, 1);
  const time = new StreamTime({ venueClock, clock, speed: 1, pace: paceOf(1) });
  return { clock, venueClock, time };
}

Deno.test("StreamTime takes the venue's time from three messages that agree, by the newest of them", () => {
  const { venueClock, time } = timeBench();
  assert.deepEqual([START, START + 400, START + 100].map((at) => time.take(at)), [
    ...[false, false, true],
  ]);
  assert.equal(venueClock.atLeast(), START + 400);
  assert.ok(Math.abs(venueClock.uncertaintyMs() - SECOND) < 1);
});

Deno.test("StreamTime never believes messages that disagree", () => {
  const { venueClock, time } = timeBench();
  for (let i = 0; i < 1_000; i++) assert.equal(time.take(START + (i % 2) * 5 * SECOND), false);
  assert.equal(venueClock.isKnown, false);
});

Deno.test("StreamTime corrects a clock after 3 s of messages that agree, not before", async () => {
  const { clock, venueClock, time } = timeBench();
  venueClock.observe({ sentAt: 0, receivedAt: 10, venueTime: START, resolutionMs: 1 });
  const later = START + 70 * SECOND;
  for (let i = 0; i < 100; i++) assert.equal(time.take(later), false, "a burst is one moment");
  await clock.advance(3 * SECOND);
  assert.equal(time.take(later + 3 * SECOND), true);
  assert.equal(venueClock.atLeast(), later + 3 * SECOND);
});
