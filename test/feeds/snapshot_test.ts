/** What a feed shows of itself while something is wrong: breaker, next attempt, queue for history, losses. */
import assert from "node:assert/strict";
import { inQueue } from "../../lib/feeds/backlog.ts";
import { WeightBudget } from "../../lib/feeds/streaming/weight_budget.ts";
import {
  breakerOf,
  type Connection,
  type ConnectionEvent,
  idle,
  step,
} from "../../lib/feeds/connection.ts";
import type { Backlog, StreamSnapshot } from "../../lib/feeds/feed.ts";
import { questionsFor } from "../../lib/feeds/ibkr/history.ts";
import { HistoryBudget } from "../../lib/feeds/ibkr/history_budget.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { withBench } from "./binance/harness.ts";
import { FakeVenue, rigOn } from "./ibkr/fake_venue.ts";

const NOON = Date.UTC(2025, 11, 3, 12);

Deno.test("breakerOf is open while it waits, half-open while it tries again, closed once data flow", () => {
  const error = new MarketError("refused", "retry", "refused");
  const lost: ConnectionEvent = { kind: "lost", error, random: 0, at: 0 };
  const final = new MarketError("geo-blocked", "configure", "not from here");
  const walk: [ConnectionEvent, string][] = [
    [{ kind: "start" }, "closed"],
    [lost, "open"],
    [{ kind: "retry" }, "half-open"],
    [{ kind: "opened" }, "half-open"],
    [{ kind: "accepted" }, "half-open"],
    [{ kind: "requested" }, "half-open"],
    [{ kind: "data", at: 0 }, "closed"],
    [{ kind: "silent", reason: "quiet" }, "closed"],
    [{ ...lost, error: final }, "open"],
    [{ kind: "stop" }, "closed"],
  ];
  let connection: Connection = idle;
  for (const [event, breaker] of walk) {
    connection = step(connection, event).next;
    assert.equal(breakerOf(connection), breaker, `after ${event.kind}: ${connection.state}`);
  }
});

Deno.test("HistoryBudget.waitForMs says when the last of many requests may go, and spends nothing", () => {
  const budget = new HistoryBudget();
  assert.equal(budget.waitForMs("ESZ5", 5, 0), 0);
  assert.equal(budget.waitForMs("ESZ5", 6, 0), 2 * SECOND);
  assert.equal(budget.waitForMs("ESZ5", 51, 0), 10 * MINUTE);
  assert.equal(budget.waitMs("ESZ5", "a", 0), 0);
  for (let i = 0; i < 51; i++) {
    const at = i === 50 ? 10 * MINUTE : 2 * SECOND * Math.floor(i / 5);
    assert.equal(budget.waitMs("ESZ5", `${i}`, at), 0, `request ${i} goes as foretold`);
    budget.spend("ESZ5", `${i}`, at);
  }
});

Deno.test("WeightBudget.waitMs spreads what no window holds over several", () => {
  const budget = new WeightBudget({ limit: 100, share: 0.8, windowMs: 60_000 });
  assert.equal(budget.waitMs(80, 0), 0);
  assert.equal(budget.waitMs(81, 0), 60_000);
  assert.equal(budget.waitMs(240, 0), 120_000);
  budget.spend(80, 0).answered(0);
  assert.equal(budget.waitMs(80, 1_000), 59_000);
  assert.equal(budget.waitMs(160, 1_000), 119_000);
});

Deno.test("questionsFor counts a question a day, and one for holes that lie together", () => {
  const hole = (from: number, to: number) => ({ from: NOON + from, to: NOON + to });
  const now = NOON + 30 * DAY;
  assert.equal(questionsFor([], now), 0);
  assert.equal(questionsFor([hole(0, DAY)], now), 1);
  assert.equal(questionsFor([hole(0, 7 * DAY)], now), 7);
  assert.equal(questionsFor([hole(0, MINUTE), hole(HOUR, 2 * HOUR)], now), 1);
  assert.equal(questionsFor([hole(0, MINUTE), hole(2 * DAY, 2 * DAY + MINUTE)], now), 2);
});

Deno.test("inQueue gives each stream that waits for history its place", () => {
  const stream = (instrument: string, backlog?: Partial<Backlog>) =>
    ({
      instrument,
      ...(backlog ? { backlog: { position: 0, ...backlog } } : {}),
    }) as StreamSnapshot;
  const placed = inQueue([
    stream("ES", { nextInMs: 500 }),
    stream("NQ"),
    stream("YM", { nextInMs: 0 }),
    stream("RTY", { nextInMs: 500 }),
  ]);
  assert.deepEqual(placed.map(({ backlog }) => backlog?.position), [1, undefined, 0, 2]);
});

Deno.test("FeedSnapshot of IBKR shows the next attempt while it waits, and nothing of it when live", async () => {
  const venue = new FakeVenue();
  const { feed } = rigOn(venue);
  feed.start();
  await venue.clock.advance(3 * MINUTE);
  const live = feed.snapshot();
  assert.deepEqual([live.breaker, live.attempt, live.retryAt], ["closed", 0, undefined]);
  venue.refusal = { kind: "lost", systemCode: "ECONNREFUSED", text: "refused" };
  venue.gateway.lose();
  await venue.clock.advance(60 * SECOND);
  while (feed.snapshot().retryAt === undefined) await venue.clock.advance(10);
  const down = feed.snapshot();
  assert.equal(down.breaker, "open");
  assert.ok(down.attempt >= 3, `${down.attempt} attempts in a minute`);
  const { gateways: { length: before } } = venue;
  await venue.clock.advance(down.retryAt! - venue.clock.now() - 1);
  assert.equal(venue.gateways.length, before, "not before it said");
  await venue.clock.advance(2);
  assert.equal(venue.gateways.length, before + 1, "and then at once");
  venue.refusal = undefined;
  await venue.clock.advance(5 * MINUTE);
  assert.deepEqual([feed.snapshot().breaker, feed.snapshot().attempt > 0], ["closed", true]);
  await feed.close();
});

Deno.test("FeedSnapshot of IBKR shows who waits for history, how much of it, and until when", async () => {
  const venue = new FakeVenue();
  const text =
    "Historical Market Data Service error message:Historical data request pacing violation";
  venue.refusals.set("history", { code: 162, text });
  const { feed } = rigOn(venue, {}, { backfillMs: 52 * HOUR });
  feed.start();
  await venue.clock.advance(5 * SECOND);
  const [es, nq] = feed.snapshot().streams.map(({ backlog }) => backlog!);
  assert.ok(es!.minutes > 40 * 60, `${es!.minutes} minutes wanted`);
  assert.equal(es!.requests, 3);
  assert.deepEqual([es!.position, nq!.position].sort(), [0, 1]);
  for (const { nextInMs, lastInMs } of [es!, nq!]) {
    assert.ok(nextInMs > 8 * SECOND && nextInMs <= 15 * SECOND, "the pacing error is waited out");
    assert.ok(lastInMs >= nextInMs);
  }
  venue.refusals.clear();
  await venue.clock.advance(MINUTE);
  assert.deepEqual(feed.snapshot().streams.map(({ backlog }) => backlog), [undefined, undefined]);
  await feed.close();
});

Deno.test("FeedSnapshot of Binance shows what history is wanted while Binance wants no requests", async () => {
  await withBench({}, async ({ venue, feed, advance }) => {
    await advance(2 * MINUTE);
    assert.equal(feed.snapshot().streams[0]!.backlog, undefined);
    venue.restAnswer = () => ({ status: 418, headers: { "retry-after": "180" } });
    venue.mangle = (frame) => frame.includes('"x":true') ? [] : [frame];
    await advance(2 * MINUTE);
    const { streams: [btc], lastError } = feed.snapshot();
    assert.equal(lastError?.code, "banned");
    assert.deepEqual([btc!.backlog!.minutes, btc!.backlog!.requests], [2, 1]);
    assert.ok(btc!.backlog!.nextInMs > 60 * SECOND, `${btc!.backlog!.nextInMs} ms`);
  });
});

Deno.test("FeedSnapshot of Binance counts the frames that could not be used", async () => {
  await withBench({}, async ({ venue, feed, advance }) => {
    await advance(MINUTE);
    assert.equal(feed.snapshot().rejectedFrames, 0);
    venue.broadcast("{no json");
    await advance(SECOND);
    assert.equal(feed.snapshot().rejectedFrames, 1);
  });
});
