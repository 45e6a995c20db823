import assert from "node:assert/strict";
import { TradeCounts } from "../../../lib/notebook/panels/trade_counts.ts";

Deno.test("trades are counted by instrument, and no more than the rows of the newest are kept", () => {
  const counts = new TradeCounts(["A", "B"], 3);
  for (let i = 0; i < 10_000; i++) {
    const side = i % 4 === 0 ? "buy" : "sell";
    counts.take({ instrument: i % 2 === 0 ? "A" : "B", time: i, price: 5, size: 2, side });
  }
  counts.take({ instrument: "C", time: 1, price: 1, size: 1 });
  counts.take({ instrument: "B", time: 10_000, price: 6, size: 1 });
  const { count, volume, bought, sided, last } = counts.of("B");
  assert.deepEqual([count, volume, bought, sided], [5_001, 10_001, 0, 10_000]);
  assert.equal(last?.price, 6);
  assert.equal(counts.of("A").bought, 5_000);
  assert.equal(counts.total, 10_001);
  assert.deepEqual(counts.newest().map(({ time }) => time), [10_000, 9_999, 9_998]);
  assert.deepEqual([counts.of("C").count, new TradeCounts(["A"], 0).newest().length], [0, 0]);
});
