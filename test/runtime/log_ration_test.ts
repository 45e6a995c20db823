import assert from "node:assert/strict";
import { LogRation } from "../../lib/runtime/log_ration.ts";

const START = Date.UTC(2025, 11, 3, 14);

function take(ration: LogRation, count: number, now: number): number {
  let written = 0;
  for (let i = 0; i < count; i++) if (ration.take("ibkr", "info", now) !== undefined) written++;
  return written;
}

Deno.test("LogRation lets a burst through, then five lines a second, and counts what it left out", () => {
  const ration = new LogRation();
  assert.equal(take(ration, 10_000, START), 500);
  assert.equal(take(ration, 10_000, START + 60_000), 300);
  assert.equal(ration.take("ibkr", "info", START + 60_200), 9_700);
  assert.equal(ration.take("ibkr", "info", START + 60_400), 0);
  assert.equal(take(ration, 10_000, START + 3_600_000), 500, "no more than a burst is saved up");
});

Deno.test("LogRation gives each source and level its own share", () => {
  const ration = new LogRation();
  take(ration, 501, START);
  assert.equal(ration.take("ibkr", "info", START), undefined);
  assert.equal(ration.take("ibkr", "warning", START), 0);
  assert.equal(ration.take("binance", "info", START), 0);
  assert.deepEqual([...ration.takeRest()], [["ibkr", 2]]);
  assert.deepEqual([...ration.takeRest()], []);
});

Deno.test("LogRation gives nothing for a wall clock that was put back", () => {
  const ration = new LogRation();
  take(ration, 500, START);
  assert.equal(ration.take("ibkr", "info", START - 3_600_000), undefined);
  assert.equal(ration.take("ibkr", "info", START - 3_599_000), 1);
});
