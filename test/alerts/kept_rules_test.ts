import assert from "node:assert/strict";
import {
  changesOf,
  readChanges,
  settingsOfRule,
  withChanges,
} from "../../lib/alerts/kept_rules.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import { BITCOIN, ES } from "../support/fake_market.ts";

const SCOPE = { instruments: [BITCOIN, ES], channels: ["phone"] };
const parse = (settings: object) => parseRule(settings, SCOPE);
const rule = (name: string, fire: string, more: object = {}) =>
  parse({ name, metric: "price", of: "BTCUSDT", fire, ...more });

/** As the next process reads it. */
function nextRun(configured: Parameters<typeof changesOf>[0], watched = configured) {
  return readChanges(JSON.stringify(changesOf(configured, watched)));
}

Deno.test("a rule as it is kept is the rule", () => {
  for (
    const more of [{}, {
      clear: "below 5",
      for: "90s",
      keepFiringFor: "1h",
      during: "us",
      severity: "critical",
      repeat: "2h",
      notify: ["phone"],
    }]
  ) {
    const given = rule("far", "above 10", more);
    assert.deepEqual(parse(settingsOfRule(given)), given);
  }
  const pair = parse({
    name: "z",
    metric: "zscore",
    of: "BTCUSDT/ES",
    fire: "beyond 2",
    window: 33,
  });
  assert.deepEqual(parse(settingsOfRule(pair)), pair);
});

Deno.test("rules that were added, replaced and taken away are so in the next run", () => {
  const configured = [rule("a", "above 1"), rule("b", "above 2"), rule("c", "above 3")];
  const watched = [configured[0]!, rule("b", "below 9"), rule("d", "above 4")];
  const { rules, refused } = withChanges(configured, nextRun(configured, watched), parse);
  assert.deepEqual(rules.map(({ name }) => name), ["a", "b", "d"]);
  assert.deepEqual(rules, watched);
  assert.deepEqual(refused, []);
});

Deno.test("a rule that was written anew in the configuration is watched as it is written", () => {
  const before = [rule("a", "above 1"), rule("b", "above 2")];
  const kept = nextRun(before, [rule("a", "above 7")]);
  const now = [rule("a", "above 5"), rule("b", "above 6")];
  const { rules, refused } = withChanges(now, kept, parse);
  assert.deepEqual(rules, now);
  assert.match(refused.join(), /rule a was written anew/);
});

Deno.test("a kept rule of what is not followed now is left out with its reason, and a bad note is none", () => {
  const kept = nextRun([], [rule("far", "above 1")]);
  const { rules, refused } = withChanges(
    [],
    kept,
    (settings) => parseRule(settings, { instruments: [ES] }),
  );
  assert.deepEqual(rules, []);
  assert.match(refused[0]!, /far.*BTCUSDT/);
  for (const note of ["", "{", "{}", '{"rules":[{"name":"x"}],"replaced":{}}', "null"]) {
    assert.deepEqual(readChanges(note), { rules: [], replaced: {} });
  }
});
