import assert from "node:assert/strict";
import { TradeCounts } from "../../lib/cli/trade_counts.ts";
import { BITCOIN, ES, fakeMarket } from "../support/fake_market.ts";

Deno.test("the line of the streams counts trades that came, and no 0 where none can be counted", async () => {
  const { market } = fakeMarket([BITCOIN, ES]);
  const counts = new TradeCounts();
  for (let id = 1; id <= 1_200; id++) {
    counts.take({ kind: "trade", instrument: "BTCUSDT", id } as never);
  }
  const line = counts.line(market.status());
  assert.match(line, / · BTCUSDT 1,200 trades, (age|no data)/);
  assert.match(line, / · ES (age|no data)/);
  await market.close();
});
