import assert from "node:assert/strict";
import { marketReport } from "../../../lib/market/market_report.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { reportTable } from "../../../lib/notebook/panels/report_table.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";

Deno.test("reportTable shows each instrument's data and the verdict on the market", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 60 }, data: { backfillHours: 2 } },
  });
  await using market = await openMarket({}, { config });
  const { verdict, instruments } = marketReport(market);
  const frame = await reportTable(market).draw("id");
  const { text } = frame;
  assert.match(text, /^Is it the market or is it me\?\n/);
  assert.ok(text.includes(verdict.sentence), text);
  for (const { instrument, data } of instruments) {
    const name = instrument.replace("USDT", "/USDT");
    assert.match(text, new RegExp(`\n${name} +${data.bars.toLocaleString("en-US")} `));
  }
  assert.match(text, /BTC\/USDT .* all there/);
});
