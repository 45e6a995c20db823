import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { localPairs } from "../../../lib/sync/studies/local_pairs.ts";
import { randomSides } from "./random_sides.ts";

/** Each change of clocks, and how long the local day is on which it comes. */
const CHANGES = [
  { timeZone: "America/Chicago", at: Date.UTC(2026, 2, 8, 8), hours: 23, missing: 2 },
  { timeZone: "America/Chicago", at: Date.UTC(2025, 10, 2, 7), hours: 25, missing: undefined },
  { timeZone: "Europe/Berlin", at: Date.UTC(2026, 2, 29, 1), hours: 23, missing: 2 },
  { timeZone: "Europe/Berlin", at: Date.UTC(2026, 9, 25, 1), hours: 25, missing: undefined },
] as const;

/** What a clock on the wall shows then, by the platform's own table of zones. */
function wallOf(time: number, timeZone: string): { day: string; hour: number } {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
  }).formatToParts(time);
  const of = (type: string) => parts.find((part) => part.type === type)!.value;
  return { day: `${of("year")}-${of("month")}-${of("day")}`, hour: Number(of("hour")) };
}

for (const { timeZone, at, hours, missing } of CHANGES) {
  const start = at - 2 * DAY, minutes = 4 * DAY / MINUTE;
  const sides = randomSides({ start, minutes, seed: 1, correlationAt: () => 0.5 });
  const name = `${timeZone} on ${new Date(at).toISOString().slice(0, 10)}`;

  Deno.test(`through the change of clocks of ${name} each bar is in the hour that the wall shows`, () => {
    for (const timeframe of ["1m", "15m", "1h"] as const) {
      const stepMs = { "1m": MINUTE, "15m": 15 * MINUTE, "1h": HOUR }[timeframe];
      const pairs = localPairs(sides, timeframe, timeZone);
      assert.equal(pairs.length, 4 * DAY / stepMs, timeframe);
      pairs.forEach(({ day, hour }, i) => {
        const wall = wallOf(start + i * stepMs, timeZone);
        const date = new Date(day * DAY).toISOString().slice(0, 10);
        assert.deepEqual({ day: date, hour }, wall, `${timeframe} bar ${i}`);
      });
    }
  });

  Deno.test(`the day of ${name} has ${hours} hours, and no return reaches over the change`, () => {
    const pairs = localPairs(sides, "15m", timeZone);
    const changed = wallOf(at, timeZone).day;
    const thatDay = pairs.filter(({ day }) =>
      new Date(day * DAY).toISOString().startsWith(changed)
    );
    assert.equal(thatDay.length, 4 * hours);
    const counts = new Map<number, number>();
    for (const { hour } of thatDay) counts.set(hour, (counts.get(hour) ?? 0) + 1);
    if (missing === undefined) assert.equal([...counts.values()].filter((n) => n === 8).length, 1);
    else assert.equal(counts.has(missing), false);
    const over = (at - start) / (15 * MINUTE);
    assert.ok(Number.isNaN(pairs[over]!.a), "the bar that begins at the change");
    assert.ok(Number.isFinite(pairs[over - 1]!.a) && Number.isFinite(pairs[over + 1]!.a));
  });

  Deno.test(`bars of four hours open at 0, 4, 8 … by the wall before and after ${name}`, () => {
    const pairs = localPairs(sides, "4h", timeZone);
    const hoursOf = new Set(
      pairs.filter(({ a }) => Number.isFinite(a)).map(({ hour }) => hour % 4),
    );
    assert.deepEqual([...hoursOf], [0]);
  });
}
