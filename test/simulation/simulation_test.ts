import assert from "node:assert/strict";
import { ALL_FAULT_KINDS } from "../../lib/simulator/fault_kinds.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import { DAY, MINUTE, SECOND } from "../../lib/model/time.ts";
import type { FaultAction } from "../../lib/simulator/fault.ts";
import { INDEX, planFaults, TRADING } from "./plan.ts";
import { noDedup, noHealing, noStaleness, noTradeHistory } from "./sabotage.ts";
import { type Mode, modeOf, USUAL } from "./mode.ts";
import { everyKind, faultsAt, type Scheduled } from "./scenarios.ts";
import { replayCommand, summarize } from "./summary.ts";
import { PAIR_VENUES, venuesOf, WORLD_VENUES } from "./venue.ts";
import { type Outcome, simulate } from "./world.ts";

const HOURS = 3;

/** Fails with the first findings and the one command that shows the run again. */
function assertSound(outcome: Outcome): void {
  const { findings } = outcome.verdict;
  const shown = findings.slice(0, 5).map(({ property, text }) => `${property}: ${text}`);
  assert.equal(
    findings.length,
    0,
    `seed ${outcome.seed}: ${shown.join("; ")}. Again: ${replayCommand(outcome)}`,
  );
}

Deno.test("both feeds lose, double and alter no minute through seeded faults of both venues", async () => {
  const outcomes: Outcome[] = [];
  for (const seed of [1, 2, 3]) {
    const outcome = await simulate({ seed, mode: USUAL, hours: HOURS });
    assertSound(outcome);
    outcomes.push(outcome);
  }
  const { disconnects, faults, compared, times } = summarize(outcomes);
  assert.ok(disconnects >= 20, `only ${disconnects} disconnects`);
  assert.ok(faults >= 30, `only ${faults} faults`);
  assert.ok(compared >= 1_500, `only ${compared} minutes were compared`);
  assert.ok(times.heal.n >= 10, `only ${times.heal.n} minutes had to be healed`);
});

/** Configurations that hold every part of a mode at least once. */
const OTHERS: readonly Mode[] = [
  { market: "usdm", data: "live", roll: "date" },
  { market: "usdm", data: "delayed", roll: "date" },
  { market: "spot", data: "live-or-delayed", roll: "volume" },
  { market: "usdm", data: "live", roll: "volume" },
];

Deno.test("both feeds lose, double and alter no minute on USD-M futures, with delayed data, and rolling by volume", async () => {
  const outcomes: Outcome[] = [];
  for (const [i, mode] of OTHERS.entries()) {
    const outcome = await simulate({ seed: 5 + i, mode, hours: HOURS });
    assertSound(outcome);
    outcomes.push(outcome);
  }
  const { compared, disconnects, modes } = summarize(outcomes);
  assert.ok(compared >= 1_500, `only ${compared} minutes were compared`);
  assert.ok(disconnects >= 20, `only ${disconnects} disconnects`);
  assert.deepEqual(modes, {
    ...{ "Binance spot": 1, "Binance USD-M futures": 3, "IBKR live": 2, "IBKR delayed": 1 },
    ...{ "IBKR live or delayed": 1, "roll by volume": 2 },
  });
});

Deno.test("both feeds follow a roll by volume through faults before and after it", async () => {
  const start = Date.UTC(2025, 11, 15, 21, 30);
  const mode: Mode = { market: "usdm", data: "live", roll: "volume" };
  const outcome = await simulate({ seed: 2, start, mode, hours: 3 });
  assertSound(outcome);
  assert.ok(outcome.faults.filter(({ who }) => who === "ibkr").length >= 2);
});

Deno.test("modeOf mixes every market, kind of data and roll over the seeds", () => {
  const modes = Array.from({ length: 300 }, (_, seed) => modeOf(seed));
  const share = (is: (mode: Mode) => boolean) => modes.filter(is).length / modes.length;
  assert.ok(Math.abs(share(({ market }) => market === "usdm") - 1 / 3) < 0.08);
  for (const data of ["delayed", "live-or-delayed"]) {
    assert.ok(share((mode) => mode.data === data && mode.market === "usdm") > 0.02, data);
  }
  assert.ok(share(({ roll, data }) => roll === "volume" && data === "live") > 0.08);
});

Deno.test("replayCommand names what was not drawn from the seed", () => {
  const mode = modeOf(7);
  const other: Mode = { ...mode, roll: mode.roll === "date" ? "volume" : "date" };
  assert.doesNotMatch(replayCommand({ seed: 7, hours: 1, mode }), /--(market|data|roll)/);
  assert.match(
    replayCommand({ seed: 7, hours: 1, mode: other }),
    new RegExp(`--roll ${other.roll}`),
  );
});

Deno.test("a run is the same each time, and another seed gives another run", async () => {
  const [first, again, other] = [
    await simulate({ seed: 8, mode: USUAL, hours: 1 }),
    await simulate({ seed: 8, mode: USUAL, hours: 1 }),
    await simulate({ seed: 9, mode: USUAL, hours: 1 }),
  ];
  assert.equal(first.hash, again.hash);
  assert.equal(first.events, again.events);
  assert.notEqual(first.hash, other.hash);
});

Deno.test("all feeds survive every kind of fault alone, one every six minutes", async () => {
  const all = everyKind(WORLD_VENUES);
  const faults = faultsAt(...all.map((fault, i) => [5 + 6 * i, fault] as const));
  const hours = (5 + 6 * all.length) / 60;
  // A Tuesday: the futures trade, but for their hour's break.
  const others: readonly Mode[] = [OTHERS[1]!, { ...OTHERS[2]!, market: "usdm" }];
  for (const mode of [USUAL, ...others]) {
    assertSound(await simulate({ seed: 1, mode, hours, faults }));
  }
});

Deno.test("createIbkrFeed keeps IBKR's pacing when its streams end again and again", async () => {
  const ends: Scheduled = { who: "ibkr", action: { kind: "end-streams" } };
  const faults = faultsAt(...Array.from({ length: 100 }, (_, i) => [15 + i / 15, ends] as const));
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 0.75, faults }));
});

Deno.test("the harness goes red when history heals nothing", async () => {
  const faults = faultsAt([20, { who: "ibkr", action: { kind: "drop" } }], [
    40.01,
    { who: "binance", action: { kind: "refuse", durationMs: 90 * SECOND } },
  ]);
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 1, faults }));
  const { verdict } = await simulate({
    seed: 1,
    mode: USUAL,
    hours: 1,
    faults,
    sabotage: noHealing,
  });
  assert.ok(verdict.count.lost >= 3, `${verdict.count.lost} minutes lost`);
  assert.ok(verdict.findings.some(({ property }) => property === "P1"));
});

Deno.test("the harness goes red when lost trades are not fetched", async () => {
  const refuse: FaultAction = { kind: "refuse", durationMs: 2 * MINUTE };
  const faults = faultsAt([20, { who: "binance", action: refuse }], [20, {
    who: "binance",
    action: { kind: "drop" },
  }]);
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 1, faults, keepsTrades: true }));
  const { verdict } = await simulate({
    seed: 1,
    mode: USUAL,
    hours: 1,
    faults,
    keepsTrades: true,
    sabotage: noTradeHistory,
  });
  assert.deepEqual(verdict.findings.map(({ property }) => property), ["P11"]);
  assert.match(verdict.findings[0]!.text, /^BTCUSDT: 1 holes: not to be had within 10 min/);
});

Deno.test("the harness goes red when a silent stream is not noticed", async () => {
  const dead: FaultAction = { kind: "dead-streams" };
  const mute: FaultAction = { kind: "mute", durationMs: 10 * MINUTE };
  const faults = faultsAt([20, { who: "ibkr", action: dead }], [30, {
    who: "binance",
    action: mute,
  }]);
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 1, faults }));
  const { verdict } = await simulate({
    seed: 1,
    mode: USUAL,
    hours: 1,
    faults,
    sabotage: noStaleness,
  });
  const texts = verdict.findings.filter(({ property }) => property === "P6").map(({ text }) =>
    text
  );
  for (const venue of ["ibkr", "binance"]) {
    assert.ok(texts.some((text) => text.startsWith(`${venue} was called live`)), texts.join("; "));
  }
});

Deno.test("the harness goes red when a minute told twice is not recognised", async () => {
  const faults = faultsAt([20, { who: "binance", action: { kind: "duplicate", count: 500 } }]);
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 1, faults }));
  const { verdict } = await simulate({ seed: 1, mode: USUAL, hours: 1, faults, sabotage: noDedup });
  assert.ok(verdict.count.duplicated >= 1);
  assert.ok(verdict.findings.some(({ property }) => property === "P2"));
});

Deno.test("planFaults gives every kind its turn, ends in time, and repeats itself", () => {
  const options = { durationMs: DAY, lastEnd: DAY - 90_000 };
  const planOf = (seed: number) => [
    ...planFaults(new SeededRandom(seed, "faults"), { ...options, venues: TRADING }),
    ...planFaults(new SeededRandom(seed, "index faults"), { ...options, venues: INDEX }),
  ];
  const plans = Array.from({ length: 60 }, (_, i) => planOf(i));
  const pairPlans = PAIR_VENUES.flatMap((venue) =>
    Array.from(
      { length: 60 },
      (_, seed) => planFaults(new SeededRandom(seed, venue), { ...options, venues: [venue] }),
    )
  );
  const all = [...plans, ...pairPlans];
  const struck = new Set(all.flat().map(({ who, action }) => `${who} ${action.kind}`));
  assert.ok(pairPlans.flat().some(({ who }) => who === "network"), "nothing near a venue of pairs");
  for (const kind of ALL_FAULT_KINDS) {
    for (const venue of venuesOf(kind)) {
      assert.ok(struck.has(`${venue} ${kind}`), `no ${kind} at ${venue}`);
    }
  }
  assert.ok(all.flat().every(({ at, until }) => at >= 0 && until <= options.lastEnd));
  for (const plan of plans) {
    assert.ok(plan.length >= 120 && plan.length <= 600, `${plan.length} faults a day`);
  }
  const edges = plans.flat().filter(({ at }) => {
    const away = at % MINUTE;
    return Math.min(away, MINUTE - away) <= 1_000;
  });
  assert.ok(edges.length > plans.flat().length / 5, "too few strike at the edge of a minute");
  assert.deepEqual(planOf(7), plans[7]);
});
