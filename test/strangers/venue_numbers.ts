/** pandas and statsmodels make the numbers of one coin at its venues from exported bars, and who leads from its seconds. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { venueSpread } from "../../lib/notebook/panels/mod.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { until } from "../support/simulated_market.ts";

const IDS = ["BTCUSDT", "BTCUSDT@usdm", "BTC-USD@coinbase", "BTC-USD@kraken"];
const LEAST_SECONDS = 400;

async function venueMarket(): Promise<Market> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 60 },
      data: { backfillHours: 26, trades: true },
      ibkr: { futures: [] },
      deribit: { enabled: false },
      usdm: { symbols: ["BTCUSDT"] },
      coinbase: { symbols: ["BTC-USD"] },
      kraken: { symbols: ["BTC/USD"] },
    } as object,
  });
  const market = await openMarket({}, { config });
  // Kraken's own history reaches back twelve hours.
  const isIn = () =>
    IDS.every((id) =>
      market.bars(id).length > 11 * 60 &&
      market.bars(id, { timeframe: "1s" }).length > LEAST_SECONDS
    );
  await until(isIn, 120_000, "history and seconds of all are in");
  return market;
}

Deno.test("pandas and statsmodels find every number of a coin at its venues", async () => {
  const dir = await Deno.makeTempDir();
  await using market = await venueMarket();
  const of = { coin: "BTC", feeBp: 1, slippageBp: 0.5 };
  const panels = {
    first: venueSpread(market, of),
    median: venueSpread(market, { ...of, reference: "median" }),
  };
  // Read in the same turn as the panels read them.
  const drawn = Object.values(panels).map((panel) => panel.draw("a"));
  const seconds = Object.fromEntries(
    IDS.map((id) => [
      id,
      market.bars(id, { timeframe: "1s" }).map(({ openTime, close }) => [openTime, close]),
    ]),
  );
  const frames = await Promise.all(drawn);
  const texts = Object.fromEntries(Object.keys(panels).map((name, i) => [name, frames[i]!.text]));
  await exportMarket(market, dir, { files: systemFiles, events: [] });
  await Deno.writeTextFile(`${dir}/panels.json`, JSON.stringify({ texts, seconds, costBp: 3 }));
  const { code } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
    args: [new URL("venue_check.py", import.meta.url).pathname, dir],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  assert.equal(code, 0, "pandas found another number");
  await Deno.remove(dir, { recursive: true });
});
