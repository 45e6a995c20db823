import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import type { Bar } from "../../../lib/model/bar.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { comparisonChart } from "../../../lib/notebook/panels/comparison_chart.ts";

function csvOf(bars: readonly Bar[], lateMs: number): string {
  const rows = bars.map(({ openTime, open, high, low, close, volume }) =>
    [openTime + lateMs, open, high, low, close, volume].join()
  );
  return ["openTime,open,high,low,close,volume", ...rows, ""].join("\n");
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("comparisonChart lays a market's bars on those of a file and says how they differ", async () => {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 60 }, data: { backfillHours: 6 } },
  });
  await using market = await openMarket({}, { config });
  const bars = market.bars("ES");
  const files = {
    read: (path: string) =>
      path.endsWith("same.csv") || path.endsWith("late.csv")
        ? Promise.resolve(bytesOf(csvOf(bars, path.endsWith("late.csv") ? MINUTE : 0)))
        : Promise.reject(new Error(`no ${path}`)),
  };
  const same = await comparisonChart(market, { instrument: "ES", file: "same.csv" }, { files })
    .draw("id");
  assert.match(same.text, /^ES: same\.csv against this market\nok +Equal: all \d+ bars/);
  assert.match(same.html, /<img alt="ES: close of same\.csv less that of this market/);
  const late = await comparisonChart(market, { instrument: "ES", file: "late.csv" }, { files })
    .draw("id");
  assert.match(late.text, /look The times of late\.csv are 1 min late .*--stamp close/);
  const panel = comparisonChart(market, { instrument: "ES", file: "none.csv" }, { files });
  await assert.rejects(async () => await panel.draw("id"), /no .*none\.csv/);
  assert.throws(
    () => comparisonChart(market, { instrument: "ES" } as never, { files }),
    /comparisonChart needs file, a text, got undefined/,
  );
  assert.throws(
    () => comparisonChart(market, { instrument: "NQX", file: "same.csv" }, { files }),
    RangeError,
  );
});
