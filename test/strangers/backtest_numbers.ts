/** A plain second implementation trades exported bars anew: choices, trades, costs and luck are the same one by one. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { until } from "../support/simulated_market.ts";
import { rawBacktest } from "./support/raw_backtest.ts";

const SPOT = ["AVAXUSDT", "SOLUSDT"], PERPETUAL = SPOT.map((symbol) => `${symbol}@usdm`);
const IDS = [...SPOT, ...PERPETUAL];

Deno.test("the trades of a backtest are made again, one by one, from exported bars and funding", async () => {
  const dir = await Deno.makeTempDir();
  const overrides = {
    source: "simulated",
    clock: { speed: 20 },
    data: { backfillHours: 168 },
    binance: { symbols: SPOT },
    usdm: { symbols: SPOT },
    ibkr: { futures: [] },
    deribit: { enabled: false },
  } as const;
  await using market = await openMarket({}, { config: parseConfig({ overrides }) });
  const isIn = () =>
    market.status().state === "live" && market.latest !== undefined &&
    IDS.every((id) => market.isBackfilled(id) && market.coverage(id).missing.length === 0) &&
    PERPETUAL.every((id) => market.funding(id).payments.length > 20);
  await until(isIn, 30_000, "history of both coins is in, without a gap");
  const cases = [
    { ids: SPOT, timeframe: "5m", days: 7, options: { feeBp: [10, 7], fundingBp: [1, -0.5] } },
    {
      ids: SPOT,
      timeframe: "5m",
      days: 7,
      options: { feeBp: 0, slippageBp: 0, stop: 3.5, lots: [1, 0.1] },
    },
    {
      ids: SPOT,
      timeframe: "1m",
      days: 1,
      options: { feeBp: 1, fundingBp: [2, 0], train: 240, test: 60 },
    },
    { ids: PERPETUAL, timeframe: "5m", days: 7, options: { feeBp: [5, 4] } },
    { ids: [PERPETUAL[0]!, SPOT[1]!], timeframe: "5m", days: 7, options: { feeBp: 2 } },
  ] as const;
  const texts = cases.map(({ ids, ...one }) => rawBacktest(market, ids, one));
  const paid = texts.map((text) =>
    JSON.parse(text).trades.filter(({ funding }: { funding: number }) => funding !== 0).length
  );
  assert.ok(paid[3]! > 0 && paid[4]! > 0, `trades that paid funding: ${paid}`);
  await exportMarket(market, dir, { files: systemFiles, events: [] });
  for (const text of texts) {
    assert.ok(JSON.parse(text).trades.length >= 5);
    await Deno.writeTextFile(`${dir}/backtest.json`, text);
    const { code } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: [new URL("backtest_check.py", import.meta.url).pathname, dir],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    assert.equal(code, 0, `the numbers differ: ${dir}`);
  }
  await Deno.remove(dir, { recursive: true });
});
