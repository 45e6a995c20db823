import assert from "node:assert/strict";
import { ianaZone, parseDate, zonedTime } from "../../lib/calendar/zone.ts";

Deno.test("ianaZone knows the names TWS uses, in any case", () => {
  for (
    const [name, zone] of [
      ["US/Central", "US/Central"],
      ["America/Chicago", "America/Chicago"],
      ["CTT", "America/Chicago"],
      ["CST", "America/Chicago"],
      ["cst", "America/Chicago"],
      ["CST (Central Standard Time)", "America/Chicago"],
      ["EST", "America/New_York"],
      ["EST5EDT", "America/New_York"],
      ["EST (Eastern Standard Time)", "America/New_York"],
      ["XXX (Eastern Standard Time)", "America/New_York"],
      ["JST", "Asia/Tokyo"],
      ["UTC", "UTC"],
    ] as const
  ) assert.equal(ianaZone(name), zone, name);
});

Deno.test("ianaZone has no answer for what is no zone", () => {
  for (const name of ["", " ", "Mars/Olympus", "()", "12:00", "constructor", "toString"]) {
    assert.equal(ianaZone(name), undefined, name);
  }
});

Deno.test("ianaZone's EST has summer time, unlike the zone of that name", () => {
  const july = parseDate("20260701")!;
  assert.equal(
    zonedTime(july, { hour: 9, minute: 30 }, ianaZone("EST")!),
    Date.UTC(2026, 6, 1, 13, 30),
  );
});

Deno.test("zonedTime takes 24:00 as the next midnight, on days of 23 and 25 hours too", () => {
  const lengthOf = (text: string) => {
    const date = parseDate(text)!;
    const hours = (hour: number) => zonedTime(date, { hour }, "America/Chicago") / 3_600_000;
    return hours(24) - hours(0);
  };
  assert.deepEqual(["20260308", "20260309", "20261101"].map(lengthOf), [23, 24, 25]);
});
