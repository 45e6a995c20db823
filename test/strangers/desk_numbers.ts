/** pandas makes the numbers of the desk's panels from the exported bars: what a reader sees is what the bars say. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { vwapCrossesOf } from "../../lib/market/vwap_crosses_of.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import {
  correlationTable,
  deskHeader,
  divergencePanel,
  ratioChart,
  volatilityStrip,
} from "../../lib/notebook/panels/mod.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { until } from "../support/simulated_market.ts";

const PAIR = "BTCUSDT/ES";
const INSTRUMENTS = ["BTCUSDT", "ES", "NQ"];
const HOURS = 48;

async function deskMarket(): Promise<Market> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 20 },
      data: { backfillHours: HOURS },
    },
  });
  const market = await openMarket({}, { config });
  const isIn = () =>
    market.status().state === "live" && INSTRUMENTS.every((id) => market.isBackfilled(id)) &&
    new Set(INSTRUMENTS.map((id) => market.bars(id).at(-1)?.openTime)).size === 1 &&
    market.latest?.openTime === market.bars("ES").at(-1)?.openTime;
  await until(isIn, 30_000, "history and a minute of all are in");
  return market;
}

Deno.test("pandas finds every number of the desk's panels in the exported bars", async () => {
  const dir = await Deno.makeTempDir();
  await using market = await deskMarket();
  const panels = {
    header: deskHeader(market, { instruments: INSTRUMENTS, pair: PAIR }),
    volatility: volatilityStrip(market, { instruments: INSTRUMENTS }),
    ratio: ratioChart(market, { pair: PAIR, lookBackMs: HOURS * HOUR }),
    divergence: divergencePanel(market, { pair: PAIR, rows: 100 }),
    correlation: correlationTable(market, { pair: PAIR }),
  };
  const texts: Record<string, string> = {};
  for (const [name, panel] of Object.entries(panels)) {
    const parts = await Promise.all((panel.parts ?? []).map((part) => part.draw(name)));
    const drawn = [await panel.draw(name), ...parts];
    texts[name] = drawn.flatMap((frame) => frame === undefined ? [] : [frame.text]).join("\n");
  }
  const crosses = Object.fromEntries(INSTRUMENTS.map((id) => {
    const instrument = market.instruments.find((one) => one.id === id)!;
    const grid = market.minuteGrid(id), to = grid.start + grid.length * MINUTE;
    const from = to - 18 * HOUR;
    return [id, { from, to, found: vwapCrossesOf(instrument, grid, from) }];
  }));
  await exportMarket(market, dir, { files: systemFiles, events: [] });
  await Deno.writeTextFile(`${dir}/panels.json`, JSON.stringify(texts));
  await Deno.writeTextFile(`${dir}/crosses.json`, JSON.stringify(crosses));
  const script = new URL("desk_check.py", import.meta.url).pathname;
  const python = Deno.env.get("PYTHON") ?? "python3";
  const { code } = await new Deno.Command(python, {
    args: [script, dir],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  assert.equal(code, 0, `the numbers differ: ${dir}`);
  await Deno.remove(dir, { recursive: true });
});
