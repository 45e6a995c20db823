import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { basisChart } from "../../lib/notebook/panels/basis_chart.ts";
import { pairChart } from "../../lib/notebook/panels/pair_chart.ts";
import { until } from "../support/simulated_market.ts";

const OTHERS = ["BTCUSDT@usdm", "BTC-USD@coinbase", "BTC-USD@kraken"];

Deno.test("a coin of one venue goes with that of another, in other money too, minute by minute of event time", async () => {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 60 },
      data: { backfillHours: 6 },
      ibkr: { futures: [] },
      deribit: { enabled: false },
      usdm: { symbols: ["BTCUSDT"] },
      coinbase: { symbols: ["BTC-USD"] },
      kraken: { symbols: ["BTC/USD"] },
    },
  });
  await using market = await openMarket({}, { config });
  const all = ["BTCUSDT", ...OTHERS];
  assert.deepEqual(market.instruments.map(({ id }) => id).sort(), all.toSorted());
  const isThere = () => all.every((id) => market.bars(id).length > 5 * 60);
  await until(isThere, 30_000, market.status().message);
  const { truth } = market.simulator!;
  for (const id of OTHERS) {
    using pair = market.pair(id, "BTCUSDT");
    await pair.ready();
    const { openTime, y, x, length } = pair.columns;
    let rows = 0, apart = 0, planted = 0;
    for (let row = 0; row < length; row++) {
      const time = openTime[row]!;
      if (!Number.isFinite(y[row]! + x[row]!)) continue;
      assert.equal(y[row], truth.minute(id, time)!.close, `${id} at its own minute`);
      assert.equal(x[row], truth.minute("BTCUSDT", time)!.close);
      rows++;
      apart += 100 * (y[row]! / x[row]! - 1);
      planted += 100 * (truth.premium(id, time) - 1);
    }
    assert.ok(rows > 4 * 60, `${id}: ${rows} rows`);
    assert.ok(Math.abs(apart - planted) / rows < 0.005, `${id}: ${apart / rows}`);
    const chart = await basisChart(market, { pair: `${id}/BTCUSDT`, timeframe: "1m" }).draw("b");
    const mean = Number(/the mean was ([+−-]\d+\.\d+) %/.exec(chart.text)?.[1]?.replace("−", "-"));
    assert.ok(Math.abs(mean - apart / rows) < 0.011, `${chart.text} against ${apart / rows}`);
    assert.equal(/in USD and USDT/.test(chart.text), id !== "BTCUSDT@usdm", chart.text);
    const spread = await pairChart(market, { pair: `${id}/BTCUSDT`, window: 60 }).draw("p");
    assert.doesNotMatch(spread.text, /NaN|undefined/);
    assert.match(spread.text, /hedged by \d/);
  }
});
