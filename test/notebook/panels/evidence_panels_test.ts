import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import type { Market } from "../../../lib/market/market.ts";
import {
  grangerTable,
  leadLagChart,
  regimesChart,
  returnsScatter,
  sessionsChart,
  type StudyPanelOptions,
  tailsChart,
} from "../../../lib/notebook/panels/mod.ts";
import type { Panel } from "../../../lib/notebook/panel.ts";

const CONFIG = parseConfig({
  overrides: { source: "simulated", clock: { speed: 1 }, data: { backfillHours: 72 } },
});

/** What each says, and what stands behind it. */
const PANELS:
  readonly (readonly [(market: Market, options?: StudyPanelOptions) => Panel, RegExp, RegExp])[] = [
    [
      returnsScatter,
      /^(With a move of 1 % of ES|That BTC\/USDT moves)/,
      /Newey–West.*R² 0\.\d+; Theil–Sen/,
    ],
    [
      leadLagChart,
      /move within the same bar|follows|is not known/,
      /cross-correlation of 1m log returns/,
    ],
    [
      sessionsChart,
      /^r [+−]\d\.\d\d in Asia.*hours; .*volatility foreseen/,
      /Welch's test of the days/,
    ],
    [grangerTable, /past/, /no row over a break; p by wild bootstrap/],
    [regimesChart, /regime/, /probabilities are filtered/],
    [tailsChart, /^Of the worst 5 % of the 5m bars of BTC\/USDT/, /bootstrap of blocks/],
  ];

Deno.test("each panel of evidence says one thing, with its n, times, method and source", async (t) => {
  await using market = await openMarket({}, { config: CONFIG });
  for (const [make, sentence, method] of PANELS) {
    await t.step(make.name, async () => {
      const { html, text } = await make(market, { days: 3 }).draw(make.name);
      const [title, said, n, how] = text.split("\n");
      assert.match(title!, /^BTC\/USDT – ES: .*, SIMULATED$/);
      assert.match(said!, sentence);
      assert.match(
        n!,
        /^[\d,]+ of [\d,]+ pairs of returns · 20\d\d-.* UTC to .* UTC.* · all hours$/,
      );
      assert.match(how!, method);
      assert.match(how!, / · (bars left out: .*|nothing left out) · SIMULATED data$/);
      assert.ok(html.length < 60_000, `${html.length} characters`);
    });
  }
  await t.step("US hours alone, and what a panel cannot do", async () => {
    const { text } = await sessionsChart(market, { days: 3, hours: "us" }).draw("us");
    assert.match(text, /US regular hours only/);
    assert.throws(
      () => regimesChart(market, { timeframe: "1m" }),
      /timeframe of regimesChart must be/,
    );
    assert.throws(() => leadLagChart(market, { pairs: "a" } as object), /did you mean pair/);
  });
  await t.step(
    "the scatter's page element brings a note for where scripts do not run",
    async () => {
      const { html } = await returnsScatter(market).mount!("s");
      assert.match(html, /<comove-scatter [^>]*data-id="s".*drawn here where scripts run/);
    },
  );
});
