import assert from "node:assert/strict";
import { FaultBook } from "../../lib/market/fault_book.ts";
import { silentLog } from "../../lib/runtime/log.ts";

Deno.test("FaultBook counts at most 50 causes one by one, and masks secrets", () => {
  const lines: string[] = [];
  const faults = new FaultBook({
    log: { ...silentLog, error: (message) => void lines.push(message) },
    now: () => 1,
    role: "sink",
  });
  faults.record("store", new Error("wss://me:hunter2@host refused"));
  for (let i = 0; i < 1_000; i++) faults.record("store", new Error(`failed at ${i}`));
  assert.equal(faults.list.length, 51);
  assert.equal(lines.length, 51);
  assert.equal(lines[0], "The sink store failed: wss://***@host refused");
  assert.deepEqual(faults.last, { name: "store", count: 951, message: "other causes", lastAt: 1 });
});
