import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex, tradingDayOf } from "../../lib/calendar/globex.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { daysOf, sessionBars, sessionReturns } from "../../lib/sync/session_bars.ts";
import { timeframeBars } from "../../lib/sync/timeframe_bars.ts";
import {
  type Cell,
  gridOf,
  hasShared,
  isWinterGlobexOpen,
  ledgerOf,
  MONDAY,
  readShared,
} from "./grids.ts";

/** Minutes of a future from `start`, priced by their row; out of session where Globex is shut. */
function futureCells(start: number, minutes: number): Cell[] {
  return Array.from(
    { length: minutes },
    (_, row): Cell => globexEquityIndex.isOpen(start + row * MINUTE) === true ? 1_000 + row : "-",
  );
}

Deno.test("a day of a future is a session of its exchange, whatever the clock does at midnight", () => {
  const start = MONDAY - HOUR;
  const grid = gridOf(futureCells(start, 3 * 24 * 60), start);
  const days = daysOf(grid, globexEquityIndex);
  assert.deepEqual(days[0], { from: start, to: start + 23 * HOUR }, "Sunday 17:00 to Monday 16:00");
  const bars = timeframeBars(grid, "1d", { source: "live", calendar: globexEquityIndex });
  assert.deepEqual(bars.map((bar) => bar.openTime), [0, 1, 2].map((day) => start + day * DAY));
  assert.deepEqual(bars.map((bar) => bar.volume), [23 * 60, 23 * 60, 23 * 60]);
  assert.deepEqual([bars[0]?.open, bars[0]?.close], [1_000, 1_000 + 23 * 60 - 1]);
  assert.deepEqual(bars.map((bar) => bar.closed), [true, true, true]);
});

Deno.test("a day of crypto is one of UTC, or the future's session beside a future", () => {
  const start = MONDAY - HOUR;
  const cells = Array.from({ length: 2 * 24 * 60 }, (_, row): Cell => 100 + row);
  const grid = gridOf(cells, start);
  const days = daysOf(grid, alwaysOpen);
  assert.deepEqual(days.map((day) => day.from), [MONDAY - DAY, MONDAY, MONDAY + DAY]);
  const utc = sessionBars(grid, days);
  assert.deepEqual([...utc.complete], [0, 1, 0], "only the whole day is complete");
  const sessions = globexEquityIndex.sessions(start, start + 2 * DAY);
  const cut = sessionBars(grid, sessions);
  assert.equal(cut.close[0], 100 + 23 * 60 - 1, "the close of 16:00 Chicago, not of midnight");
});

Deno.test("sessionReturns go from one session to the next of the same contract, and nowhere else", () => {
  const start = MONDAY - HOUR;
  const cells = futureCells(start, 5 * 24 * 60);
  const sessions = daysOf(gridOf(cells, start), globexEquityIndex);
  const whole = sessionBars(gridOf(cells, start), sessions);
  const returns = sessionReturns(whole, sessions);
  assert.ok(Number.isNaN(returns[0]));
  assert.equal(returns[1], Math.log1p((whole.close[1]! - whole.close[0]!) / whole.close[0]!));
  const gap = sessionBars(gridOf(cells.with(24 * 60 + 5, "."), start), sessions);
  const aroundGap = [...sessionReturns(gap, sessions)].map(Number.isNaN);
  assert.deepEqual(aroundGap, [true, true, true, false, false], "none into or out of day 2");
  const rolled = [...cells.slice(0, 24 * 60), "r" as const, ...cells.slice(24 * 60)];
  const afterRoll = sessionReturns(sessionBars(gridOf(rolled, start), sessions), sessions);
  assert.ok(Number.isNaN(afterRoll[1]) && !Number.isNaN(afterRoll[2]), "no return over a roll");
  const within = [...cells.slice(0, 24 * 60 + 9), "r" as const, ...cells.slice(24 * 60 + 9)];
  const mixed = sessionBars(gridOf(within, start), sessions);
  assert.equal(mixed.complete[1], 0, "two contracts in one session");
  const skipped = sessionReturns(
    sessionBars(gridOf(cells, start), sessions.filter((_, day) => day !== 1)),
    sessions,
  );
  assert.ok(Number.isNaN(skipped[1]), "sessions that do not follow each other");
});

Deno.test("an absent minute leaves a session complete, an unknown one does not", () => {
  const start = MONDAY - HOUR;
  const cells = futureCells(start, 24 * 60);
  const sessions = daysOf(gridOf(cells, start), globexEquityIndex);
  const completeWith = (cell: Cell) =>
    sessionBars(gridOf(cells.with(100, cell), start), sessions).complete[0];
  assert.equal(completeWith("a"), 1);
  assert.equal(completeWith("."), 0);
  const nothing = sessionBars(gridOf(cells.map((): Cell => "a"), start), sessions);
  assert.equal(nothing.length, 0);
});

Deno.test("daily bars of real ES minutes have the vendor's own open, high and low of the day", () => {
  const path = "overlap/w3_2026_frd_ES_1min.csv.gz";
  if (!hasShared(path)) return;
  const { grid } = ledgerOf("ES", path, isWinterGlobexOpen);
  const bars = timeframeBars(grid, "1d", { source: "replay", calendar: globexEquityIndex });
  // The vendor's close is the settlement, and its volume includes blocks: neither is in the minutes.
  const days = new Map(
    readShared("overlap/w3_2026_frd_ES_1day.csv.gz").map((row) => [row.timestamp!, row]),
  );
  let compared = 0;
  for (const bar of bars.filter(({ closed }) => closed)) {
    const day = tradingDayOf(bar.openTime)!;
    const row = days.get(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`)!;
    assert.deepEqual([bar.open, bar.high, bar.low], [row.open, row.high, row.low].map(Number), day);
    compared++;
  }
  assert.ok(compared >= 10, `${compared} days compared`);
});
