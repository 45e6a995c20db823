import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import { parseConfig } from "../../lib/runtime/config.ts";
import { say } from "../support/say.ts";

const CYCLES = 100;

/** Deno's sanitizers fail this test when a timer, a socket or a listener is left. */
Deno.test("openMarket and close leave nothing behind, a hundred times", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 600 }, data: { backfillHours: 2 } },
  });
  const before = performance.now();
  let minutes = 0;
  for (let i = 0; i < CYCLES; i++) {
    const market = await openMarket({}, { config });
    assert.notEqual(market.status().state, "down", market.status().message);
    const { tws, binance } = market.simulator!;
    // Every other time it is closed in the middle of a recovery.
    if (i % 2 === 1) (i % 4 === 1 ? tws : binance).drop();
    minutes += market.bars("ES").length;
    await market.close();
    assert.equal(tws.stats().sockets, 0, "the TWS server still holds a socket");
    assert.equal(binance.stats().liveSockets, 0, "the Binance server still holds a socket");
    assert.equal(market.status().state, "closed");
  }
  assert.ok(minutes > 100 * CYCLES);
  const each = (performance.now() - before) / CYCLES;
  say(`${CYCLES} starts and stops, ${each.toFixed(0)} ms each: no timer, no socket left`);
});
