import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type RehearsalSeries,
  ruleWith,
  type StudiedRule,
  studyRule,
  thresholdLimits,
} from "../../lib/charts/rehearsal_study.ts";
import { rehearsalRows, rehearsalSummary, unknownText } from "../../lib/charts/rehearsal_text.ts";
import { parseCondition } from "../../lib/model/condition.ts";
import { MINUTE } from "../../lib/model/time.ts";

const START = Date.UTC(2025, 11, 3, 14);

function seriesOf(values: readonly number[]): RehearsalSeries {
  return { start: START, value: Float64Array.from(values) };
}

function ruleOf(fire: string, clear?: string, forMs = 0, keepFiringForMs = 0): StudiedRule {
  const parsed = parseCondition(fire)!;
  return {
    fire: parsed,
    clear: clear === undefined ? undefined : parseCondition(clear, parsed),
    forMs,
    keepFiringForMs,
    repeatMs: undefined,
  };
}

Deno.test("an alert stands from the minute that fires to the one that resolves, through the unknown", () => {
  const series = seriesOf([0, 3, 2.5, NaN, 1.5, 5, 0.5, 0, 3]);
  const { alerts, known, minutes, firingMs, end } = studyRule(
    series,
    ruleOf("above 2", "below 1", MINUTE),
  );
  const at = (row: number) => START + row * MINUTE;
  assert.deepEqual(alerts, [
    { since: at(1), firedAt: at(2), resolvedAt: at(6), value: 2.5, extreme: 5 },
  ]);
  assert.deepEqual([known, minutes, firingMs, end], [8, 9, 4 * MINUTE, at(8)]);
});

Deno.test("an alert that goes on at the end has no end, and counts to the newest minute", () => {
  const study = studyRule(seriesOf([0, -3, -4]), ruleOf("beyond 2"));
  assert.deepEqual(study.alerts.map(({ resolvedAt, extreme }) => [resolvedAt, extreme]), [
    [undefined, -4],
  ]);
  assert.equal(study.firingMs, MINUTE);
  assert.equal(rehearsalRows(study, "").rows[0]![4], "goes on");
});

Deno.test("alerts are apart, begin before they end, and a higher threshold stands for less time", () => {
  const value = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(NaN));
  fc.assert(fc.property(fc.array(value, { maxLength: 60 }), fc.nat(4), (values, wait) => {
    const series = seriesOf(values);
    const rule = ruleOf("above 1", undefined, wait * MINUTE);
    let before = -Infinity;
    for (const { since, firedAt, resolvedAt = Infinity } of studyRule(series, rule).alerts) {
      assert.ok(since > before && firedAt - since >= wait * MINUTE && resolvedAt > firedAt);
      before = resolvedAt;
    }
    const stands = (threshold: number) =>
      studyRule(series, ruleWith(rule, { threshold, forMs: 0 })).firingMs;
    assert.ok(stands(2) <= stands(1));
  }));
});

Deno.test("a moved threshold takes its clear along, so that they never overlap", () => {
  const above = ruleOf("above 2", "below 1");
  assert.equal(ruleWith(above, { threshold: 2, forMs: 0 }).clear!.threshold, 1);
  assert.equal(ruleWith(above, { threshold: 0.3, forMs: 0 }).clear!.threshold, -0.7);
  const beyond = ruleOf("beyond 2", "below 0.5");
  assert.equal(ruleWith(beyond, { threshold: 1, forMs: 0 }).clear!.threshold, 0.25);
  const below = ruleOf("below 0.2", "above 0.4");
  const moved = ruleWith(below, { threshold: 0.1, forMs: 5 });
  assert.deepEqual([moved.clear!.threshold, moved.forMs], [0.3, 5]);
  assert.equal(ruleWith(ruleOf("above 1"), { threshold: 3, forMs: 0 }).clear, undefined);
});

Deno.test("the slider reaches from what always fires to what never does", () => {
  const series = seriesOf([0.11, NaN, -0.52, 0.9]);
  const { least, most, step } = thresholdLimits(series, ruleOf("above 0.2"));
  assert.ok(least <= -0.52 && most >= 0.9 && step > 0 && step < 0.02, `${least} ${most} ${step}`);
  assert.equal(thresholdLimits(series, ruleOf("beyond 0.2")).least, 0);
  const empty = thresholdLimits(seriesOf([]), ruleOf("above 0.2"));
  assert.ok(empty.most > empty.least && empty.step > 0);
});

Deno.test("what came of it is said in a sentence", () => {
  const summary = (values: number[]) =>
    rehearsalSummary(studyRule(seriesOf(values), ruleOf("above 1")));
  assert.equal(summary([NaN, NaN]), "unknown in all 2 minutes");
  assert.equal(summary([0, 0]), "never fires in 2m that are known");
  assert.equal(
    summary([0, 2, 0, 2, 2, 0]),
    "fires 2 times in 6m that are known · stands 50 % of the time · half of them 2m or longer",
  );
  assert.equal(unknownText({ closed: 60, stale: 1 }), "61 minutes unknown: closed 60, stale 1");
  assert.equal(unknownText({}), "");
});
