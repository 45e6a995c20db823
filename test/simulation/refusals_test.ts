import assert from "node:assert/strict";
import { DAY, SECOND } from "../../lib/model/time.ts";
import { FAULT_NUMBERS } from "../../lib/simulator/fault_kinds.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import type { Mode } from "./mode.ts";
import { planFaults, TRADING } from "./plan.ts";
import { faultsAt, type Scheduled } from "./scenarios.ts";
import { simulate } from "./world.ts";

const KINDS = ["refuse-streams", "refuse-history", "refuse-listing"] as const;
const MODES: readonly Mode[] = [
  { market: "spot", data: "live", roll: "date" },
  { market: "spot", data: "delayed", roll: "date" },
  { market: "spot", data: "live-or-delayed", roll: "date" },
];
/** Wednesday, 16:00 in London: the futures trade. */
const START = Date.UTC(2025, 11, 3, 16);

/** Each code, and each of its texts, for 41 s; and what makes the feed ask for what is refused. */
function everyRefusal(): (readonly [minute: number, fault: Scheduled])[] {
  const refusals = KINDS.flatMap((kind) =>
    FAULT_NUMBERS[kind].code!.among!.map((code) => ({ kind, code, durationMs: 41 * SECOND }))
  );
  return refusals.flatMap((action, i) => {
    const minute = 8 + 4 * i + (i % 3) / 60;
    const refusal: Scheduled = { who: "ibkr", action };
    const cut: Scheduled = {
      who: "ibkr",
      action: action.kind === "refuse-history" ? { kind: "dead-streams" } : { kind: "drop" },
    };
    if (action.kind === "refuse-streams") return [[minute, refusal] as const];
    return [[minute, refusal] as const, [minute + 1 / 60, cut] as const];
  });
}

Deno.test("ES and NQ survive every code with which TWS refuses what it has served", async () => {
  const faults = faultsAt(...everyRefusal());
  assert.ok(faults.length >= 45);
  const hours = (12 + 4 * everyRefusal().length) / 60;
  for (const mode of MODES) {
    const { verdict } = await simulate({
      seed: 1,
      mode,
      start: START,
      hours: Math.min(hours, 5),
      faults,
    });
    assert.deepEqual(verdict.findings, [], mode.data);
    assert.ok(verdict.count.compared > 500);
  }
});

Deno.test("VIX survives every such code beside them, and shows no value that it never had", async () => {
  const faults = faultsAt(...everyRefusal());
  const run = { seed: 1, mode: MODES[0]!, start: START, hours: 3.6, faults, hasVix: true };
  const { verdict, vix } = await simulate(run);
  assert.deepEqual(verdict.findings, []);
  assert.equal(vix!.state, "live");
  assert.deepEqual(vix!.untrue, []);
  assert.ok(vix!.minutes > 150, `${vix!.minutes} minutes`);
  assert.ok(vix!.resubscribes > 0);
});

Deno.test("planFaults draws every code of a refusal, and none before there is data", () => {
  const options = { durationMs: DAY, lastEnd: DAY - 90_000, venues: TRADING };
  const plans = Array.from(
    { length: 120 },
    (_, i) => planFaults(new SeededRandom(i, "faults"), options),
  );
  const drawn = new Set<string>();
  for (const { at, action } of plans.flat()) {
    if (!("code" in action)) continue;
    assert.ok(at >= 5 * 60 * SECOND);
    drawn.add(`${action.kind} ${action.code}`);
  }
  const all = KINDS.flatMap((kind) =>
    FAULT_NUMBERS[kind].code!.among!.map((code) => `${kind} ${code}`)
  );
  assert.deepEqual(all.filter((each) => !drawn.has(each)), []);
});
