/** statsmodels, scipy and pandas make numbers of the evidence's panels from the exported bars. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { Panel } from "../../lib/notebook/panel.ts";
import { correlationPath, returnsScatter, tailsChart } from "../../lib/notebook/panels/mod.ts";
import { sleep, systemClock } from "../../lib/runtime/clock.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { rawPair } from "./support/raw_pair.ts";
import { rawStudies } from "./support/raw_studies.ts";
import { until } from "../support/simulated_market.ts";

const PAIR = "BTCUSDT/ES";
/** With trades: a third more than the lead by seconds asks for. */
const LEAST_SECONDS = 400;

/** The text of a panel once its study is done. */
async function studied(panel: Panel): Promise<string> {
  const stop = panel.subscribe(() => {});
  try {
    for (let i = 0; i < 200; i++) {
      const { text } = await panel.draw("x");
      if (/pairs of returns/.test(text)) return text;
      await sleep(systemClock, 50);
    }
  } finally {
    stop();
  }
  throw new Error("the study did not end within ten seconds");
}

Deno.test("statsmodels and scipy find the numbers of the evidence in the exported bars", async () => {
  const dir = await Deno.makeTempDir();
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 40 },
      data: { backfillHours: 168, trades: true },
    },
  });
  await using market = await openMarket({}, { config });
  const isIn = () =>
    market.status().state === "live" && market.latest !== undefined &&
    ["BTCUSDT", "ES"].every((id) =>
      market.isBackfilled(id) && market.coverage(id).missing.length === 0 &&
      market.bars(id, { timeframe: "1s" }).length > LEAST_SECONDS
    );
  await until(isIn, 120_000, "history, a minute and seconds of both are in, without a gap");
  const texts = {
    scatter: await studied(returnsScatter(market, { pair: PAIR })),
    tails: await studied(tailsChart(market, { pair: PAIR })),
    path: await studied(correlationPath(market, { pair: PAIR })),
  };
  const studies = rawStudies(market, ["BTCUSDT", "ES", "NQ"]);
  const pair = await rawPair(market);
  await exportMarket(market, dir, { files: systemFiles, events: [] });
  await Deno.writeTextFile(`${dir}/panels.json`, JSON.stringify(texts));
  await Deno.writeTextFile(`${dir}/studies.json`, studies);
  await Deno.writeTextFile(`${dir}/pair.json`, pair);
  for (const script of ["evidence_check.py", "studies_check.py", "pair_check.py"]) {
    const { code } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: [new URL(script, import.meta.url).pathname, dir],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    assert.equal(code, 0, `${script}: the numbers differ: ${dir}`);
  }
  await Deno.remove(dir, { recursive: true });
});
