import assert from "node:assert/strict";
import { rebar } from "../../../lib/bars/rebar.ts";
import { LocalClock } from "../../../lib/calendar/local_clock.ts";
import { compareBars } from "../../../lib/store/compare/compare_bars.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { atPrices, atTimes, madeBars, only } from "./series.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

const bars = madeBars();
const shiftsOf = (comparison: ReturnType<typeof compareBars>) =>
  comparison.shift.stretches.map(({ shiftMs }) => shiftMs);

/** UTC to what the clocks of a zone show, as if it were UTC. */
function shownIn(zone: string): (time: number) => number {
  const clock = new LocalClock(zone);
  return (time) => {
    const { day, minute } = clock.at(time);
    return day * DAY + minute * MINUTE;
  };
}

Deno.test("bars compared with themselves are equal, to the last one", () => {
  const comparison = compareBars(bars, bars);
  assert.equal(comparison.verdict, "equal");
  assert.equal(comparison.equalBars, bars.openTime.length);
  assert.deepEqual(shiftsOf(comparison), [0]);
  assert.deepEqual(comparison.price, { kind: "same", offset: 0, spread: 0 });
  assert.deepEqual(comparison.volume, { kind: "same" });
  assert.deepEqual(comparison.columns.map(({ equal }) => equal), [1, 1, 1, 1, 1]);
});

Deno.test("bars late by one are found, and named as stamped by their end", () => {
  const comparison = compareBars(bars, atTimes(bars, (time) => time + MINUTE));
  assert.equal(comparison.verdict, "different");
  assert.deepEqual(shiftsOf(comparison), [MINUTE]);
  assert.deepEqual(comparison.shift.cause, { kind: "end-stamp" });
  assert.equal(comparison.equal, 1);
});

Deno.test("a bar named by its last second or millisecond is stamped by its end too", () => {
  for (const before of [1, 1_000]) {
    const comparison = compareBars(bars, atTimes(bars, (time) => time + MINUTE - before));
    assert.deepEqual(shiftsOf(comparison), [MINUTE - before]);
    assert.deepEqual(comparison.shift.cause, { kind: "end-stamp" });
    assert.equal(comparison.equal, 1);
  }
});

Deno.test("bars early by one are no end stamps", () => {
  const comparison = compareBars(bars, atTimes(bars, (time) => time - MINUTE));
  assert.deepEqual(shiftsOf(comparison), [-MINUTE]);
  assert.deepEqual(comparison.shift.cause, { kind: "unknown" });
});

Deno.test("an hour in one half of the year is found with the minute it begins, and the clocks that did it", () => {
  const from = Date.UTC(2026, 2, 2), change = Date.UTC(2026, 2, 8, 7);
  const year = madeBars({ from, minutes: 12 * 1_440 });
  const late = atTimes(year, (time) => time >= change ? time + HOUR : time);
  const comparison = compareBars(year, late);
  assert.deepEqual(shiftsOf(comparison), [0, HOUR]);
  assert.equal(comparison.shift.stretches[1]!.from, change);
  assert.deepEqual(comparison.shift.cause, { kind: "clock-change", zone: "America/New_York" });
  assert.equal(comparison.equal, 1);
});

Deno.test("local times read as UTC are found across a change of clocks, and their zone is named", () => {
  const from = Date.UTC(2026, 9, 29);
  const isOpen = (time: number) => {
    const day = new Date(time).getUTCDay(), hour = new Date(time).getUTCHours();
    return day !== 6 && !(day === 0 && hour < 23) && !(day === 5 && hour >= 21);
  };
  const autumn = madeBars({ from, minutes: 10 * 1_440, isOpen });
  const comparison = compareBars(autumn, atTimes(autumn, shownIn("America/Chicago")));
  assert.deepEqual(shiftsOf(comparison), [-5 * HOUR, -6 * HOUR]);
  assert.deepEqual(comparison.shift.cause, {
    kind: "zone",
    zones: ["America/Chicago"],
    readAs: "UTC",
  });
  assert.equal(comparison.equal, 1);
});

Deno.test("the hour that clocks show twice costs its bars, and no other", () => {
  const coin = madeBars({ from: Date.UTC(2026, 9, 29), minutes: 6 * 1_440 });
  const comparison = compareBars(coin, atTimes(coin, shownIn("America/New_York")));
  assert.deepEqual(shiftsOf(comparison), [-4 * HOUR, -5 * HOUR]);
  assert.equal(comparison.theirs.repeated, 60);
  assert.equal(comparison.ours.aloneBars, 60);
  assert.equal(comparison.equalBars, coin.openTime.length - 60);
});

Deno.test("times in UTC that were read in a zone are named by what they are", () => {
  const offset = 5 * HOUR;
  const comparison = compareBars(bars, atTimes(bars, (time) => time + offset), {
    readAs: "America/New_York",
  });
  assert.deepEqual(comparison.shift.cause, {
    kind: "zone",
    // In January both show the same.
    zones: ["UTC", "Europe/London"],
    readAs: "America/New_York",
  });
});

Deno.test("another contract month is one constant, and its own market", () => {
  const random = seededRandom(3);
  const next = atPrices(bars, (price) => price + 33.5 + 0.25 * Math.round(random() - 0.5));
  const { price, moves } = compareBars(bars, next, { hasContracts: true });
  assert.equal(price.kind, "offset");
  assert.equal(price.kind === "offset" && price.levels.length, 1);
  assert.equal(price.kind === "offset" && price.levels[0]!.offset, 33.5);
  assert.ok(moves.r > 0.9);
});

Deno.test("sides that roll on different days are apart in between alone", () => {
  const day = bars.openTime[0]!, from = day + DAY + 5 * HOUR, to = day + 3 * DAY + 7 * HOUR;
  const rolled = atPrices(bars, (price, time) => time >= from && time < to ? price + 50 : price);
  const { price } = compareBars(bars, rolled, { hasContracts: true });
  assert.deepEqual(
    price.kind === "offset" && price.levels.map(({ offset, from }) => [offset, from]),
    [[0, day], [50, from], [0, to]],
  );
});

Deno.test("another unit of the price is one factor", () => {
  for (const factor of [100, 1e9, 0.01]) {
    const { price } = compareBars(bars, atPrices(bars, (one) => one * factor));
    assert.equal(price.kind, "scale");
    assert.ok(price.kind === "scale" && Math.abs(price.factor / factor - 1) < 1e-9);
  }
});

Deno.test("another quote currency is a factor that wanders", () => {
  const random = seededRandom(5);
  const dollars = madeBars({ start: 600 });
  let rate = 0.92;
  const euro = atPrices(dollars, (price) => price * (rate *= 1 + 2e-5 * (random() - 0.48)));
  const { price, shift } = compareBars(dollars, euro);
  assert.equal(shift.stretches[0]?.shiftMs, 0);
  assert.equal(price.kind, "drift");
  assert.ok(price.kind === "drift" && price.to - price.from > 0.0005 && price.to < 1);
});

Deno.test("a venue with noise of its own has the same prices, and no constant", () => {
  const random = seededRandom(9);
  const other = atPrices(bars, (price) => price + 0.25 * Math.round(4 * (random() - 0.5)));
  const { price, verdict } = compareBars(bars, other, { hasContracts: true });
  assert.equal(verdict, "different");
  assert.equal(price.kind, "same");
  assert.ok(price.kind === "same" && price.spread > 0);
});

Deno.test("volume in other units is one factor, rounded or not", () => {
  const tenth = { ...bars, volume: bars.volume.map((one) => one / 10) };
  const rounded = { ...bars, volume: bars.volume.map((one) => Math.round(one / 10)) };
  const lots = { ...bars, volume: bars.volume.map((one) => one * 1_000) };
  for (const [other, factor] of [[tenth, 0.1], [rounded, 0.1], [lots, 1_000]] as const) {
    const { volume, verdict } = compareBars(bars, other);
    assert.equal(verdict, "different");
    assert.equal(volume.kind, "scale");
    assert.ok(volume.kind === "scale" && Math.abs(volume.factor / factor - 1) < 0.02);
  }
});

Deno.test("a turnover in the quote currency is no volume", () => {
  const turnover = {
    ...bars,
    volume: bars.volume.map((one, i) => one * (bars.high[i]! + bars.low[i]!) / 2),
  };
  assert.deepEqual(compareBars(bars, turnover).volume, { kind: "turnover", side: "theirs" });
  assert.deepEqual(compareBars(turnover, bars).volume, { kind: "turnover", side: "ours" });
});

Deno.test("a side without volume is equal in its prices", () => {
  const without = { ...bars, volume: bars.volume.map(() => NaN) };
  const { volume, verdict } = compareBars(bars, without);
  assert.deepEqual([volume.kind, verdict], ["absent", "equal"]);
});

Deno.test("prices rounded to a coarser step are named by it, and equal within half of it", () => {
  const fine = madeBars({ tick: 0.01 });
  const coarse = atPrices(fine, (price) => Math.round(price / 0.5) * 0.5);
  const { price, verdict } = compareBars(fine, coarse);
  assert.deepEqual(price, { kind: "rounded", side: "theirs", tick: 0.5 });
  assert.equal(verdict, "different");
  assert.equal(compareBars(fine, coarse, { tolerance: 0.25 }).verdict, "equal");
  assert.deepEqual(compareBars(coarse, fine).price, { kind: "rounded", side: "ours", tick: 0.5 });
});

Deno.test("bars that one side lacks are counted in stretches, and make both different", () => {
  const day = bars.openTime[0]!, gap = day + 6 * HOUR;
  const holed = only(bars, (time) => !(time >= gap && time < gap + 7 * MINUTE));
  const comparison = compareBars(bars, holed);
  assert.equal(comparison.verdict, "different");
  assert.deepEqual(comparison.ours.alone, [{ from: gap, to: gap + 7 * MINUTE, bars: 7 }]);
  assert.equal(comparison.theirs.aloneBars, 0);
  const swapped = compareBars(holed, bars);
  assert.deepEqual(swapped.theirs.alone, [{ from: gap, to: gap + 7 * MINUTE, bars: 7 }]);
  assert.equal(compareBars(bars, holed, { share: 0.99 }).verdict, "equal");
});

Deno.test("what lies before or after the other side is no missing bar", () => {
  const day = bars.openTime[0]!;
  const later = only(bars, (time) => time >= day + DAY);
  const { verdict, range } = compareBars(bars, later);
  assert.equal(verdict, "equal");
  assert.equal(range.from, day + DAY);
});

Deno.test("the worst bars are named, by how far they are from what is to be expected", () => {
  const wrong = bars.openTime[4_321]!;
  const apart = atPrices(bars, (price, time) => price + 40 + (time === wrong ? 9 : 0));
  const { worst } = compareBars(bars, apart, { worst: 3 });
  assert.equal(worst[0]!.openTime, wrong);
  assert.equal(worst[0]!.apart, 9);
  assert.equal(worst[0]!.theirs.close - worst[0]!.ours.close, 49);
  assert.equal(worst.length, 1);
});

Deno.test("bars of another length are compared with ours made as long", () => {
  const five = rebar(bars, { stepMs: 5 * MINUTE });
  const comparison = compareBars(bars, five);
  assert.equal(comparison.stepMs, 5 * MINUTE);
  assert.equal(comparison.verdict, "equal");
  assert.equal(comparison.common, five.openTime.length);
});

Deno.test("sides without a time in common are apart, whatever they hold", () => {
  const other = atTimes(bars, (time) => time + 90 * DAY);
  assert.equal(compareBars(bars, other).verdict, "apart");
  const none = only(bars, () => false);
  assert.equal(compareBars(none, bars).verdict, "apart");
  assert.equal(compareBars(bars, none).verdict, "apart");
  assert.equal(compareBars(none, none).verdict, "apart");
});

Deno.test("markets that know nothing of each other get no shift", () => {
  const { shift } = compareBars(bars, madeBars({ seed: 8 }));
  assert.deepEqual(shift.stretches, []);
  assert.equal(shift.cause, undefined);
});

Deno.test("disorder, repeats and unreadable rows are put right and counted", () => {
  const rows = bars.openTime.length;
  const order = Array.from({ length: rows }, (_, i) => (i * 7_919) % rows);
  const mixed = (column: Float64Array) =>
    Float64Array.from([...order.map((i) => column[i]!), column[5]!, column[6]!]);
  const theirs = {
    openTime: mixed(bars.openTime),
    open: mixed(bars.open),
    high: mixed(bars.high),
    low: mixed(bars.low),
    close: mixed(bars.close),
    volume: mixed(bars.volume),
  };
  theirs.openTime[rows + 1] = NaN;
  const comparison = compareBars(bars, theirs);
  assert.equal(comparison.verdict, "equal");
  assert.deepEqual([comparison.theirs.repeated, comparison.theirs.unusable], [1, 1]);
});

Deno.test("options out of range are refused by name", () => {
  assert.throws(
    () => compareBars(bars, bars, { tolerance: -1 }),
    /tolerance must be 0 or more, got -1/,
  );
  assert.throws(() => compareBars(bars, bars, { share: 2 }), /share must be from 0 to 1, got 2/);
});
