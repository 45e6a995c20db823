import assert from "node:assert/strict";
import { HOUR } from "../../../lib/model/time.ts";
import { causalityStudy } from "../../../lib/sync/studies/causality.ts";
import { daySessionsStudy } from "../../../lib/sync/studies/day_sessions.ts";
import { leadStudy } from "../../../lib/sync/studies/lead.ts";
import { marketRegimesStudy } from "../../../lib/sync/studies/market_regimes.ts";
import { returnsScatterStudy } from "../../../lib/sync/studies/returns_scatter.ts";
import { returnsOfSeconds } from "../../../lib/sync/studies/second_prices.ts";
import type { StudyResult } from "../../../lib/sync/studies/study.ts";
import { FROM, simulatedMarket, simulatedScope, simulatedSeconds } from "./simulated_sides.ts";

// Over many seeds, and all studies: test/simulation/planted_studies.ts, run by hand.
const market = simulatedMarket(2);

function found<Found>(result: StudyResult<Found>): Found {
  assert.equal(result.kind, "found", result.kind === "lacking" ? result.reason : "");
  return (result as { found: Found }).found;
}

function leadOf(first: string, second: string, hasSeconds: boolean) {
  const scope = simulatedScope(market, [first, second], {
    timeframe: "1m",
    days: 1,
    hours: "all",
  });
  const from = FROM + 15 * HOUR, to = FROM + 17 * HOUR;
  const seconds = {
    a: simulatedSeconds(market, first, from, to),
    b: simulatedSeconds(market, second, from, to),
  };
  const names = { first, second };
  return leadStudy.run(scope, hasSeconds ? { names, seconds } : { names });
}

Deno.test("seconds show ES before Bitcoin by five of them, and NQ together with ES", () => {
  const planted = found(leadOf("BTCUSDT", "ES", true));
  assert.equal(planted.basis, "seconds");
  assert.equal(planted.all.reading.direction, "second");
  assert.ok(Math.abs(planted.all.reading.lagMs - 5_000) <= 1_000);
  const { estimate } = planted.parts.find(({ part }) => part === "us")!;
  assert.equal(estimate?.reading.direction, "second");
  assert.ok(planted.parts.some(({ estimate }) => estimate === undefined), "no trades in Asia");
  assert.ok(planted.strip.length >= 3);
  assert.equal(found(leadOf("ES", "BTCUSDT", true)).all.reading.direction, "first");
  assert.equal(found(leadOf("NQ", "ES", true)).all.reading.direction, "together");
  assert.equal(found(leadOf("BTCUSDT", "GC", true)).all.reading.direction, "unknown");
});

Deno.test("bars show the planted lead as together, since it is shorter than a bar", () => {
  const { basis, all, stepMs, strip } = found(leadOf("BTCUSDT", "ES", false));
  assert.deepEqual([basis, stepMs, all.reading.direction], ["bars", 60_000, "together"]);
  assert.ok(strip.length >= 5);
});

Deno.test("a scatter has the planted slope's sign, and none where nothing is planted", () => {
  const query = { timeframe: "5m", days: 3, hours: "all" } as const;
  const run = (a: string, b: string, mostPoints = 100) =>
    returnsScatterStudy.run(simulatedScope(market, [a, b], query), { mostPoints });
  const tied = run("NQ", "ES"), scatter = found(tied);
  assert.ok(scatter.line.lo > 1 && scatter.line.hi < 1.5 && scatter.line.rsquared > 0.7);
  assert.ok(scatter.robust.lo > 1 && scatter.robust.hi < 1.5);
  assert.equal(scatter.points.x.length, 100);
  assert.equal(scatter.older!.total, scatter.n - 100);
  assert.equal(scatter.older!.counts.reduce((sum, count) => sum + count, 0), scatter.n - 100);
  assert.equal(scatter.n, tied.evidence.n);
  const [last] = scatter.points.openTime.slice(-1);
  assert.ok(last! < tied.evidence.to && last! > tied.evidence.to - 2 * HOUR);
  const named = [3, 4, 5, 6, 7, 8].filter((seed) => {
    const scope = simulatedScope(simulatedMarket(seed), ["BTCUSDT", "GC"], { ...query, days: 1 });
    const { line } = found(returnsScatterStudy.run(scope, { mostPoints: 9 }));
    return line.lo > 0 || line.hi < 0;
  });
  assert.ok(named.length <= 1, `seeds ${named} have a slope`);
  assert.equal(found(run("NQ", "ES", 10_000)).older, undefined);
});

Deno.test("regimes of correlation are found where they are planted, and not of NQ with ES", () => {
  const query = { timeframe: "5m", days: 7, hours: "all" } as const;
  const run = (a: string, b: string) =>
    found(marketRegimesStudy.run(simulatedScope(market, [a, b], query), { mostRows: 200 }));
  const planted = run("BTCUSDT", "ES");
  assert.ok(planted.regimes.some(({ isApart }, i) => i > 0 && isApart));
  assert.ok(planted.time.length <= 200 && planted.time.length > 100);
  planted.time.forEach((_, row) => {
    const sum = planted.probabilities.reduce((total, column) => total + column[row]!, 0);
    assert.ok(Math.abs(sum - 1) < 1e-9);
  });
  // Most of the time the likeliest regime is the planted one's neighbour in strength.
  const truth = market.planted(FROM, FROM + 7 * 24 * HOUR);
  let right = 0, counted = 0;
  planted.time.forEach((time, row) => {
    const level = truth.find(({ from, to }) => time > from && time <= to)
      ?.correlation["BTCUSDT/ES"];
    if (level === undefined || (level > 0.3 && level < 0.5)) return;
    const strongest = planted.probabilities.at(-1)![row]!;
    counted++;
    if ((strongest > 0.5) === (level >= 0.5)) right++;
  });
  assert.ok(counted > 50 && right / counted > 0.7, `${right} of ${counted}`);
  assert.ok(!run("NQ", "ES").regimes.some(({ isApart }, i) => i > 0 && isApart));
});

Deno.test("sessions of one correlation do not differ, and too little data is said", () => {
  const query = { timeframe: "5m", days: 7, hours: "all" } as const;
  const { parts, differences, storms } = found(
    daySessionsStudy.run(simulatedScope(market, ["BTCUSDT", "GC"], query), null),
  );
  assert.ok(parts.every(({ lo, hi }) => lo < 0.1 && hi > -0.1));
  assert.ok(differences.every(({ holds, days }) => !holds && Math.min(...days) >= 4));
  assert.ok(storms!.varianceRatio > 1.5);
  const short = simulatedScope(market, ["BTCUSDT", "GC"], { ...query, timeframe: "1h", days: 1 });
  const lacking = [
    daySessionsStudy.run(short, null),
    causalityStudy.run(short, null),
    returnsScatterStudy.run(short, { mostPoints: 9 }),
    marketRegimesStudy.run(short, { mostRows: 9 }),
    leadStudy.run(short, { names: { first: "a", second: "b" } }),
  ];
  for (const result of lacking) {
    assert.equal(result.kind, "lacking");
    assert.match((result as { reason: string }).reason, /take.? \d+ .*; there are \d+/);
  }
});

Deno.test("Granger takes bars of 15 seconds of trades where there is an hour of them, and finds the planted direction", () => {
  const query = { timeframe: "1m", days: 1, hours: "all" } as const;
  const scope = simulatedScope(market, ["BTCUSDT", "ES"], query);
  const secondsOf = (from: number, to: number) => ({
    a: simulatedSeconds(market, "BTCUSDT", from, to),
    b: simulatedSeconds(market, "ES", from, to),
  });
  const begin = FROM + 15 * HOUR;
  const short = causalityStudy.run(scope, { seconds: secondsOf(begin, begin + HOUR / 2) });
  assert.deepEqual([found(short).basis, found(short).stepMs], ["bars", 60_000]);
  assert.deepEqual(found(short), found(causalityStudy.run(scope, null)));
  const long = causalityStudy.run(scope, { seconds: secondsOf(begin, begin + 3 * HOUR) });
  const { basis, stepMs, secondToFirst, firstToSecond } = found(long);
  assert.deepEqual([basis, stepMs], ["trades", 15_000]);
  assert.ok(secondToFirst.holds && !firstToSecond.holds);
  const { n, expected, from, to, unit } = long.evidence;
  assert.ok(n <= expected && n > 0.9 * expected && expected > 700, `${n} of ${expected}`);
  assert.ok(from >= begin - 15_000 && to <= begin + 3 * HOUR);
  assert.equal(unit, "pairs of returns of 15 seconds");
});

Deno.test("returns of seconds are those of whole bars, and there is none beside a bar without a trade", () => {
  const seconds = {
    time: Float64Array.of(1_000, 15_000, 16_000, 45_000, 61_000),
    price: Float64Array.of(1, 2, 4, 8, 16),
  };
  const returns = returnsOfSeconds(seconds, 0, 5, 15_000);
  assert.deepEqual([...returns], [NaN, 2, 4, NaN, NaN]);
  assert.deepEqual([...returnsOfSeconds(seconds, 0, 3, 30_000)], [NaN, 4, 8]);
});
