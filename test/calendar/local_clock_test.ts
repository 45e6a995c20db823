import assert from "node:assert/strict";
import fc from "fast-check";
import { LocalClock } from "../../lib/calendar/local_clock.ts";
import { SessionClock } from "../../lib/calendar/market_sessions.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";

const ZONES = [
  "America/New_York",
  "Europe/London",
  "Asia/Tokyo",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
];

Deno.test("LocalClock shows what Temporal shows, in any order of asking", () => {
  const clocks = ZONES.map((zone) => new LocalClock(zone));
  const time = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2030, 0) });
  fc.assert(
    fc.property(time, (at) => {
      for (const clock of clocks) {
        const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(clock.timeZone);
        const { weekday, minute, day } = clock.at(at);
        assert.equal(weekday, zoned.dayOfWeek);
        assert.equal(minute, zoned.hour * 60 + zoned.minute);
        const epochDay = zoned.toPlainDate().since("1970-01-01", { largestUnit: "days" }).days;
        assert.equal(day, epochDay);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("LocalClock changes at the very minute at which the clocks change", () => {
  const spring = Date.UTC(2026, 2, 8, 7);
  const clock = new LocalClock("America/New_York");
  for (const time of [spring, spring - MINUTE, spring, spring + HOUR]) {
    const { minute } = clock.at(time);
    assert.equal(minute, time < spring ? 119 : 180 + (time - spring) / MINUTE);
  }
  assert.throws(() => new LocalClock("Mars/Base"), RangeError);
});

Deno.test("SessionClock keeps New York's and London's hours in the weeks when only one has changed", () => {
  const us = new SessionClock("us"), europe = new SessionClock("europe");
  const between = Date.UTC(2026, 2, 16); // New York has changed on 8 March, London changes on the 29th
  assert.equal(us.isOpen(between + 13.5 * HOUR), true);
  assert.equal(us.isOpen(between + 13.5 * HOUR - MINUTE), false);
  assert.equal(us.isOpen(between + 20 * HOUR), false);
  assert.equal(europe.isOpen(between + 8 * HOUR), true);
  assert.equal(europe.isOpen(between + 16.5 * HOUR), false);
  assert.equal(new SessionClock("asia").isOpen(between), true);
  assert.equal(us.isOpen(NaN), false);
  const own = new SessionClock({ timeZone: "UTC", open: 60, close: 120 });
  assert.deepEqual([own.isOpen(between + HOUR), own.isOpen(between + 2 * HOUR)], [true, false]);
});

Deno.test("Tokyo trades to 15:00 up to 4 November 2024, and to 15:30 since", () => {
  const asia = new SessionClock("asia");
  const at = (day: number, hour: number, minute: number) =>
    Date.UTC(2024, 10, day, hour - 9, minute);
  assert.deepEqual([asia.isOpen(at(1, 14, 59)), asia.isOpen(at(1, 15, 0))], [true, false]);
  assert.deepEqual([asia.isOpen(at(5, 15, 0)), asia.isOpen(at(5, 15, 29))], [true, true]);
  assert.equal(asia.isOpen(at(5, 15, 30)), false);
  assert.equal(asia.isOpen(Date.UTC(2026, 0, 26, 6, 29)), true);
});
