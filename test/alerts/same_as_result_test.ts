/** What a rule reads is what the minute's result shows in its panels. */
import assert from "node:assert/strict";
import { JudgedMinute } from "../../lib/alerts/judged_minute.ts";
import { metricNamed } from "../../lib/alerts/metrics/mod.ts";
import { ruleMarketOf } from "../../lib/alerts/open_alerts.ts";
import { parseRule, queryOf } from "../../lib/alerts/rule.ts";
import type { MinuteResult } from "../../lib/market/minute_result.ts";
import { BITCOIN, ES, fakeMarket } from "../support/fake_market.ts";

Deno.test("metrics are the correlations and measures of the minute's result, to twelve digits", async () => {
  const { market, close } = fakeMarket([BITCOIN, ES]);
  let compared = 0;
  market.onEvent((event) => {
    if (event.kind !== "minute" || event.revision > 0) return;
    for (const [settings, expected] of shown(event)) {
      const query = queryOf(parseRule({ name: "x", fire: "above 0", ...settings }, market));
      const minute = new JudgedMinute(ruleMarketOf(market), event.openTime);
      const reading = metricNamed(settings.metric).read(query, minute);
      if (Number.isNaN(expected)) {
        assert.equal(reading.kind, "unknown", settings.metric);
        continue;
      }
      assert.ok(reading.kind === "known", `${settings.metric}: ${JSON.stringify(reading)}`);
      const difference = Math.abs(reading.value - expected);
      assert.ok(difference <= 1e-12 * Math.max(1, Math.abs(expected)), settings.metric);
      compared++;
    }
  });
  for (let minute = 0; minute < 100; minute++) await close(minute, minute === 70 ? ["ES"] : []);
  assert.ok(compared > 500, `only ${compared} were compared`);
  assert.deepEqual(market.status().listeners, []);
  await market.close();
});

/** What the result says, and the rule that asks for it; NaN where unknown. */
function shown({ openTime, correlations, measures }: MinuteResult) {
  const rows: [{ metric: string; of: string; timeframe?: string }, number][] = [];
  const isThere = (id: string) =>
    measures.instruments.some((one) => one.instrument === id && one.openTime === openTime);
  for (const { pair, timeframe, estimate } of correlations) {
    const value = estimate.kind === "ok" && pair.split("/").every(isThere) ? estimate.value : NaN;
    rows.push([{ metric: "correlation", of: pair, timeframe }, value]);
  }
  for (const { instrument: of, volatility, volume, vwapDistancePercent } of measures.instruments) {
    const known = (value: number) => isThere(of) ? value : NaN;
    rows.push([{ metric: "volatility-ratio", of }, known(volatility.ratio)]);
    rows.push([{ metric: "volume", of }, known(volume.ratio)]);
    rows.push([{ metric: "vwap-distance", of }, known(vwapDistancePercent)]);
  }
  return rows;
}
