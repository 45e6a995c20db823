import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { DialBudget } from "../../../lib/feeds/streaming/dial_budget.ts";
import { createBinanceFeed } from "../../../lib/feeds/binance/feed.ts";
import { sharedDials } from "../../../lib/feeds/streaming/shared_budgets.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { FakeVenue } from "../binance/fake_venue.ts";
import { START } from "../binance/harness.ts";

Deno.test("DialBudget never lets more than its limit fall into any sliding window, and never waits longer than one", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  fc.assert(fc.property(pauses, fc.integer({ min: 1, max: 9 }), (steps, limit) => {
    const budget = new DialBudget({ limit, windowMs: 1_000 });
    const dials: number[] = [];
    let now = 0;
    for (const step of steps) {
      now += step;
      const waitMs = budget.waitMs(now);
      assert.ok(waitMs >= 0 && waitMs <= 1_000);
      assert.equal(budget.waitMs(now + waitMs), 0, "the wait is enough");
      now += waitMs;
      budget.spend(now);
      dials.push(now);
    }
    for (const at of dials) {
      assert.ok(dials.filter((other) => other >= at && other < at + 1_000).length <= limit);
    }
  }));
});

Deno.test("DialBudget refuses a limit or a window that is none", () => {
  assert.throws(
    () => new DialBudget({ limit: 0, windowMs: 1 }),
    /limit must be a whole number above 0, got 0/,
  );
  assert.throws(
    () => new DialBudget({ limit: 1, windowMs: NaN }),
    /windowMs must be above 0, got NaN/,
  );
});

Deno.test("sharedDials gives one budget a host and clock", () => {
  const clock = new ManualClock(0);
  const of = (one: ManualClock, host: string) => sharedDials(one, host, { limit: 9, windowMs: 1 });
  assert.equal(of(clock, "a"), of(clock, "a"));
  assert.notEqual(of(clock, "a"), of(clock, "b"));
  assert.notEqual(of(clock, "a"), of(new ManualClock(0), "a"));
});

Deno.test("createBinanceFeed keeps all feeds of the process together below 60 attempts in five minutes, says so, and comes back", async () => {
  const clock = new ManualClock(Date.UTC(2031, 0, 1));
  const venue = new FakeVenue({ clock, start: START, symbols: ["BTCUSDT"] });
  const at: number[] = [];
  venue.dialAnswer = () => {
    at.push(clock.monotonic());
    return 503;
  };
  let state = 5;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const codes = new Set<string>();
  const feeds = Array.from({ length: 20 }, () =>
    createBinanceFeed({
      ...{ clock, random, speed: 1, backfillMs: 0, log: silentLog, source: "live" as const },
      ledgers: new Map([["BTCUSDT", new MinuteLedger("BTCUSDT", () => true)]]),
      emit: (event) => event.kind === "failure" && codes.add(event.error.code),
    }, {
      streamUrl: "wss://stream.test",
      restUrl: "https://api.test",
      symbols: ["BTCUSDT"],
      httpGet: venue.httpGet,
      openSocket: venue.openSocket,
    }));
  for (const feed of feeds) feed.start();
  await clock.advance(20 * MINUTE);
  assert.ok(at.length > 120, `${at.length} attempts`);
  for (const from of at) {
    const within = at.filter((time) => time >= from && time < from + 5 * MINUTE).length;
    assert.ok(within <= 60, `${within} attempts in five minutes`);
  }
  assert.deepEqual([...codes].sort(), ["dialled-often", "server-error"]);
  venue.dialAnswer = () => "open";
  await clock.advance(10 * MINUTE + 30 * SECOND);
  assert.ok(feeds.every((feed) => feed.snapshot().state === "live"));
  for (const feed of feeds) await feed.close();
  venue.stop();
  assert.equal(clock.pending, 0);
});
