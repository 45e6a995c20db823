import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { withBench } from "../binance/harness.ts";

Deno.test("Poller asks for the minutes of the others while the venue fails to answer for one", async () => {
  const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
  await withBench({ symbols, backfillMs: HOUR }, async (bench) => {
    const { venue, ledgers } = bench;
    venue.restAnswer = (path) => path.includes("symbol=BTCUSDT") ? { status: 503 } : undefined;
    await bench.advance(MINUTE);
    const backfilled = () => symbols.map((id) => ledgers.get(id)!.coverage().backfilled);
    assert.deepEqual(backfilled(), [0, HOUR / MINUTE, HOUR / MINUTE]);
    venue.restAnswer = () => undefined;
    await bench.advance(MINUTE);
    for (const symbol of symbols) assert.ok(bench.assertTruth(symbol) >= HOUR / MINUTE);
  });
});
