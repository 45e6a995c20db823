import assert from "node:assert/strict";
import { cmeCrypto, comexMetals } from "../../lib/calendar/cme_hours.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";

const { calendar: metals, known: knownMetals } = comexMetals;
const { calendar: crypto, known: knownCrypto } = cmeCrypto;

Deno.test("metals have the hours of the index futures on plain days", () => {
  for (let time = Date.UTC(2026, 2, 2); time < Date.UTC(2026, 2, 16); time += 15 * MINUTE) {
    assert.equal(metals.isOpen(time), globexEquityIndex.isOpen(time));
    assert.equal(knownMetals.isOpen(time), globexEquityIndex.isOpen(time));
  }
  assert.equal(metals.isOpen(NaN), undefined);
});

Deno.test("metals are shut on Christmas and Good Friday, and nobody knows when they end early", () => {
  assert.equal(metals.isOpen(Date.UTC(2026, 11, 25, 15)), false);
  assert.equal(metals.isOpen(Date.UTC(2024, 2, 29, 15)), false);
  const laborDay = Date.UTC(2026, 8, 7);
  assert.equal(knownMetals.isOpen(laborDay + 15 * 60 * MINUTE), true, "10:00 in Chicago");
  assert.equal(globexEquityIndex.isOpen(laborDay + 18 * 60 * MINUTE), false);
  assert.equal(metals.isOpen(laborDay + 18 * 60 * MINUTE), true);
  assert.equal(knownMetals.isOpen(laborDay + 18 * 60 * MINUTE), undefined, "13:00 in Chicago");
  assert.equal(knownMetals.isOpen(laborDay + 21.5 * 60 * MINUTE), false, "the daily break");
  assert.equal(knownMetals.isOpen(laborDay + 23 * 60 * MINUTE), true, "Tuesday's session");
  assert.equal(
    knownMetals.isOpen(Date.UTC(2026, 3, 3, 12)),
    undefined,
    "Good Friday with a session",
  );
});

Deno.test("metals beyond the table of holidays are not known to be open", () => {
  assert.equal(knownMetals.isOpen(Date.UTC(2031, 5, 4, 15)), undefined);
  assert.equal(knownMetals.isOpen(Date.UTC(2031, 5, 7, 15)), false, "a Saturday");
});

Deno.test("crypto futures keep Globex hours until they trade around the clock", () => {
  const saturday = Date.UTC(2026, 4, 23, 15);
  assert.equal(crypto.isOpen(saturday), false);
  assert.equal(crypto.isOpen(saturday + 7 * DAY), undefined, "after 2026-05-29 16:00 in Chicago");
  assert.equal(knownCrypto.isOpen(saturday + 7 * DAY), undefined);
  assert.equal(crypto.isOpen(Date.UTC(2026, 4, 29, 20, 59)), true);
  assert.equal(crypto.isOpen(Date.UTC(2026, 4, 29, 21)), undefined);
  assert.equal(knownCrypto.isOpen(Date.UTC(2026, 5, 10, 15)), true, "a plain Wednesday");
  assert.equal(crypto.sessionOf(saturday + 7 * DAY), undefined);
});
