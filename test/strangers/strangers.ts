/**
 * Clients that share no code with Comove read our simulated venues. `PYTHON` names an interpreter that has
 * the packages of `requirements.txt`; it defaults to `python3`.
 */
import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { type EmbeddedVenues, startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";

const SPEED = 40;
const START = Date.UTC(2025, 11, 3, 15, 0);

/** Runs a check against fresh venues and wants it to pass. */
async function expectUnderstood(
  script: string,
  argumentsFor: (venues: EmbeddedVenues) => Promise<string[]> | string[],
): Promise<void> {
  const truth = createMarketModel({ seed: 21, from: START - 3 * DAY });
  const venues = await startEmbeddedVenues({
    truth,
    clock: systemClock,
    start: START,
    speed: SPEED,
  });
  try {
    const { code } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: [new URL(script, import.meta.url).pathname, ...await argumentsFor(venues)],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    assert.equal(code, 0, `${script} found a difference`);
  } finally {
    await venues.close();
  }
}

Deno.test("ib_async reads ES contracts, history and real-time bars from the TWS server", async () => {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  await expectUnderstood("ib_async_check.py", async ({ truth, tws }) => {
    const bars = [];
    for (let time = START - DAY; time < START + 3 * HOUR; time += MINUTE) {
      const bar = truth.minute("ESZ5", time);
      if (bar === undefined) continue;
      bars.push([bar.openTime, bar.open, bar.high, bar.low, bar.close, bar.volume]);
    }
    await Deno.writeTextFile(file, JSON.stringify({ ESZ5: bars }));
    return ["127.0.0.1", `${tws.port}`, file];
  });
  await Deno.remove(file);
});

Deno.test("ccxt and websockets read klines, trades and streams from the Binance server", async () => {
  await expectUnderstood("binance_check.py", ({ binance }) => ["127.0.0.1", `${binance.port}`]);
});

Deno.test("ccxt reads candles and trades from the Coinbase and the Kraken server", async () => {
  await expectUnderstood("pairs_check.py", (venues) => [
    `${venues.server("coinbase").port}`,
    `${venues.server("kraken").port}`,
  ]);
});
