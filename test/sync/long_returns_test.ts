import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { packReturns, unpackReturns } from "../../lib/charts/packed_returns.ts";
import { studyReturns } from "../../lib/charts/window_study.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { correlateDays } from "../../lib/sync/day_correlation.ts";
import { laggedPairs, type LongTimeframe } from "../../lib/sync/lagged_pairs.ts";
import { longReturns } from "../../lib/sync/long_returns.ts";
import { correlate } from "../../lib/sync/pair_correlation.ts";
import { type Cell, gridOf, MONDAY } from "./grids.ts";

/** Sunday 17:00 Chicago, in winter. */
const START = MONDAY - HOUR;
const MINUTES = 5 * 7 * 24 * 60;
const calendars = [alwaysOpen, globexEquityIndex] as const;

/** Steps every four hours, and a smaller step a minute; `late` shifts what moves it. */
function cells(isOpen: (time: number) => boolean, late = 0): Cell[] {
  const stepAt = (slot: number) => 3 * Math.sin(slot * 12.9898) + 2 * Math.sin(slot * 78.233);
  let price = 5_000, slotBefore = NaN;
  return Array.from({ length: MINUTES }, (_, row): Cell => {
    const time = START + row * MINUTE, slot = Math.floor(time / (4 * HOUR)) - late;
    if (slot !== slotBefore) price += stepAt(slot);
    slotBefore = slot;
    return isOpen(time) ? price + (row % 7) / 100 : "-";
  });
}

const isOpen = (time: number) => globexEquityIndex.isOpen(time) === true;
const coin = gridOf(cells(() => true).with(9_000, "."), START);
const future = gridOf(cells(isOpen), START);
const study = { maxLag: 4, lag: 0, source: "simulated" } as const;

Deno.test("longReturns and studyReturns give the market's own correlation at 4h and 1d", () => {
  const to = START + 33 * DAY + 5 * HOUR;
  const own = {
    "4h": correlate(coin, future, { timeframe: "4h", window: 42, to }),
    "1d": correlateDays(coin, future, { calendars, window: 20, to }),
  };
  for (const [timeframe, window] of [["4h", 42], ["1d", 20]] as const) {
    const returns = longReturns(coin, future, timeframe, { calendars, to });
    const { rolling, newest, laterEnd } = studyReturns(returns, { ...study, timeframe, window });
    assert.deepEqual(rolling, own[timeframe]);
    assert.deepEqual(laterEnd, rolling.endTime);
    assert.ok(newest.kind === "ok" && newest.value === own[timeframe].r.at(-1), timeframe);
    assert.ok(newest.to <= to && newest.to > to - DAY);
  }
});

Deno.test("studyReturns finds a follower at its lag, and ends its line with the point there", () => {
  const follower = gridOf(cells(() => true, 2), START);
  const always = [alwaysOpen, alwaysOpen] as const;
  const returns = longReturns(coin, follower, "4h", { calendars: always });
  for (const lag of [-3, 0, 2]) {
    const { rolling, byLag, newest } = studyReturns(returns, {
      ...study,
      lag,
      timeframe: "4h",
      window: 60,
    });
    const best = byLag.reduce((one, other) => other.r > one.r ? other : one);
    assert.equal(best.lag, 2, "the first leads by two bars");
    assert.ok(best.r > 0.95, `${best.r}`);
    const point = byLag.find((one) => one.lag === lag)!;
    assert.ok(Math.abs(point.r - rolling.r.at(-1)!) < 1e-9);
    assert.equal(point.n, newest.n);
  }
});

Deno.test("laggedPairs pairs each slot with that so many later, and knows it when the later has ended", () => {
  const returns = longReturns(coin, future, "4h", { calendars });
  for (const lag of [-2, 0, 3]) {
    const pairs = laggedPairs(returns, lag);
    assert.equal(pairs.length, returns.a.length - Math.abs(lag));
    const row = 10, inA = row + Math.max(0, -lag);
    assert.equal(pairs.a[row], returns.a[inA]);
    assert.equal(pairs.b[row], returns.b[inA + lag]);
    assert.equal(pairs.possible[row], returns.possibleA[inA]! & returns.possibleB[inA + lag]!);
    assert.equal(pairs.laterEnd(row), Math.max(returns.endTime[inA]!, returns.endTime[inA + lag]!));
  }
  assert.equal(laggedPairs(returns, 1_000).length, 0);
});

Deno.test("longReturns looks at the newest past alone, and packReturns keeps every digit of it", () => {
  for (const timeframe of ["4h", "1d"] satisfies LongTimeframe[]) {
    const all = longReturns(coin, future, timeframe, { calendars });
    const some = longReturns(coin, future, timeframe, { calendars, lengthMs: 10 * DAY });
    assert.ok(some.a.length > 5 && some.a.length < all.a.length / 2);
    // The first of the newest past has nothing before it.
    assert.deepEqual(some.a.slice(2), all.a.slice(2 - some.a.length));
    assert.deepEqual(unpackReturns(packReturns(all)), all);
  }
  const none = longReturns(gridOf([]), gridOf([]), "4h", { calendars });
  assert.equal(none.a.length, 0);
  assert.deepEqual(unpackReturns(packReturns(none)), none);
  const { newest } = studyReturns(none, { ...study, timeframe: "4h", window: 42 });
  assert.equal(newest.kind, "insufficient");
});
