/** Any history, any rule: one alert an excursion, and none from what is not known. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Judge, type JudgeSnapshot } from "../../lib/alerts/judge.ts";
import { JudgedMinute } from "../../lib/alerts/judged_minute.ts";
import { historyMarket } from "../../lib/alerts/history_market.ts";
import { rehearsedBars } from "../../lib/alerts/rehearse.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import type { AlertChange } from "../../lib/model/alert.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { BITCOIN, START } from "../support/fake_market.ts";
import { type Judged, referenceChanges, type ReferenceRule } from "./support/reference_judge.ts";

/** Prices about thresholds of 10 (fire) and 8 (clear), those themselves included; undefined: no bar. */
const level: fc.Arbitrary<Judged> = fc.oneof(
  { arbitrary: fc.constantFrom(6, 7.5, 8, 9, 10, 10.5, 12), weight: 7 },
  { arbitrary: fc.constant(undefined), weight: 2 },
);
/** A level that stays for some minutes. */
const stretch = fc.tuple(level, fc.integer({ min: 1, max: 5 }))
  .map(([value, minutes]) => Array.from({ length: minutes }, () => value));
const history = fc.array(stretch, { minLength: 1, maxLength: 16 }).map((parts) => parts.flat());

const scenario = fc.record({
  values: history,
  side: fc.constantFrom("above", "below"),
  hasClear: fc.boolean(),
  holdFor: fc.integer({ min: 0, max: 4 }),
  keepFor: fc.integer({ min: 0, max: 4 }),
  /** Minutes before which the process is restarted. */
  restarts: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 3 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function ruleOf({ side, hasClear, holdFor, keepFor }: Scenario) {
  const [fire, clear] = side === "above" ? ["above 10", "below 8"] : ["below 8", "above 10"];
  return parseRule({
    name: "x",
    metric: "price",
    of: "BTCUSDT",
    fire,
    ...(hasClear ? { clear } : {}),
    for: `${holdFor}m`,
    keepFiringFor: `${keepFor}m`,
  }, { instruments: [BITCOIN] });
}

function referenceOf({ side, hasClear, holdFor, keepFor }: Scenario): ReferenceRule {
  const isHigh = (value: number) => value > 10, isLow = (value: number) => value < 8;
  const [fires, clears] = side === "above" ? [isHigh, isLow] : [isLow, isHigh];
  return { fires, clears: hasClear ? clears : (value) => !fires(value), holdFor, keepFor };
}

/** What the library makes of it, each time begun anew from what the process before has written down. */
function changesOf(given: Scenario): AlertChange[] {
  const { values, restarts } = given;
  const rows = values.flatMap((value, i) => value === undefined ? [] : [{ value, i }]);
  const price = rows.map(({ value }) => value);
  const openTime = rows.map(({ i }) => START + i * MINUTE);
  const volume = price.map(() => 1);
  const bars = { openTime, open: price, high: price, low: price, close: price, volume };
  const market = historyMarket([rehearsedBars(BITCOIN, bars, { source: "imported" })]);
  const rules = [ruleOf(given)];
  const judgeFrom = (states: JudgeSnapshot) =>
    new Judge({ rules, states, sourceOf: () => "imported" });
  let judge = judgeFrom({});
  return values.flatMap((_, i) => {
    if (restarts.includes(i)) judge = judgeFrom(JSON.parse(JSON.stringify(judge.snapshot)));
    return judge.minute(new JudgedMinute(market, START + i * MINUTE));
  });
}

Deno.test("in 10,000 random histories, each excursion is one alert, and none rests on what is not known", () => {
  let fired = 0, resolved = 0;
  fc.assert(
    fc.property(scenario, (given) => {
      const changes = changesOf(given);
      const minuteOf = (time: number) => (time - START) / MINUTE - 1;
      assert.deepEqual(
        changes.map(({ body: { state, time, since } }) => ({
          state,
          at: minuteOf(time),
          since: minuteOf(since),
        })),
        referenceChanges(given.values, referenceOf(given)),
      );
      const ids = new Set<string>();
      changes.forEach(({ body: { id, state, time, value } }, i) => {
        assert.equal(value, given.values[minuteOf(time)], "judged by another value");
        assert.equal(state, i % 2 === 0 ? "firing" : "resolved");
        if (state === "firing") assert.ok(!ids.has(id), "an excursion has two alerts");
        else assert.ok(ids.has(id), "another excursion was resolved");
        ids.add(id);
        if (state === "firing") fired++;
        else resolved++;
      });
    }),
    { numRuns: 10_000 },
  );
  assert.ok(fired > 5_000 && resolved > 2_000, `only ${fired} fired and ${resolved} resolved`);
});
