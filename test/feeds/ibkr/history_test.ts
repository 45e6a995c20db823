import assert from "node:assert/strict";
import { alwaysOpen } from "../../../lib/calendar/calendar.ts";
import { DAY, MINUTE, SECOND } from "../../../lib/model/time.ts";
import type { VenueBar } from "../../../lib/feeds/ibkr/gateway.ts";
import { AskedMinutes } from "../../../lib/feeds/ibkr/asked_minutes.ts";
import {
  closedRows,
  coveredFrom,
  isBelievable,
  newestFirst,
  planHistory,
  provesAbsent,
} from "../../../lib/feeds/ibkr/history.ts";
import { HistoryBudget } from "../../../lib/feeds/ibkr/history_budget.ts";
import { HistoryTroubles } from "../../../lib/feeds/ibkr/history_troubles.ts";
import { LastRow } from "../../../lib/feeds/ibkr/last_row.ts";
import { FakeVenue, rigOn, START } from "./fake_venue.ts";

const NOW = Date.UTC(2025, 11, 3, 15, 0, 20);
const minute = (n: number) => Date.UTC(2025, 11, 3, 15) + n * MINUTE;

function row(time: number): VenueBar {
  const price = { open: 10, high: 11, low: 9, close: 10, volume: 5 };
  return { time, ...price, trades: 2, vwap: 10 };
}

Deno.test("planHistory asks up to now for recent holes, many in one", () => {
  const holes = [{ from: minute(-9), to: minute(-8) }, { from: minute(-3), to: minute(0) }];
  const plan = planHistory(holes, NOW);
  const { from, to, end, duration } = plan;
  assert.deepEqual([from, to, end, duration], [minute(-9), minute(0), "", "680 S"]);
});

Deno.test("planHistory up to now covers its holes whenever the service looks at it, and coveredFrom says so", () => {
  const holes = [{ from: minute(-9), to: minute(0) }];
  const withinMs = 60 * MINUTE;
  const plan = planHistory(holes, NOW, { servedWithinMs: withinMs });
  assert.equal(plan.duration, `${9 * 60 + 20 + 60 * 60} S`);
  assert.equal(coveredFrom(plan, NOW + withinMs), minute(-9));
  assert.equal(coveredFrom(planHistory(holes, NOW), NOW + 5 * MINUTE), minute(-6), "too late");
  const old = planHistory([{ from: minute(-300), to: minute(-290) }], NOW, {
    servedWithinMs: withinMs,
  });
  assert.equal(old.duration, "840 S", "an end that is named does not move");
  assert.equal(coveredFrom(old, NOW + withinMs), minute(-302));
});

Deno.test("planHistory asks with an end for old holes, and a day at most at once", () => {
  const old = planHistory([{ from: minute(-300), to: minute(-290) }], NOW);
  assert.equal(old.end, "20251203-10:12:00");
  assert.equal(old.duration, "840 S");
  const long = planHistory([{ from: minute(0) - 3 * DAY, to: minute(0) }], NOW);
  assert.equal(long.to, long.from + DAY);
  assert.equal(long.end, "20251201-15:02:00");
  assert.equal(long.duration, "2 D");
});

Deno.test("planHistory asks in seconds for the newest part of a day where whole days would bring known minutes again", () => {
  const holes = [{ from: minute(-24 * 60), to: minute(0) }];
  assert.equal(planHistory(holes, NOW).duration, "2 D", "nothing is known before");
  const asked: number[] = [];
  const isKnownBefore = (time: number) => asked.push(time) > 0;
  const plan = planHistory(holes, NOW, { isKnownBefore });
  assert.deepEqual(asked, [minute(-24 * 60)]);
  assert.deepEqual([plan.from, plan.to, plan.end], [minute(-24 * 60 + 3), minute(0), ""]);
  assert.equal(plan.duration, `${86_400 - 40} S`);
  const short = planHistory([{ from: minute(-300), to: minute(0) }], NOW, { isKnownBefore });
  assert.equal(short.from, minute(-300), "what fits is not cut");
  assert.equal(asked.length, 1);
  const rest = planHistory([{ from: plan.from - 3 * MINUTE, to: plan.from }], NOW, {
    isKnownBefore,
  });
  assert.deepEqual([rest.from, rest.to], [minute(-24 * 60), plan.from], "the rest comes next");
  const within = planHistory(holes, NOW, { servedWithinMs: 25 * 60 * MINUTE, isKnownBefore });
  assert.equal(within.from, minute(-24 * 60), "where nothing would be left it is not cut");
});

Deno.test("closedRows leaves out the forming row and rows with a damaged time", () => {
  const rows = [row(minute(-1)), row(minute(-2)), row(minute(0)), row(minute(-3) + 1), row(NaN)];
  const known = { sentAtLeast: NOW, latest: NOW + MINUTE, isWhole: () => false };
  assert.deepEqual(closedRows(rows, known).map(({ time }) => time), [minute(-2), minute(-1)]);
});

Deno.test("closedRows asks whether a last row is whole, and lets no row of the future follow it", () => {
  const rows = [row(minute(-12)), row(minute(-11)), row(minute(10))];
  const times = (isWhole: () => boolean) =>
    closedRows(rows, { sentAtLeast: NOW, latest: NOW + MINUTE, isWhole }).map(({ time }) => time);
  assert.deepEqual(times(() => false), [minute(-12)]);
  assert.deepEqual(times(() => true), [minute(-12), minute(-11)]);
});

Deno.test("LastRow believes half of a minute for no longer than the service adds to it", () => {
  const last = new LastRow(false);
  const whole = (seconds: number, bar = row(NOW)) =>
    last.isWhole(bar, NOW + MINUTE + seconds * SECOND, alwaysOpen);
  assert.equal(whole(5), false);
  assert.equal(whole(20), false, "the same again, but in an open market a later row should follow");
  assert.equal(whole(185, { ...row(NOW), volume: 99 }), false, "it was still being added to");
  assert.equal(whole(190, { ...row(NOW), volume: 99 }), false, "the same, too soon after");
  assert.equal(whole(196, { ...row(NOW), volume: 99 }), true);
});

Deno.test("LastRow believes the last row before a close sooner, for none follows", () => {
  const last = new LastRow(false);
  const shuts = { ...alwaysOpen, isOpen: (time: number) => time < NOW + MINUTE };
  const whole = (seconds: number) => last.isWhole(row(NOW), NOW + MINUTE + seconds * SECOND, shuts);
  assert.deepEqual([5, 12, 25].map(whole), [false, false, true]);
  assert.equal(last.isWhole(row(NOW + 1), NOW + 2 * MINUTE, shuts), false, "another row");
});

Deno.test("LastRow believes at once what has stood for an hour, as the end of a Friday does", () => {
  const last = new LastRow(false);
  const whole = (minutes: number) => last.isWhole(row(NOW), NOW + minutes * MINUTE, alwaysOpen);
  assert.equal(whole(60), false, "59 minutes after its end");
  assert.equal(new LastRow(false).isWhole(row(NOW), NOW + 61 * MINUTE, alwaysOpen), true);
});

Deno.test("LastRow believes the last row of delayed data only when it is old", () => {
  const last = new LastRow(true);
  const whole = (minutes: number) => last.isWhole(row(NOW), NOW + minutes * MINUTE, alwaysOpen);
  assert.deepEqual([11, 30, 31].map(whole), [false, false, true]);
});

Deno.test("provesAbsent needs bars on both sides", () => {
  assert.equal(provesAbsent(minute(1), [row(minute(0)), row(minute(2))]), true);
  assert.equal(provesAbsent(minute(1), [row(minute(2))]), false);
  assert.equal(provesAbsent(minute(1), [row(minute(0))]), false);
  assert.equal(provesAbsent(minute(1), [row(minute(0)), row(minute(1)), row(minute(2))]), false);
});

Deno.test("isBelievable refuses impossible rows and rows from the future", () => {
  assert.equal(isBelievable(row(minute(0)), NOW), true);
  assert.equal(isBelievable({ ...row(minute(0)), low: 12 }, NOW), false);
  assert.equal(isBelievable({ ...row(minute(0)), volume: NaN }, NOW), false);
  assert.equal(isBelievable(row(minute(0) + DAY), NOW), false);
});

Deno.test("HistoryBudget spaces identical requests by 15 seconds", () => {
  const budget = new HistoryBudget();
  budget.spend("ESZ5", "a", 1_000);
  assert.equal(budget.waitMs("ESZ5", "a", 4_000), 12_000);
  assert.equal(budget.waitMs("ESZ5", "b", 4_000), 0);
  assert.equal(budget.waitMs("NQZ5", "a", 4_000), 0);
  assert.equal(budget.waitMs("ESZ5", "a", 16_000), 0);
});

Deno.test("HistoryBudget keeps below 6 of a contract in 2 seconds and 60 in 10 minutes", () => {
  const budget = new HistoryBudget();
  const sent: { at: number; contract: string }[] = [];
  let now = 0;
  for (let i = 0; i < 200; i++) {
    const contract = i % 3 === 0 ? "NQZ5" : "ESZ5";
    now += budget.waitMs(contract, `${i}`, now);
    budget.spend(contract, `${i}`, now);
    sent.push({ at: now, contract });
  }
  for (const { at, contract } of sent) {
    const within = (ms: number) => sent.filter((s) => s.at > at - ms && s.at <= at);
    assert.ok(within(10 * MINUTE).length < 60);
    assert.ok(within(2_000).filter((s) => s.contract === contract).length < 6);
  }
});

Deno.test("AskedMinutes spaces questions further and further, and settles by three over three minutes", () => {
  const asked = new AskedMinutes({ isDelayed: false, toLocalMs: (ms) => ms });
  const hole = [{ from: minute(0), to: minute(1) }];
  const gaps: number[] = [];
  let now = 0, last = 0;
  for (; gaps.length < 7; now += 1_000) {
    if (asked.due(hole, now).length === 0) continue;
    gaps.push(now - last);
    last = now;
    assert.equal(asked.inVain(minute(0), now), now >= 3 * MINUTE, `${now}`);
  }
  assert.deepEqual(gaps, [0, 5_000, 15_000, 30_000, 60_000, 60_000, 60_000]);
  asked.forgive();
  assert.equal(asked.due(hole, now).length, 1);
});

Deno.test("AskedMinutes in delayed mode asks for all holes together", () => {
  const asked = new AskedMinutes({ isDelayed: true, toLocalMs: (ms) => ms });
  const holes = [{ from: minute(0), to: minute(1) }, { from: minute(5), to: minute(6) }];
  asked.inVain(minute(0), 0);
  assert.deepEqual(asked.due(holes, 10), holes);
  asked.inVain(minute(5), 10);
  assert.deepEqual(asked.due(holes, 1_000), []);
});

Deno.test("HistoryTroubles waits longer after each pacing error and knows when trouble lasts", () => {
  const troubles = new HistoryTroubles();
  const waits = [1, 2, 3, 4].map(() => {
    troubles.refused("pacing");
    return troubles.waitMs / SECOND;
  });
  assert.deepEqual(waits, [15, 60, 120, 120]);
  assert.equal(troubles.isLasting, true);
  troubles.answered({ isVain: false });
  assert.equal(troubles.isLasting, false);
  troubles.refused("pacing");
  assert.equal(troubles.isLasting, false);
  troubles.answered({ isVain: false });
  const isLasting = [1, 2, 3].map(() => {
    troubles.refused("trouble");
    return troubles.isLasting;
  });
  assert.deepEqual(isLasting, [false, false, true]);
  assert.equal(troubles.waitMs, 10 * SECOND);
  troubles.refused("refused");
  assert.equal(troubles.waitMs, 45 * SECOND);
  const vain = [1, 2, 3, 4, 5].map(() => {
    troubles.answered({ isVain: true });
    return troubles.waitMs / SECOND;
  });
  assert.deepEqual(vain, [5, 15, 30, 60, 60]);
  troubles.forgive();
  assert.equal(troubles.waitMs, 900);
  assert.deepEqual([1, 2].map(() => troubles.unanswered()), [false, false]);
  troubles.refused("trouble");
  assert.deepEqual([1, 2, 3].map(() => troubles.unanswered()), [false, false, true]);
});

Deno.test("createIbkrFeed believes no half minute of a history service that trails the market", async () => {
  for (const lagMs of [20 * SECOND, 60 * SECOND, 100 * SECOND]) {
    const venue = new FakeVenue();
    // The newest row is what that service had seen of its minute by then.
    venue.spoilHistory = (bars) => {
      const seen = venue.now() - lagMs;
      const known = bars.filter(({ time }) => time < seen);
      const last = known.at(-1);
      if (last === undefined || last.time + MINUTE <= seen) return known;
      const half = { ...last, close: last.open, high: last.open, low: last.open, volume: 1 };
      return [...known.slice(0, -1), half];
    };
    const { feed, differences, of } = rigOn(venue);
    feed.start();
    await venue.clock.advance(2 * MINUTE + 39 * SECOND);
    venue.gateway.lose();
    await venue.clock.advance(7 * MINUTE);
    assert.deepEqual(differences("ES"), [], `${lagMs} ms behind`);
    assert.deepEqual(of("bar").filter(({ change }) => change === "revision"), []);
    await feed.close();
  }
});

Deno.test("createIbkrFeed gives no minute up to a history service that trails the market by ten", async () => {
  const venue = new FakeVenue();
  let lagMs = 10 * MINUTE;
  venue.spoilHistory = (bars) => bars.filter(({ time }) => time + MINUTE <= venue.now() - lagMs);
  const { feed, differences, ledgers } = rigOn(venue);
  feed.start();
  await venue.clock.advance(9 * MINUTE);
  assert.equal(feed.snapshot().state, "live");
  const { absent, missing } = ledgers.get("ES")!.coverage();
  assert.equal(absent, 0, "the answers end before these minutes");
  assert.ok(missing.length > 0, "they are listed");
  lagMs = 0;
  await venue.clock.advance(3 * MINUTE);
  assert.deepEqual(differences("ES"), []);
  await feed.close();
});

Deno.test("createIbkrFeed gives no minute up to answers that begin after it, because they came late", async () => {
  // Minutes of the venue pass until the service looks at a question that reaches back from "now".
  for (const historyAfterMs of [250, 350, 450]) {
    const venue = new FakeVenue({ speed: 900 });
    const { feed, differences, ledgers } = rigOn(venue);
    feed.start();
    await venue.clock.advance(2_000);
    assert.deepEqual(differences("ES"), [], "before");
    venue.historyAfterMs = historyAfterMs;
    for (let i = 0; i < 5; i++) {
      venue.isStreamDead = true;
      await venue.clock.advance(400);
      venue.isStreamDead = false;
      await venue.clock.advance(6_000);
    }
    assert.equal(ledgers.get("ES")!.coverage().absent, 0, `after ${historyAfterMs} ms`);
    assert.deepEqual(differences("ES"), [], `after ${historyAfterMs} ms`);
    await feed.close();
  }
});

Deno.test("createIbkrFeed streams without its history, lists what is missing, and fills it in later", async () => {
  const texts = [
    "HMDS server connection was unsuccessful.",
    "Historical data request pacing violation",
  ];
  for (const text of texts) {
    const venue = new FakeVenue();
    venue.refusals.set("history", { code: 162, text });
    const { feed, differences, ledgers } = rigOn(venue);
    feed.start();
    await venue.clock.advance(2 * MINUTE);
    assert.equal(feed.snapshot().state, "live", text);
    const { streamed, missing } = ledgers.get("ES")!.coverage();
    assert.ok(streamed > 0 && missing[0]!.minutes >= 120, "two hours were wanted");
    venue.refusals.clear();
    await venue.clock.advance(3 * MINUTE);
    assert.deepEqual(differences("ES"), [], text);
    await feed.close();
  }
});

Deno.test("newestFirst takes a day at most back from the newest that is due, with the holes near it, and no known hours between", () => {
  const span = (from: number, to: number) => ({ from: minute(from), to: minute(to) });
  const due = [span(-3_000, -2_000), span(10, 11), span(300, 301)];
  const holes = [span(-3_000, -2_000), span(9, 12), span(200, 260), span(300, 301), span(400, 900)];
  assert.deepEqual(
    newestFirst(due, holes, minute(-9_000)),
    [span(200, 260), span(300, 301)],
    "three hours of known minutes are not asked for again",
  );
  const near = [span(150, 151), span(200, 260), span(300, 301)];
  assert.deepEqual(newestFirst(near, near, minute(-9_000)), near, "one question for what is near");
  assert.deepEqual(newestFirst(due, holes, minute(250)), [span(250, 260), span(300, 301)]);
  const all = [span(-3_000, 0)];
  assert.deepEqual(newestFirst(all, all, minute(-9_000)), [span(-1_440, 0)]);
  assert.deepEqual(newestFirst(all, all, minute(-600)), [span(-600, 0)], "of one contract");
});

Deno.test("createIbkrFeed asks for the newest history first", async () => {
  const venue = new FakeVenue();
  const { feed, ledgers } = rigOn(venue, {}, { backfillMs: 9 * DAY });
  feed.start();
  const first = () => ledgers.get("ES")!.bars(0, START)[0]?.openTime ?? Infinity;
  await venue.clock.advance(30);
  assert.ok(first() > START - 3 * DAY, "days before are not there yet");
  assert.ok(ledgers.get("ES")!.bars(START - DAY, START).length > 1_300, "the newest day is");
  await venue.clock.advance(2 * MINUTE);
  assert.ok(first() < START - 8 * DAY, "and the oldest comes");
  const ends = venue.gateway.sent.filter((text) => text.startsWith("history ES"))
    .map((text) => text.split(" ")[2]!).filter((end) => /^2025/.test(end));
  assert.ok(ends.length >= 3, `${ends}`);
  assert.deepEqual(ends, ends.toSorted().reverse(), "each question lies before the last");
  await feed.close();
});

Deno.test("createIbkrFeed keeps requests for the minutes to come while history does not bring the old ones", async () => {
  const venue = new FakeVenue();
  venue.spoilHistory = (bars) => bars.filter(({ time }) => time < START - 4 * MINUTE);
  venue.spoilBar = (bar) => bar.time % MINUTE === 25 * SECOND ? undefined : bar;
  const { feed } = rigOn(venue);
  feed.start();
  await venue.clock.advance(8 * MINUTE);
  const asked = venue.gateway.sent.filter((text) => text.startsWith("history ES"));
  assert.ok(
    asked.length <= 14,
    `${asked.length} requests of the 50 in ten minutes for both futures`,
  );
  await feed.close();
});
