import assert from "node:assert/strict";
import { DayCount } from "../../lib/model/count_days.ts";
import { stateOfDay } from "../../lib/model/coverage_day.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";

const MONDAY = Date.UTC(2026, 0, 5);

Deno.test("a stretch over midnight is counted in both days", () => {
  const days = new DayCount();
  days.add(MONDAY + 23 * HOUR, MONDAY + DAY + 2 * HOUR, "held");
  days.add(MONDAY + DAY + 2 * HOUR, MONDAY + DAY + 3 * HOUR, "closed");
  assert.deepEqual(days.all(), [
    { day: MONDAY, held: 60, missing: 0, closed: 0, reason: "" },
    { day: MONDAY + DAY, held: 120, missing: 0, closed: 60, reason: "" },
  ]);
});

Deno.test("a day's reason is that of most of its missing minutes", () => {
  const days = new DayCount();
  days.add(MONDAY, MONDAY + MINUTE, "missing", "a cut");
  days.add(MONDAY + HOUR, MONDAY + HOUR + 5 * MINUTE, "missing", "a ban");
  days.add(MONDAY + 2 * HOUR, MONDAY + 2 * HOUR + 2 * MINUTE, "missing", "a cut");
  assert.deepEqual(days.all(), [{ day: MONDAY, held: 0, missing: 8, closed: 0, reason: "a ban" }]);
});

Deno.test("days between that hold nothing are there, and are closed", () => {
  const days = new DayCount();
  days.add(MONDAY, MONDAY + MINUTE, "held");
  days.add(MONDAY + 3 * DAY, MONDAY + 3 * DAY + MINUTE, "missing");
  const all = days.all();
  assert.deepEqual(all.map(stateOfDay), ["complete", "closed", "closed", "missing"]);
  assert.deepEqual(new DayCount().all(), []);
});

Deno.test("a day is partly held where one minute of it is missing", () => {
  const day = { day: MONDAY, held: 1_439, missing: 1, closed: 0, reason: "" };
  assert.equal(stateOfDay(day), "partly");
});
