import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { withBench } from "../binance/harness.ts";

const symbols = ["BTCUSDT", "ETHUSDT"];

Deno.test("Healer lets each stream have its turn while minutes end faster than the venue answers", async () => {
  await withBench({ symbols, speed: 900, backfillMs: 6 * HOUR }, async (bench) => {
    const { venue, clock, ledgers } = bench;
    // Nothing streams, and three minutes of the venue pass until an answer: there is always one more to ask for.
    venue.mutesNewLinks = true;
    venue.latencyMs = 200;
    await clock.advance(2_500);
    for (const symbol of symbols) {
      const { backfilled, absent } = ledgers.get(symbol)!.coverage();
      assert.ok(backfilled >= 6 * HOUR / MINUTE - 2, `${symbol}: ${backfilled} minutes`);
      assert.equal(absent, 0, symbol);
    }
  });
});
