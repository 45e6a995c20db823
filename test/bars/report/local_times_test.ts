import assert from "node:assert/strict";
import { zonesByClockChange } from "../../../lib/bars/report/clock_changes.ts";
import { habitualHours } from "../../../lib/bars/report/habitual_hours.ts";
import { WallClock } from "../../../lib/bars/wall_clock.ts";
import { LocalClock } from "../../../lib/calendar/local_clock.ts";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";

const minutes = (from: number, to: number) =>
  Float64Array.from({ length: (to - from) / MINUTE }, (_, i) => from + i * MINUTE);

/** What the clocks of a zone show at these times, as if it were UTC. */
function shown(times: Float64Array, zone: string): Float64Array {
  const clock = new LocalClock(zone);
  return times.map((time) => {
    const { day, minute } = clock.at(time);
    return day * DAY + minute * MINUTE;
  });
}

Deno.test("WallClock makes every minute of a year of a zone UTC again, up and down", () => {
  const year = minutes(Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1));
  for (const zone of ["America/New_York", "Europe/Berlin", "Australia/Sydney", "Asia/Kolkata"]) {
    for (const times of [year, year.toReversed()]) {
      const clock = new WallClock(zone);
      const local = shown(times, zone);
      assert.ok(local.every((time, i) => clock.utcOf(time) === times[i]), zone);
    }
  }
  assert.equal(new WallClock("Europe/Berlin").utcOf(Date.UTC(2026, 2, 29, 2, 30)), NaN);
  assert.throws(() => new WallClock("Mars/Olympus"), RangeError);
});

Deno.test("zonesByClockChange names the zones whose clocks leap, or show an hour twice, in the times", () => {
  const spring = minutes(Date.UTC(2026, 2, 20), Date.UTC(2026, 3, 3));
  const fall = minutes(Date.UTC(2025, 9, 20), Date.UTC(2025, 10, 8));
  for (const zone of ["Europe/Berlin", "Europe/London"]) {
    assert.deepEqual(zonesByClockChange(shown(spring, zone), MINUTE), [zone]);
    assert.deepEqual(zonesByClockChange(shown(fall, zone), MINUTE), [zone]);
  }
  const american = ["America/New_York", "America/Chicago", "America/Los_Angeles"];
  assert.deepEqual(zonesByClockChange(shown(fall, "America/Chicago"), MINUTE), american);
  for (const times of [spring, fall]) {
    assert.deepEqual(zonesByClockChange(times, MINUTE), [], "UTC never changes");
    assert.deepEqual(zonesByClockChange(shown(times, "Asia/Tokyo"), MINUTE), []);
  }
  const shut = shown(spring, "Europe/Berlin").filter((time) =>
    Math.abs(time - Date.UTC(2026, 2, 29, 2)) > 3 * HOUR
  );
  assert.deepEqual(zonesByClockChange(shut, MINUTE), [], "nothing traded when the clocks changed");
  assert.deepEqual(zonesByClockChange(Float64Array.of(NaN), MINUTE), []);
  assert.deepEqual(zonesByClockChange(shown(spring, "Europe/Berlin"), HOUR), []);
});

/** Weekdays of March 2026, in which New York's clocks change, from and to these minutes of its day. */
function sessions(from: number, to: number): Float64Array {
  const clock = new LocalClock("America/New_York");
  return minutes(Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 28)).filter((time) => {
    const { weekday, minute } = clock.at(time);
    return weekday <= 5 && minute >= from && minute < to;
  });
}

Deno.test("habitualHours learns the hours that bars repeat, on the clock on which they repeat", () => {
  const bars = sessions(570, 960);
  const { calendar, zone, text } = habitualHours(bars, MINUTE)!;
  assert.equal(zone, "America/New_York");
  assert.equal(text, "09:30 to 16:00 on weekdays, America/New_York time");
  assert.ok(bars.every((time) => calendar.isOpen(time) === true));
  const from = bars[0]!, to = bars.at(-1)! + MINUTE;
  const open = calendar.sessions(from, to);
  assert.equal(open.reduce((sum, one) => sum + one.to - one.from, 0), bars.length * MINUTE);
  assert.equal(calendar.isOpen(to), false);
  assert.equal(calendar.nextOpen(open[0]!.to), open[1]!.from);
  assert.deepEqual(calendar.sessionOf(from + HOUR), open[0]);
});

Deno.test("habitualHours takes thin minutes for open and a lost day for lost, and is silent without a habit", () => {
  const bars = sessions(570, 960);
  const lost = Date.UTC(2026, 2, 11);
  const thin = bars.filter((time, i) => i % 7 !== 3 && Math.floor(time / DAY) * DAY !== lost);
  const { calendar, text } = habitualHours(thin, MINUTE)!;
  assert.equal(text, "09:30 to 16:00 on weekdays, America/New_York time");
  assert.equal(calendar.isOpen(lost + 15 * HOUR), true);
  assert.equal(habitualHours(bars.subarray(0, 390), MINUTE), undefined, "one day is no habit");
  assert.equal(habitualHours(bars, 2 * HOUR), undefined);
  const sparse = bars.filter((_, i) => i % 17 === 0);
  assert.equal(habitualHours(sparse, MINUTE), undefined);
});
