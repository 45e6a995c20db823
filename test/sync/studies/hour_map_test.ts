import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import {
  type HourMap,
  type HourMapSettings,
  hourMapStudy,
} from "../../../lib/sync/studies/hour_map.ts";
import { randomSides } from "./random_sides.ts";

const FROM = Date.UTC(2026, 0, 5);
const DAYS = 14;
const TIMEFRAMES: HourMapSettings = { timeZone: "UTC", rows: ["5m", "15m"] };

function mapOf(
  seed: number,
  correlationAt: (time: number) => number,
  settings = TIMEFRAMES,
): HourMap {
  const sides = randomSides({ start: FROM, minutes: DAYS * DAY / MINUTE, seed, correlationAt });
  const result = hourMapStudy.run({ timeframe: "5m", days: 30, hours: "all", sides }, settings);
  assert.ok(result.kind === "found");
  return result.found;
}

const starsOf = ({ rows }: HourMap) =>
  rows.flatMap(({ label, cells }) =>
    cells.filter(({ isStarred }) => isStarred).map(({ hour }) => `${label} ${hour}`)
  );

Deno.test("where no hour differs, a map has a star in about one of twenty, fat tails and regimes of days or not", () => {
  const maps = 60;
  let withStar = 0;
  for (let seed = 1; seed <= maps; seed++) {
    // Each day has a regime of its own: that is no habit of an hour.
    const map = mapOf(seed, (time) => Math.floor(time / DAY) % 3 === 0 ? 0.8 : 0.2);
    assert.equal(map.tested, 48);
    if (map.starred > 0) withStar++;
  }
  // Three expected; more than eight of sixty come by luck in one of a hundred runs.
  assert.ok(withStar <= 8, `${withStar} of ${maps} maps have a star`);
});

Deno.test("an hour that differs is starred, and few others are", () => {
  let found = 0, others = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const map = mapOf(seed, (time) => Math.floor(time % DAY / HOUR) === 14 ? 0.9 : 0.2);
    const stars = starsOf(map);
    if (stars.includes("5m 14")) found++;
    others += stars.filter((star) => !star.endsWith(" 14")).length;
  }
  assert.ok(found >= 9, `${found} of 10`);
  assert.ok(others <= 5, `${others} false stars`);
});

Deno.test("a cell's number is the correlation of its own pairs, with an interval around it and its n", () => {
  const map = mapOf(3, (time) => Math.floor(time % DAY / HOUR) < 12 ? 0.8 : 0);
  const [row] = map.rows;
  assert.equal(row!.label, "5m");
  for (const { hour, value, lo, hi, n, expected, days } of row!.cells) {
    assert.ok(lo < value && value < hi, `${hour}: ${lo} ${value} ${hi}`);
    assert.deepEqual([expected, days], [hour === 0 ? 12 * DAYS - 1 : 12 * DAYS, DAYS]);
    assert.equal(n, expected);
    assert.ok(hour < 12 ? value > 0.55 : Math.abs(value) < 0.35, `${hour}: ${value}`);
  }
});

Deno.test("by weekday each hour has two days of a fortnight, which is no habit: nothing is tested", () => {
  const map = mapOf(1, () => 0.5, { timeZone: "UTC", rows: "weekdays" });
  assert.deepEqual(map.rows.map(({ label }) => label), [
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
  ]);
  assert.deepEqual([map.tested, map.starred], [0, 0]);
  assert.ok(map.rows.every(({ cells }) => cells.every(({ isThin }) => isThin)));
});

Deno.test("too few pairs make no map, and say how many there are", () => {
  const sides = randomSides({ start: FROM, minutes: 20, seed: 1, correlationAt: () => 0.5 });
  const scope = { timeframe: "5m", days: 1, hours: "all", sides } as const;
  const result = hourMapStudy.run(scope, TIMEFRAMES);
  assert.ok(result.kind === "lacking");
  assert.match(result.reason, /^no hour has the 10 pairs of returns .* the most is 3\.$/);
});
