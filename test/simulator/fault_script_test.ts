import assert from "node:assert/strict";
import fc from "fast-check";
import { HOUR, SECOND } from "../../lib/model/time.ts";
import type { Log } from "../../lib/runtime/log.ts";
import {
  type Fault,
  parseFaultScript,
  randomFaults,
  runFaults,
} from "../../lib/simulator/fault_script.ts";
import type { FaultTarget } from "../../lib/simulator/fault_target.ts";
import { BINANCE_FAULTS } from "../../lib/simulator/binance/fault_kinds.ts";
import { FAULT_NUMBERS } from "../../lib/simulator/fault_kinds.ts";
import { TWS_FAULTS } from "../../lib/simulator/tws/fault_kinds.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { ManualClock } from "../support/manual_clock.ts";

const VENUES = [
  { venue: "ibkr", faults: TWS_FAULTS },
  { venue: "binance", faults: BINANCE_FAULTS },
];
const parseScript = (text: string) => parseFaultScript(text, VENUES);
const START = Date.UTC(2025, 11, 3, 14, 0);

Deno.test("parseFaultScript reads times after the start and ISO times, and fills in what is left out", () => {
  const faults = parseScript(`[
    { "at": "+90s", "venue": "binance", "kind": "drop" },
    { "at": "+1.5h", "venue": "ibkr", "kind": "stall", "durationMs": 20000 },
    { "at": "+250ms", "venue": "ibkr", "kind": "refuse" },
    { "at": "2025-12-03T14:05:00Z", "venue": "binance", "kind": "corrupt", "count": 4 },
    { "at": "2025-12-03T09:05:00.5-05:00", "venue": "binance", "kind": "delay", "delayMs": 700 }
  ]`);
  assert.deepEqual(faults.map(({ at }) => at), [
    { afterMs: 90_000 },
    { afterMs: 5_400_000 },
    { afterMs: 250 },
    { time: START + 300_000 },
    { time: START + 300_500 },
  ]);
  assert.deepEqual(faults.map(({ action }) => action), [
    { kind: "drop" },
    { kind: "stall", durationMs: 20_000 },
    { kind: "refuse", durationMs: 30_000 },
    { kind: "corrupt", count: 4 },
    { kind: "delay", delayMs: 700, durationMs: 30_000 },
  ]);
  assert.deepEqual(parseScript("[]"), []);
});

Deno.test("parseFaultScript knows the faults of one venue alone, and what they take", () => {
  const faults = parseScript(`[
    { "at": "+1s", "venue": "binance", "kind": "rest-error", "status": 429, "count": 2 },
    { "at": "+2s", "venue": "binance", "kind": "shutdown" },
    { "at": "+3s", "venue": "ibkr", "kind": "outage-dead", "durationMs": 9000 },
    { "at": "+4s", "venue": "ibkr", "kind": "end-streams" }
  ]`);
  assert.deepEqual(faults.map(({ action }) => action), [
    { kind: "rest-error", status: 429, count: 2, retryAfterMs: 7_000 },
    { kind: "shutdown", delayMs: 10_000 },
    { kind: "outage-dead", durationMs: 9_000 },
    { kind: "end-streams" },
  ]);
});

Deno.test("parseFaultScript reads a refusal with any code, and randomFaults draws one that TWS sends", () => {
  const entry = { at: "+1s", venue: "ibkr", kind: "refuse-streams" };
  const [given, usual] = parseScript(JSON.stringify([{ ...entry, code: 10_147 }, entry]));
  assert.deepEqual(given!.action, {
    kind: "refuse-streams",
    code: 10_147,
    durationMs: 30 * SECOND,
  });
  assert.deepEqual(usual!.action, { kind: "refuse-streams", code: 101, durationMs: 30 * SECOND });
  const options = {
    seed: 3,
    venues: [VENUES.find(({ venue }) => venue === "ibkr")!],
    from: 0,
    to: HOUR,
  };
  const faults = randomFaults({ ...options, count: 300, kinds: ["refuse-history"] });
  const codes = new Set(faults.map(({ action }) => "code" in action ? action.code : NaN));
  assert.deepEqual([...codes].sort((a, b) => a - b), FAULT_NUMBERS["refuse-history"].code!.among);
});

Deno.test("parseFaultScript names the entry, the rule and the value of each mistake", () => {
  const good = { at: "+1s", venue: "ibkr", kind: "stall" };
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ ...good, at: "1s" }, /entry 1: at must be .* got "1s"/],
    [{ ...good, at: "2025-12-03T14:05:00" }, /at must be an ISO time with a zone/],
    [{ ...good, at: "2025-13-03T14:05:00Z" }, /at must be/],
    [{ ...good, at: 5 }, /at must be/],
    [{ ...good, venue: "nyse" }, /venue must be one of ibkr, binance, got "nyse"/],
    [{ ...good, kind: "dorp" }, /kind must be one of drop, stall, .* got "dorp"/],
    [{ ...good, durationMs: 0 }, /durationMs must be a whole number of at least 1, got 0/],
    [{ ...good, durationMs: "9" }, /durationMs must be .* got "9"/],
    [{ ...good, count: 3 }, /a stall takes at, venue, kind, durationMs and nothing else/],
    [{ ...good, kind: "lifetime" }, /kind must be one of drop, .* got "lifetime"/],
    [{ ...good, venue: "binance", kind: "restart" }, /kind must be one of .* got "restart"/],
    [{ ...good, kind: "drop", durationMs: 3 }, /a drop takes at, venue, kind and nothing else/],
    ["drop", /an entry must be an object, got "drop"/],
  ];
  for (const [entry, message] of wrong) {
    const parse = () => parseScript(JSON.stringify([entry]));
    assert.throws(parse, { name: "MarketError", code: "fault-script", remedy: "configure" });
    assert.throws(parse, message);
  }
  assert.throws(() => parseScript("[{]"), /is not JSON/);
  assert.throws(() => parseScript("{}"), /must be a JSON list/);
});

Deno.test("randomFaults lie in order within their stretch, repeat with their seed, and use all that is offered", () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, count) => {
    const options = {
      seed,
      venues: VENUES,
      from: START,
      to: START + HOUR,
      count,
      kinds: ["drop", "stall", "corrupt", "delay", "refuse"] as const,
    };
    const faults = randomFaults(options);
    assert.deepEqual(faults, randomFaults(options));
    assert.equal(faults.length, count);
    const times = faults.map(({ at }) => "time" in at ? at.time : NaN);
    times.forEach((time, i) => {
      assert.ok(time >= START + i * HOUR / count - 1 && time < START + (i + 1) * HOUR / count);
    });
    const durations = faults.map(({ action }) =>
      "durationMs" in action ? action.durationMs : 5_000
    );
    assert.ok(durations.every((ms) => Number.isInteger(ms) && ms >= 5_000 && ms <= 60_000));
  }));
  const many = randomFaults({
    seed: 1,
    venues: VENUES,
    from: 0,
    to: HOUR,
    count: 100,
    kinds: ["drop", "stall"],
  });
  assert.equal(new Set(many.map(({ venue, action }) => venue + action.kind)).size, 4);
});

Deno.test("randomFaults throws for options that leave nothing to choose", () => {
  const options = {
    seed: 1,
    venues: VENUES.slice(0, 1),
    from: 0,
    to: 1,
    count: 1,
    kinds: ["drop"] as const,
  };
  assert.throws(() => randomFaults({ ...options, count: -1 }), /count must be .* got -1/);
  assert.throws(() => randomFaults({ ...options, to: 0 }), /to must be above from/);
  assert.throws(() => randomFaults({ ...options, venues: [] }), /venues/);
  assert.throws(() => randomFaults({ ...options, kinds: [] }), /kinds/);
});

/** A venue that writes down what is done to it, and when. */
function diary(venue: FaultTarget["venue"], time: VenueTime, lines: string[]): FaultTarget {
  const note = (what: string) => (...numbers: number[]) => {
    lines.push([(time.now() - START) / SECOND, venue, what, ...numbers].join(" "));
  };
  return {
    venue,
    drop: note("drop"),
    stall: note("stall"),
    corrupt: note("corrupt"),
    delay: note("delay"),
    refuse: note("refuse"),
    strike: ({ kind, ...numbers }) => note(kind)(...Object.values(numbers)),
  };
}

function remember(lines: string[]): Log {
  const note = (level: string) => (message: string, fields: Record<string, unknown> = {}) =>
    void lines.push(
      `${level} ${message} ${fields.venue} ${fields.kind} ${fields.why ?? ""}`.trim(),
    );
  return { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
}

Deno.test("runFaults strikes each venue at its venue time, logs each, and stops when cancelled", async () => {
  const clock = new ManualClock();
  const time = new VenueTime({ clock, start: START, speed: 10 });
  const struck: string[] = [], logged: string[] = [];
  const at = (second: number) => ({ afterMs: second * SECOND });
  const faults: Fault[] = [
    { at: at(30), venue: "binance", action: { kind: "delay", delayMs: 5, durationMs: 6 } },
    { at: at(0), venue: "ibkr", action: { kind: "drop" } },
    { at: { time: START + 20_000 }, venue: "ibkr", action: { kind: "stall", durationMs: 7 } },
    { at: at(30), venue: "ibkr", action: { kind: "refuse", durationMs: 8 } },
    { at: { time: START - 1 }, venue: "ibkr", action: { kind: "drop" } },
    { at: at(60), venue: "binance", action: { kind: "corrupt", count: 9 } },
    { at: at(90), venue: "binance", action: { kind: "drop" } },
  ];
  const targets = [diary("ibkr", time, struck), diary("binance", time, struck)];
  const running = runFaults(faults, targets, time, remember(logged));
  await clock.advance(7_000);
  running.cancel();
  await clock.advance(7_000);
  assert.deepEqual(struck, [
    "0 ibkr drop",
    "20 ibkr stall 7",
    "30 binance delay 5 6",
    "30 ibkr refuse 8",
    "60 binance corrupt 9",
  ]);
  assert.deepEqual(logged, [
    "warn fault left out ibkr drop its time has passed",
    "info fault ibkr drop",
    "info fault ibkr stall",
    "info fault binance delay",
    "info fault ibkr refuse",
    "info fault binance corrupt",
  ]);
  assert.equal(clock.pending, 0);
});

Deno.test("runFaults leaves out faults of a venue that is not there", () => {
  const clock = new ManualClock();
  const time = new VenueTime({ clock, start: START });
  const logged: string[] = [];
  const fault = { at: { afterMs: 5 }, venue: "ibkr", action: { kind: "drop" } } as const;
  runFaults([fault], [], time, remember(logged)).cancel();
  assert.deepEqual(logged, ["warn fault left out ibkr drop its venue is not simulated"]);
  assert.equal(clock.pending, 0);
});
