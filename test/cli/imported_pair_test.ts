/** A pair on imported files alone: what the command brings in, the pair and its panels show, and the command gives out. */
import assert from "node:assert/strict";
import { armAlerts } from "../../lib/alerts/open_alerts.ts";
import { store } from "../../lib/cli/store.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import type { Panel } from "../../lib/notebook/panel.ts";
import * as panels from "../../lib/notebook/panels/mod.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const FROM = Date.UTC(2025, 11, 1);
const MINUTES = 20 * HOUR / MINUTE;
const PAIR = "AVAXUSDT/SOLUSDT", WINDOW = 60;

async function runStore(...args: string[]): Promise<void> {
  const { terminal, err } = fakeTerminal();
  assert.equal(await store(args, terminal), 0, err());
}

/** Rows of a file by their names. */
async function rowsOf(path: string): Promise<Record<string, string>[]> {
  const [head = "", ...lines] = (await Deno.readTextFile(path)).trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, cells[at]!]));
  });
}

async function importCoins(folder: string, path: string): Promise<void> {
  const model = createMarketModel({ seed: 2, from: FROM, tradesPerMinute: 4 });
  for (const id of PAIR.split("/")) {
    const lines = Array.from({ length: MINUTES }, (_, minute) => {
      const { openTime, open, high, low, close, volume } = model.minute(
        id,
        FROM + minute * MINUTE,
      )!;
      return [openTime, open, high, low, close, volume].join();
    });
    const file = `${folder}/${id}.csv`;
    await Deno.writeTextFile(
      file,
      `openTime,open,high,low,close,volume\n${lines.join("\n")}\n`,
    );
    await runStore("import", file, "--symbol", id, "--path", path);
  }
}

Deno.test("a pair on imported files alone has its panels, which say what is absent, and exports of its own numbers", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    await importCoins(folder, path);
    const config = parseConfig({ overrides: { source: "store", store: { kind: "sqlite", path } } });
    await using market = await openMarket({}, { config });
    const what = { pair: PAIR, window: WINDOW, testWindow: 720 };
    const textOf = async (panel: Panel) => (await panel.draw("p")).text;

    assert.match(await textOf(panels.pairChart(market, what)), /IMPORTED[^]* hedged by \d/);
    for (const zWindow of [5, 100, 1_000]) {
      const text = await textOf(panels.pairChart(market, { ...what, zWindow }));
      assert.match(text, new RegExp(`z over ${zWindow} spreads`));
    }
    assert.match(await textOf(panels.hedgeScatter(market, what)), /five hedge ratios, IMPORTED/);
    assert.match(await textOf(panels.pairTests(market, what)), /\(p [<0].*720 of 720 bars\)/);
    assert.match(
      await textOf(panels.pairScreener(market)),
      /of 1 pair is .*of as many unrelated pairs about 0.1 would/,
    );
    assert.match(await textOf(panels.priceStatistics(market)), /1,200 of 1,4?\d\d/);

    // What trades and feeds would bring is absent, and is said to be.
    const seconds = { pair: PAIR, timeframe: "1s" } as const;
    for (const panel of [panels.pairChart, panels.hedgeScatter, panels.pairTests]) {
      assert.match(await textOf(panel(market, seconds)), /No feed runs, and bars of a second/);
    }
    assert.match(await textOf(panels.tradeTape(market)), /No feed runs: .* minutes/);
    armAlerts(market, [{ name: "far", metric: "zscore", of: PAIR, fire: "above 2" }]);
    assert.match(await textOf(panels.alertPanel(market)), /not judged, as no feed runs/);
    assert.throws(
      () => panels.pairChart(market, { pair: "AVAXUSDT/ETHUSDT" }),
      /Nothing of ETHUSDT is stored: deno task store import/,
    );

    using pair = market.pair("AVAXUSDT", "SOLUSDT", { window: WINDOW, zWindow: WINDOW });
    await pair.ready();
    const { openTime, beta, spread } = pair.columns;
    const out = `${folder}/spread.csv`;
    const asked = ["--path", path, "--pair", PAIR, "--window", `${WINDOW}`];
    await runStore("export", "--what", "spread", "--out", out, ...asked);
    const exported = await rowsOf(out);
    assert.equal(exported.length, openTime.length);
    let compared = 0;
    exported.forEach((row, at) => {
      assert.equal(Number(row.openTime), openTime[at]);
      // The export begins with half a window, the panel with a whole one.
      if (Number(row.n) < WINDOW) return;
      assert.ok(Math.abs(Number(row.beta) - beta[at]!) < 1e-8, `beta of row ${at}`);
      assert.ok(Math.abs(Number(row.spread) - spread[at]!) < 1e-9, `spread of row ${at}`);
      compared++;
    });
    assert.equal(compared, MINUTES - WINDOW);
  });
});
