import assert from "node:assert/strict";
import { alwaysOpen, neverOwed } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { correlation } from "../../lib/stats/correlation/correlation.ts";
import { correlateAllDays, correlateDays, newestOfDays } from "../../lib/sync/day_correlation.ts";
import { daysOf } from "../../lib/sync/session_bars.ts";
import { type Cell, gridOf, MONDAY } from "./grids.ts";

/** Sunday 17:00 Chicago, in winter. */
const START = MONDAY - HOUR;
const WEEKS = 5;

const futurePrice = (time: number) => 5_000 + 30 * Math.sin(time / DAY * 1.7) + time / DAY % 7;
const coinPrice = (time: number) => 90_000 + 900 * Math.sin(time / DAY * 1.7 + 0.4);

function cellsOf(price: (time: number) => number, isOpen: (time: number) => boolean): Cell[] {
  return Array.from({ length: WEEKS * 7 * 24 * 60 }, (_, row): Cell => {
    const time = START + row * MINUTE;
    return isOpen(time) ? price(time) : "-";
  });
}

const future = cellsOf(futurePrice, (time) => globexEquityIndex.isOpen(time) === true);
const coin = cellsOf(coinPrice, () => true);
const calendars = [alwaysOpen, globexEquityIndex] as const;

/** The closes of both at the ends of the sessions, by hand. */
function closesBySession() {
  const sessions = globexEquityIndex.sessions(START, START + WEEKS * 7 * DAY);
  const last = sessions.map(({ to }) => to - MINUTE);
  const returns = (price: (time: number) => number) =>
    last.slice(1).map((time, i) => Math.log(price(time) / price(last[i]!)));
  return { sessions, coin: returns(coinPrice), future: returns(futurePrice) };
}

Deno.test("correlateDays sets returns from session to session beside each other, crypto cut to the same", () => {
  const byHand = closesBySession();
  const series = correlateDays(gridOf(coin, START), gridOf(future, START), { calendars });
  assert.deepEqual([...series.openTime], byHand.sessions.map(({ from }) => from));
  assert.deepEqual([...series.endTime], byHand.sessions.map(({ to }) => to));
  assert.equal(series.window, 20);
  const row = series.length - 1;
  assert.equal(series.n[row], 20);
  assert.equal(series.expected[row], 20);
  const direct = correlation(byHand.coin.slice(-20), byHand.future.slice(-20)).value;
  assert.ok(Math.abs(series.r[row]! - direct) < 1e-9, `${series.r[row]} for ${direct}`);
  assert.ok(Number.isNaN(series.r[18]) && !Number.isNaN(series.r[20]), "20 returns are needed");
});

Deno.test("correlateDays has no return into or out of a day with a gap, nor across a roll, and expects them", () => {
  const grid = gridOf(future.with(8 * 24 * 60 + 5, "."), START);
  const rolled = gridOf(future, START);
  const rollAt = 17 * 24 * 60;
  rolled.contract.fill(1, 0, rollAt);
  rolled.contract.fill(2, rollAt);
  const options = { calendars, window: 24, minPeriods: 10 };
  for (const [name, b, lost] of [["gap", grid, 2], ["roll", rolled, 1]] as const) {
    const { n, expected } = correlateDays(gridOf(coin, START), b, options);
    assert.equal(expected.at(-1)! - n.at(-1)!, lost, name);
  }
});

Deno.test("correlateDays knows nothing of a day before it has ended", () => {
  const a = gridOf(coin, START), b = gridOf(future, START);
  const whole = correlateDays(a, b, { calendars });
  const end = whole.endTime[22]!;
  const part = correlateDays(a, b, { calendars, to: end });
  assert.equal(part.length, 23);
  assert.deepEqual(part.r, whole.r.subarray(0, 23));
  assert.equal(correlateDays(a, b, { calendars, to: end - MINUTE }).length, 22);
  const late = correlateDays(a, b, { calendars, from: whole.openTime[21]! });
  assert.deepEqual(late.r, whole.r.subarray(21));
});

Deno.test("the newest day and all days give the evidence that the series has", () => {
  const a = gridOf(coin, START), b = gridOf(future, START);
  const series = correlateDays(a, b, { calendars });
  const newest = newestOfDays(a, b, { calendars, source: "replay" });
  assert.ok(newest.kind === "ok");
  assert.equal(newest.value, series.r.at(-1));
  assert.equal(newest.from, series.openTime.at(-20));
  assert.equal(newest.to, series.endTime.at(-1));
  assert.match(newest.method, /1d log returns, last 20/);
  const all = correlateAllDays(a, b, { calendars, source: "replay" });
  assert.ok(all.kind === "ok");
  assert.equal(all.n, series.length - 1);
  const few = newestOfDays(a, b, { calendars, source: "replay", to: START + 9 * DAY });
  assert.ok(few.kind === "insufficient");
  assert.match(few.reason, /^\d+ of 20 needed/);
});

Deno.test("days of two markets without sessions are those of UTC", () => {
  const a = gridOf(coin, START);
  const { openTime } = correlateDays(a, a, { calendars: [alwaysOpen, alwaysOpen] });
  assert.ok(openTime.every((time) => time % DAY === 0));
  const unspecified = daysOf({ start: MONDAY, length: 2 * 24 * 60 }, neverOwed);
  assert.deepEqual(unspecified.map(({ from }) => from), [MONDAY, MONDAY + DAY]);
});
