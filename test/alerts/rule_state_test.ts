import assert from "node:assert/strict";
import { type Reading, unknown } from "../../lib/alerts/reading.ts";
import { INACTIVE, nextState, type RuleState } from "../../lib/alerts/rule_state.ts";
import { parseCondition } from "../../lib/model/condition.ts";
import { parseDuration } from "../../lib/model/duration.ts";
import { MINUTE } from "../../lib/model/time.ts";

/** A rule's text: `beyond 2, clear below 1, for 2m, keep 3m, repeat 5m`. */
function ruleOf(text: string) {
  const [fireText = "", ...rest] = text.split(", ");
  const fire = parseCondition(fireText)!;
  const after = (word: string) =>
    rest.find((part) => part.startsWith(word))?.slice(word.length + 1);
  const clear = after("clear");
  const repeat = after("repeat");
  return {
    fire,
    clear: clear === undefined ? undefined : parseCondition(clear, fire),
    forMs: parseDuration(after("for") ?? "0m")!,
    keepFiringForMs: parseDuration(after("keep") ?? "0m")!,
    repeatMs: repeat === undefined ? undefined : parseDuration(repeat)!,
  };
}

/** One letter a minute: its phase, capital where something is said; `?` before it while unknown. */
function walk(text: string, values: readonly (number | "stale")[]): string {
  const rule = ruleOf(text);
  let state: RuleState = INACTIVE;
  const said: string[] = [];
  values.forEach((value, minute) => {
    const reading: Reading = value === "stale"
      ? unknown("stale")
      : { kind: "known", value, n: 1, expected: 1 };
    const step = nextState(rule, state, minute * MINUTE, reading);
    // A restart between any two minutes goes on from what was written down.
    state = JSON.parse(JSON.stringify(step.state));
    const letter = state.phase[0]!;
    const change = step.change === undefined ? "" : `!${step.change}`;
    said.push(`${state.reason === undefined ? "" : "?"}${letter}${change}`);
  });
  return said.join(" ");
}

const CASES: readonly (readonly [string, string, readonly (number | "stale")[], string])[] = [
  [
    "fires and resolves at once",
    "above 2",
    [2, 2.1, 2.1, 2, 3],
    "i f!firing f i!resolved f!firing",
  ],
  [
    "holds between fire and clear",
    "above 2, clear below 1",
    [3, 1.5, 1, 0.9, 1.5],
    "f!firing f f i!resolved i",
  ],
  [
    "compares absolute values after beyond",
    "beyond 2, clear below 1",
    [-3, -1.5, -0.9, 2.5],
    "f!firing f i!resolved f!firing",
  ],
  ["below fires under it", "below 0.2", [0.2, 0.1, -0.5, 0.2], "i f!firing f i!resolved"],
  [
    "waits for the duration and starts anew after a value that does not fire",
    "above 2, for 2m",
    [3, 3, 1, 3, 3, 3, 1],
    "p p i p p f!firing i!resolved",
  ],
  [
    "an unknown minute leaves pending as it is, and time goes on",
    "above 2, for 2m",
    [3, "stale", 3, 3],
    "p ?p f!firing f",
  ],
  [
    "a pending excursion ends at the next known value that does not fire",
    "above 2, for 2m",
    [3, "stale", "stale", "stale", 1, 3],
    "p ?p ?p ?p i p",
  ],
  [
    "an unknown minute neither fires nor resolves",
    "above 2",
    ["stale", 3, "stale", "stale", 3, "stale", 1],
    "?i f!firing ?f ?f f ?f i!resolved",
  ],
  [
    "resolves once the clear condition has held for long enough",
    "above 2, clear below 1, keep 2m",
    [3, 0, 0, 0, 0],
    "f!firing r r i!resolved i",
  ],
  [
    "a value between fire and clear starts that anew",
    "above 2, clear below 1, keep 2m",
    [3, 0, 1.5, 0, 0, 0],
    "f!firing r f r r i!resolved",
  ],
  [
    "one that fires again while it recovers is the same excursion",
    "above 2, clear below 1, keep 2m",
    [3, 0, 3, 0, 0, 0],
    "f!firing r f r r i!resolved",
  ],
  [
    "unknown minutes while it recovers count as time",
    "above 2, keep 2m",
    [3, 1, "stale", 1],
    "f!firing r ?r i!resolved",
  ],
  [
    "is said again while it goes on, once however long it was not known",
    "above 2, repeat 2m",
    [3, 3, 3, 3, 3, "stale", "stale", "stale", "stale", 3, 3, 1],
    "f!firing f f!repeat-1 f f!repeat-2 ?f ?f ?f ?f f!repeat-3 f i!resolved",
  ],
  [
    "is not said again while it recovers",
    "above 2, keep 5m, repeat 2m",
    [3, 1, 1, 1, 3],
    "f!firing r r r f!repeat-1",
  ],
];

for (const [name, rule, values, expected] of CASES) {
  Deno.test(`a rule ${name}`, () => assert.equal(walk(rule, values), expected));
}

Deno.test("the excursion keeps the time of its first judgement, pending included", () => {
  const rule = ruleOf("above 2, for 2m, keep 1m");
  let state: RuleState = INACTIVE;
  const since: (number | undefined)[] = [];
  for (const [minute, value] of [1, 3, 3, 3, 1, 1].entries()) {
    state = nextState(rule, state, minute * MINUTE, { kind: "known", value, n: 1, expected: 1 })
      .state;
    since.push(state.since);
  }
  assert.deepEqual(since, [undefined, MINUTE, MINUTE, MINUTE, MINUTE, undefined]);
});
