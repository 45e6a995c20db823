import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { correlationHeatmap } from "../../../lib/notebook/panels/correlation_heatmap.ts";

const CONFIG = parseConfig({
  overrides: { source: "simulated", clock: { speed: 1 }, data: { backfillHours: 72 } },
});

Deno.test("a study panel computes beside the event loop, then shows its evidence", async (t) => {
  await using market = await openMarket({}, { config: CONFIG });

  await t.step("it shows that it computes, then calls for a repaint", async () => {
    const panel = correlationHeatmap(market, { days: 3 });
    const { promise: isDone, resolve } = Promise.withResolvers<void>();
    const stop = panel.subscribe(resolve);
    try {
      assert.match((await panel.draw("id")).text, /computing…/);
      await isDone;
      const { text, html } = await panel.draw("id");
      assert.doesNotMatch(text, /computing/);
      assert.match(text, /SIMULATED/);
      assert.match(text, /[\d,]+ of [\d,]+ pairs of returns · 20\d\d-.* UTC/);
      assert.match(text, /bars left out: .*at closed hours/);
      assert.match(html, /title="09:00–10:00: r [+−]\d/);
    } finally {
      stop();
    }
  });

  await t.step("without anyone who keeps it up to date it is drawn whole", async () => {
    const { text } = await correlationHeatmap(market, { days: 1, rows: "weekdays" }).draw("id");
    assert.match(text, /correlation by hour and weekday/);
    assert.match(text, /1\.0 of 1 days so far|pairs of returns · /);
  });

  await t.step("US hours are all that is left when it is cut to them", async () => {
    const { text, html } = await correlationHeatmap(market, { days: 3, hours: "us" }).draw("id");
    assert.match(text, /US regular hours only/);
    assert.match(text, /outside US hours/);
    const hours = [...html.matchAll(/title="(\d\d):00–/g)].map(([, hour]) => Number(hour));
    assert.deepEqual([Math.min(...hours), Math.max(...hours)], [8, 14], "08:30 to 15:00 Chicago");
  });

  await t.step("what it cannot do is refused by name", () => {
    const refused = (options: object, message: RegExp) =>
      assert.throws(() => correlationHeatmap(market, options), message);
    refused({ days: 2 }, /days of correlationHeatmap must be one of 1, 3, 7, 30, got 2/);
    refused({ hours: "eu" }, /hours of correlationHeatmap must be one of all, us, got eu/);
    refused({ day: 1 }, /did you mean days/);
    refused({ timeZone: "Mars" }, /Mars/);
    refused({ pair: "BTCUSDT/EX" }, /EX/);
  });
});
