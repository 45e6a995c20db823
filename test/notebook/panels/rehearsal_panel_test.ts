import assert from "node:assert/strict";
import { ruleMarketOf } from "../../../lib/alerts/open_alerts.ts";
import { rehearse } from "../../../lib/alerts/rehearse.ts";
import { RehearsedValues } from "../../../lib/alerts/rehearsed_values.ts";
import { parseRule } from "../../../lib/alerts/rule.ts";
import { studyRule } from "../../../lib/charts/rehearsal_study.ts";
import { type RehearsalPacket, unpackSeries } from "../../../lib/charts/rehearsal_view.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { rehearsalPanel } from "../../../lib/notebook/panels/rehearsal_panel.ts";

const CONFIG = parseConfig({
  overrides: { source: "simulated", clock: { speed: 1 }, data: { backfillHours: 24 } },
});
const RULES = [
  { metric: "correlation", of: "BTCUSDT/ES", fire: "below 0.2", clear: "above 0.4" },
  { metric: "zscore", of: "BTCUSDT/ES", fire: "beyond 2", clear: "below 0.5", for: "2m" },
  { metric: "change", of: "BTCUSDT", window: 15, fire: "below -0.4", keepFiringFor: "5m" },
  { metric: "correlation", of: "ES/NQ", fire: "below 0.9", during: "us" },
];

Deno.test("the page finds just the alerts that a rehearsal in the kernel finds", async (t) => {
  await using market = await openMarket({}, { config: CONFIG });
  for (const [i, given] of RULES.entries()) {
    await t.step(`${given.metric} of ${given.of}`, async () => {
      const rule = { name: `rule-${i}`, ...given };
      const parsed = parseRule(rule, market);
      const to = market.latest!.openTime + MINUTE;
      const history = market.instruments.map((instrument) => ({
        instrument,
        grid: market.minuteGrid(instrument.id),
        source: market.source,
      }));
      const ids = given.of.split("/");
      const watched = history.filter(({ instrument }) => ids.includes(instrument.id));
      // The market's newest minute is judged for all, also for an instrument that has no bar of it yet.
      const from = Math.min(...watched.map(({ grid }) => grid.start));
      const kernel = rehearse([parsed], history, { from, to }).rules[0]!;
      assert.equal(kernel.time.at(-1), to);

      const frame = await rehearsalPanel(market, { rule, minutes: 2_880 }).draw("id");
      const [, json] = /data-packet='([^']*)'/.exec(frame.html)!;
      const packet: RehearsalPacket = JSON.parse(json!.replaceAll("&amp;", "&"));
      const series = unpackSeries(packet);
      // A minute may have ended between the two.
      const newer = series.value.length - kernel.value.length;
      assert.ok(newer === 0 || newer === 1, `${newer} minutes more`);
      const upTo = series.value.subarray(0, kernel.value.length);
      assert.deepEqual(upTo, Float64Array.from(kernel.value), "to the last digit");
      assert.equal(series.start, kernel.time[0]);
      const { alerts } = studyRule(series, parsed);
      assert.ok(alerts.length > 0, "a rule that never fires shows nothing");
      assert.deepEqual(
        alerts,
        kernel.excursions.map(({ since, firedAt, resolvedAt, value, extreme }) => ({
          since,
          firedAt,
          resolvedAt,
          value,
          extreme,
        })),
      );
      const { stale = 0, ...unknown } = packet.unknown;
      const upToThen = stale > newer ? { ...unknown, stale: stale - newer } : unknown;
      assert.deepEqual(newer === 0 ? packet.unknown : upToThen, kernel.unknown);
      assert.ok(frame.html.length < 60_000, `${frame.html.length} characters`);
    });
  }
});

Deno.test("values that are made minute by minute are those that are made at once", async () => {
  await using market = await openMarket({}, { config: CONFIG });
  const rules = ruleMarketOf(market);
  const rule = parseRule({ name: "r", ...RULES[0] }, market);
  const to = market.latest!.openTime + MINUTE;
  const grown = new RehearsedValues(rules, rule);
  for (const back of [300, 200, 7, 0]) grown.columns(to - back * MINUTE, Infinity);
  assert.deepEqual(grown.columns(to, 500), new RehearsedValues(rules, rule).columns(to, 500));
  assert.equal(grown.columns(to, 500).value.length, 500);
  assert.equal(grown.columns(to, 500).start, to - 499 * MINUTE);
});

Deno.test("rehearsalPanel refuses what it cannot rehearse, by name", async () => {
  await using market = await openMarket({}, { config: CONFIG });
  const tick = { name: "t", metric: "price", of: "ES", timeframe: "tick", fire: "above 1" };
  assert.throws(() => rehearsalPanel(market, { rule: tick }), /past trades are not kept/);
  assert.throws(() => rehearsalPanel(market, { rule: { name: "t" } }), RangeError);
  for (const minutes of [0, 2_881, 1.5]) {
    assert.throws(() => rehearsalPanel(market, { minutes }), /minutes of rehearsalPanel must be/);
  }
  assert.throws(() => rehearsalPanel(market, { rules: [] } as object), /did you mean rule\?/);
  const panel = rehearsalPanel(market);
  const still = panel.parts![0]!.draw("id")!;
  assert.match(still.html, /data:image\/svg\+xml/);
  assert.match(still.html, /<table/);
  assert.match(still.text, /apart, below 0\.2, until above 0\.4/);
});
