import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { HttpReply } from "../../../lib/runtime/http.ts";
import { type Bench, withBench } from "./harness.ts";

const DAY = 24 * HOUR;

const banText = (until: number | string) =>
  JSON.stringify({
    code: -1003,
    msg: `Way too much request weight used; IP(198.51.100.7) banned until ${until}. Please use ` +
      "the websocket for live updates to avoid bans.",
  });

/** Seconds from the beginning of a trouble of REST to each request during it. */
async function requestsDuring(
  bench: Bench,
  lastsMs: number,
  answer: (until: number) => Partial<HttpReply>,
): Promise<number[]> {
  const { venue, clock } = bench;
  const until = venue.now() + lastsMs;
  const from = clock.monotonic();
  const { length: before } = venue.requests;
  venue.restAnswer = () => venue.now() < until ? answer(until) : undefined;
  venue.drop();
  await bench.advance(lastsMs - SECOND);
  return venue.requests.slice(before).map(({ at }) => Math.round((at - from) / SECOND));
}

const NAMED: Readonly<Record<string, (until: number) => Partial<HttpReply>>> = {
  "418 with the time in its text": (until) => ({ status: 418, text: banText(until) }),
  "429 with the time in its text": (until) => ({ status: 429, text: banText(until) }),
  "400 with the time in its text": (until) => ({ status: 400, text: banText(until) }),
  "403 with the time in its text": (until) => ({ status: 403, text: banText(until) }),
  "418 with Retry-After 0 beside the text": (until) => ({
    status: 418,
    headers: { "retry-after": "0" },
    text: banText(until),
  }),
  "418 with a shorter Retry-After than its text": (until) => ({
    status: 418,
    headers: { "retry-after": "60" },
    text: banText(until),
  }),
  "418 in seconds of the epoch": (until) => ({
    status: 418,
    text: banText(Math.ceil(until / SECOND)),
  }),
  "429 with a date": (until) => ({
    status: 429,
    headers: {
      "retry-after": new Date(until + SECOND).toUTCString(),
      date: new Date(until - 30 * MINUTE).toUTCString(),
    },
  }),
};

for (const [what, answer] of Object.entries(NAMED)) {
  Deno.test(`createBinanceFeed makes one request in a ban of 30 minutes: ${what}`, async () => {
    await withBench({}, async (bench) => {
      await bench.advance(2 * MINUTE);
      const asked = await requestsDuring(bench, 30 * MINUTE, answer);
      assert.equal(asked.length, 1, `asked at ${asked} s`);
      const said = bench.of("failure").map(({ error }) => error)
        .find(({ code }) => code === "banned" || code === "rate-limited");
      assert.match(said!.message, /Comove waits (1799|1800|1801) s/);
      assert.equal(bench.feed.snapshot().state, "live", "the stream goes on");
      await bench.advance(10 * MINUTE);
      bench.assertTruth("BTCUSDT");
      assert.equal(bench.feed.snapshot().lastError, undefined);
    });
  });
}

Deno.test("createBinanceFeed keeps to a ban of three days", async () => {
  await withBench({}, async (bench) => {
    await bench.advance(2 * MINUTE);
    const until = bench.venue.now() + 3 * DAY;
    bench.venue.restAnswer = () => ({ status: 418, text: banText(until) });
    const { length: before } = bench.venue.requests;
    await bench.advance(6 * HOUR);
    assert.equal(bench.venue.requests.length - before, 1);
  });
});

Deno.test("createBinanceFeed takes no time beyond any ban, past or senseless for a wait, and asks ever more slowly", async () => {
  const texts = ["99999999999999", "9999999999999", "1000000000000", "1", "tomorrow", "NaN", ""];
  for (const until of texts) {
    await withBench({}, async (bench) => {
      await bench.advance(2 * MINUTE);
      const asked = await requestsDuring(bench, 30 * MINUTE, () => ({
        status: 418,
        text: banText(until),
      }));
      assert.deepEqual(asked.slice(0, 4).map((s) => Math.round(s / 60)), [0, 2, 6, 14], until);
      assert.equal(asked.length, 4);
      await bench.advance(40 * MINUTE);
      bench.assertTruth("BTCUSDT");
    });
  }
});

Deno.test("createBinanceFeed waits out a ban that is there from the start, by the Date of the answer", async () => {
  await withBench({}, async (bench) => {
    const { venue } = bench;
    const until = venue.now() + 30 * MINUTE;
    venue.restAnswer = () =>
      venue.now() < until
        ? {
          status: 418,
          headers: { date: new Date(venue.now()).toUTCString() },
          text: banText(until),
        }
        : undefined;
    await bench.advance(29 * MINUTE);
    assert.equal(venue.requests.length, 1);
    assert.equal(bench.feed.snapshot().state, "live", "the stream needs no request");
    await bench.advance(10 * MINUTE);
    bench.assertTruth("BTCUSDT");
  });
});

Deno.test("createBinanceFeed takes a firewall's 403 for passing, whenever it comes and however long it lasts", async () => {
  for (const lastsMs of [3 * SECOND, 5 * MINUTE, 3 * HOUR]) {
    for (const side of ["restAnswer", "dialAnswer"] as const) {
      await withBench({}, async (bench) => {
        const { venue } = bench;
        const until = venue.now() + lastsMs;
        const isRefusing = () => venue.now() < until;
        const text = "<html>Request blocked. CloudFront</html>";
        if (side === "restAnswer") {
          venue.restAnswer = () => isRefusing() ? { status: 403, text } : undefined;
        } else venue.dialAnswer = () => isRefusing() ? 403 : "open";
        await bench.advance(lastsMs);
        const tries = side === "restAnswer" ? venue.requests.length : venue.dials;
        assert.ok(tries <= 4 + lastsMs / (9 * MINUTE), `${side} tried ${tries} times`);
        await bench.advance(15 * MINUTE);
        assert.equal(bench.feed.snapshot().state, "live", `${side} for ${lastsMs} ms`);
        bench.assertTruth("BTCUSDT");
      });
    }
  }
});

Deno.test("createBinanceFeed takes a 451 for passing once it has been served here, and asks ever more slowly", async () => {
  for (const side of ["restAnswer", "dialAnswer", "both"] as const) {
    await withBench({}, async (bench) => {
      const { venue, feed } = bench;
      await bench.advance(2 * MINUTE);
      const until = venue.now() + HOUR;
      const isRefusing = () => venue.now() < until;
      if (side !== "dialAnswer") {
        venue.restAnswer = () => isRefusing() ? { status: 451, text: "no" } : undefined;
      }
      if (side !== "restAnswer") venue.dialAnswer = () => isRefusing() ? 451 : "open";
      const before = venue.requests.length + venue.dials;
      venue.drop();
      await bench.advance(HOUR - SECOND);
      // A stream that is away is caught up with by requests, a few a minute.
      const tries = venue.requests.length + venue.dials - before;
      if (side !== "dialAnswer") assert.ok(tries <= 30, `${side} tried ${tries} times`);
      assert.notEqual(feed.snapshot().state, "failed", side);
      assert.ok(bench.of("failure").some(({ error }) => error.code === "geo-blocked"), side);
      await bench.advance(15 * MINUTE);
      assert.equal(feed.snapshot().state, "live", side);
      bench.assertTruth("BTCUSDT");
    });
  }
});

Deno.test("createBinanceFeed reads why an upgrade was refused, and dials once in a ban", async () => {
  const ends = [
    (until: number) => ({ status: 418, text: banText(until) }),
    (until: number) => ({ status: 429, text: banText(until) }),
    () => ({ status: 418, retryAfterMs: 30 * MINUTE }),
    () => ({ status: 429, retryAfterMs: 30 * MINUTE }),
  ];
  for (const end of ends) {
    await withBench({}, async (bench) => {
      const { venue } = bench;
      await bench.advance(2 * MINUTE);
      const until = venue.now() + 30 * MINUTE;
      venue.dialAnswer = () => venue.now() < until ? end(until) : "open";
      venue.drop();
      const { dials } = venue;
      await bench.advance(29 * MINUTE);
      assert.equal(venue.dials - dials, 1);
      await bench.advance(15 * MINUTE);
      assert.equal(bench.feed.snapshot().state, "live");
      bench.assertTruth("BTCUSDT");
    });
  }
});

Deno.test("createBinanceFeed heeds Retry-After of a server in trouble, up to ten minutes", async () => {
  for (const [retryAfterMs, waitMs] of [[2 * MINUTE, 2 * MINUTE], [DAY, 10 * MINUTE]] as const) {
    await withBench({}, async (bench) => {
      const { venue } = bench;
      venue.dialAnswer = () => ({ status: 503, retryAfterMs });
      await bench.advance(waitMs - SECOND);
      assert.equal(venue.dials, 1, "dialled before the time");
      venue.dialAnswer = () => "open";
      await bench.advance(2 * MINUTE);
      assert.equal(bench.feed.snapshot().state, "live");
    });
  }
});
