/** Each metric against pandas (test/golden/make_alert_metrics.py), over bars with holes and a session break. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { JudgedMinute } from "../../lib/alerts/judged_minute.ts";
import { metricNamed } from "../../lib/alerts/metrics/mod.ts";
import { historyMarket } from "../../lib/alerts/history_market.ts";
import { parseRule, queryOf } from "../../lib/alerts/rule.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { sampleHistory } from "./support/sample_history.ts";

interface Case {
  readonly metric: string;
  readonly of: string;
  readonly timeframe: string;
  readonly window?: number;
  readonly horizon?: number;
  readonly values: readonly (number | null)[];
}

const golden: {
  readonly every: number;
  readonly removed: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly Case[];
} = JSON.parse(readFileSync(new URL("../golden/alert_metrics.json", import.meta.url), "utf8"));

const history = sampleHistory(golden.removed);
const market = historyMarket(history);
const start = Math.min(...history.map(({ grid }) => grid.start));
const instruments = history.map(({ instrument }) => instrument);

for (const { values, ...given } of golden.cases) {
  const { metric, of, timeframe, window = "", horizon = "" } = given;
  Deno.test(`${metric} of ${of} by ${timeframe} bars ${window} ${horizon} is pandas'`, () => {
    const query = queryOf(
      parseRule({ ...given, name: "x", fire: "above 0" }, { instruments }),
    );
    let known = 0;
    values.forEach((expected, i) => {
      const openTime = start + i * golden.every * MINUTE;
      const reading = metricNamed(metric).read(query, new JudgedMinute(market, openTime));
      const at = new Date(openTime).toISOString();
      if (expected === null) return assert.equal(reading.kind, "unknown", at);
      assert.equal(reading.kind, "known", `${at} ${JSON.stringify(reading)}`);
      if (reading.kind !== "known") return;
      known++;
      const tolerance = 1e-9 * Math.max(0.02, Math.abs(expected));
      assert.ok(
        Math.abs(reading.value - expected) <= tolerance,
        `${at}: ${reading.value} is not ${expected}`,
      );
    });
    assert.ok(known > values.length / 10, `only ${known} were known`);
    assert.ok(known < values.length, "none was unknown");
  });
}
