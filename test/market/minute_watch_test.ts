import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { MinuteWatch } from "../../lib/market/minute_watch.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { barAt } from "../support/bars.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);

function watched() {
  const ledgers = ["BTCUSDT", "ES"].map((id) => new MinuteLedger(id, () => true));
  for (const ledger of ledgers) ledger.start(START);
  return {
    ledgers,
    watch: new MinuteWatch({
      ledgers: new Map(ledgers.map((each) => [each.instrument, each])),
      graceMs: 8_000,
    }),
  };
}

Deno.test("MinuteWatch tells a minute as soon as every ledger has it, once", () => {
  const { ledgers, watch } = watched();
  assert.deepEqual(watch.passed(START + 10_000), []);
  for (const ledger of ledgers) ledger.offer(barAt(START, 100), "stream");
  assert.deepEqual(watch.passed(START + 30_000), [], "not before its end");
  assert.deepEqual(watch.passed(START + MINUTE), [{ openTime: START, waitingFor: [] }]);
  assert.deepEqual(watch.passed(START + MINUTE + 1), []);
});

Deno.test("MinuteWatch waits for a late ledger, but only for the grace", () => {
  const { ledgers, watch } = watched();
  watch.passed(START + 10_000);
  ledgers[0]!.offer(barAt(START, 100), "stream");
  assert.deepEqual(watch.passed(START + MINUTE + 7_999), []);
  assert.deepEqual(watch.passed(START + MINUTE + 8_000), [{ openTime: START, waitingFor: ["ES"] }]);
});

Deno.test("MinuteWatch does not hold new minutes back for an old hole", () => {
  const { ledgers, watch } = watched();
  watch.passed(START + 10_000);
  watch.passed(START + MINUTE + 8_000);
  for (const ledger of ledgers) ledger.offer(barAt(START + MINUTE, 100), "stream");
  assert.deepEqual(watch.passed(START + 2 * MINUTE), [
    { openTime: START + MINUTE, waitingFor: [] },
  ]);
});

Deno.test("MinuteWatch tells every minute of a pause in order, up to a bound", () => {
  const { ledgers, watch } = watched();
  watch.passed(START);
  const told = watch.passed(START + 3 * MINUTE + 30_000);
  assert.deepEqual(told.map((m) => (m.openTime - START) / MINUTE), [0, 1, 2]);
  assert.equal(watch.passed(START + 1_000 * MINUTE).length, 240);
  assert.equal(ledgers[0]!.to, START + 1_000 * MINUTE);
});

Deno.test("MinuteWatch makes none of the minutes that a jump of the time leaves out, and follows it back", () => {
  const { ledgers, watch } = watched();
  watch.passed(START + 10_000);
  const later = Date.UTC(2099, 11, 3, 14);
  assert.equal(watch.passed(later).length, 240);
  assert.ok(ledgers.every(({ to }) => to === START), "their own venues move them");
  assert.equal(watch.passed(later + MINUTE + 8_000).length, 2);
  assert.deepEqual(watch.passed(START + 5 * MINUTE), []);
  const [back] = watch.passed(START + 6 * MINUTE + 8_000);
  assert.equal(back!.openTime, START + 5 * MINUTE);
  assert.ok(ledgers.every(({ to }) => to < START + DAY));
});
