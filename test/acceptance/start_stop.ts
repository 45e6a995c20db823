import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { say } from "../support/say.ts";

/** How often, by environment: `TEST_CYCLES=1000`. */
const CYCLES = Number(Deno.env.get("TEST_CYCLES") ?? 100);
/** Cycles after which the code itself is warm. */
const WARM_CYCLES = 20;

/** Deno's sanitizers fail this test when a timer, a socket or a listener is left. */
Deno.test(`openMarket and close leave nothing behind, ${CYCLES} times`, async () => {
  assert.ok(Number.isInteger(CYCLES) && CYCLES > 0, `TEST_CYCLES is ${CYCLES}`);
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 600 }, data: { backfillHours: 2 } },
  });
  const before = performance.now();
  let minutes = 0;
  let warmDescriptors = NaN;
  for (let i = 0; i < CYCLES; i++) {
    if (i === WARM_CYCLES) warmDescriptors = openDescriptors();
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
  const seconds = (performance.now() - before) / 1_000;
  const left = openDescriptors() - warmDescriptors;
  assert.ok(!(left > 0), `${left} descriptors were left open`);
  const each = 1_000 * seconds / CYCLES;
  say(
    `${CYCLES} starts and stops in ${seconds.toFixed(0)} s, ${
      each.toFixed(0)
    } ms each: no timer, no socket, no descriptor left`,
  );
});

/** Files and sockets open in this process; NaN where the system does not tell. */
function openDescriptors(): number {
  try {
    return [...Deno.readDirSync("/proc/self/fd")].length;
  } catch {
    return NaN;
  }
}
