import assert from "node:assert/strict";
import { FormingIndex } from "../../../lib/feeds/deribit/forming_index.ts";
import { MINUTE } from "../../../lib/model/time.ts";

const OPEN = Date.UTC(2025, 11, 3, 14);
const at = (ms: number, value: number) => ({ time: OPEN + ms, value });

Deno.test("a forming index begins with a minute's first value and takes its extremes", () => {
  const forming = new FormingIndex();
  forming.take(at(1_000, 41), "simulated");
  forming.take(at(2_000, 43), "simulated");
  const bar = forming.take(at(3_000, 40), "simulated")!;
  assert.deepEqual([bar.open, bar.high, bar.low, bar.close], [41, 43, 40, 40]);
  assert.ok(Number.isNaN(bar.volume));
  const next = forming.take(at(MINUTE, 42), "simulated")!;
  assert.deepEqual([next.openTime, next.open, next.high], [OPEN + MINUTE, 42, 42]);
});

Deno.test("a value out of order counts, but is not the last", () => {
  const forming = new FormingIndex();
  forming.take(at(5_000, 41), "simulated");
  const bar = forming.take(at(2_000, 45), "simulated")!;
  assert.deepEqual([bar.high, bar.close], [45, 41]);
});

Deno.test("a minute that is over, or closed by the venue, forms no longer", () => {
  const forming = new FormingIndex();
  forming.take(at(MINUTE, 41), "simulated");
  assert.equal(forming.take(at(59_000, 50), "simulated"), undefined);
  forming.close(OPEN + MINUTE);
  assert.equal(forming.take(at(MINUTE + 1_000, 50), "simulated"), undefined);
  assert.equal(forming.take(at(2 * MINUTE, 42), "simulated")?.open, 42);
});
