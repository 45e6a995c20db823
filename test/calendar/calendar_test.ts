import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";

Deno.test("alwaysOpen is open at any time, in one session without end", () => {
  const time = Date.UTC(2026, 2, 8, 7);
  assert.equal(alwaysOpen.isOpen(time), true);
  assert.equal(alwaysOpen.nextOpen(time), time);
  assert.deepEqual(alwaysOpen.sessionOf(time), { from: -Infinity, to: Infinity });
  assert.deepEqual(alwaysOpen.sessions(time, time + 1), [{ from: -Infinity, to: Infinity }]);
  assert.deepEqual(alwaysOpen.sessions(time, time), []);
});
