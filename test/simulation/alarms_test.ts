import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { checkAlarms } from "./checker/alarms.ts";
import type { History, Told } from "./checker/history.ts";
import { promisesOf } from "./checker/promises.ts";

const T = Date.UTC(2026, 2, 9, 15);

/** A quiet hour in which only what is given happened. */
function historyOf(given: Partial<History>): History {
  return {
    ...{ from: T, to: T + 60 * MINUTE, told: [], sockets: [], http: [], questions: [] },
    promises: promisesOf({ market: "spot", delayed: [], isAllDelayed: false }),
    ...{
      data: { binance: [], ibkr: [], deribit: [] },
      bars: [],
      faults: [],
      standstills: [],
      ledgers: [],
    },
    ...{
      finalStates: { binance: "live", ibkr: "live", deribit: "live" },
      violations: [],
      leftovers: [],
    },
    ...given,
  };
}

const left: Told = {
  at: T + 10 * MINUTE,
  event: {
    ...{ kind: "transition", venue: "ibkr", from: "live", to: "stale", reason: "silent" },
    ...{ time: undefined, receivedAt: 0 },
  },
};

function textsOf(given: Partial<History>, isTrading = true): string[] {
  return checkAlarms(historyOf(given), () => isTrading).map(({ text }) => text);
}

Deno.test("checkAlarms finds a venue that left live although nothing was wrong", () => {
  assert.deepEqual(textsOf({ told: [left] }), [
    "ibkr left live without cause at 2026-03-09 15:10:00 UTC: silent",
  ]);
  const fault = { who: "ibkr", kind: "silence", from: left.at - 20 * SECOND, to: left.at } as const;
  assert.deepEqual(textsOf({ told: [left], faults: [fault] }), []);
  const elsewhere = { ...fault, who: "binance" } as const;
  assert.equal(textsOf({ told: [left], faults: [elsewhere] }).length, 1);
  const longAgo = { ...fault, from: T, to: T + MINUTE };
  assert.equal(textsOf({ told: [left], faults: [longAgo] }).length, 1);
  assert.deepEqual(
    textsOf({ told: [left], standstills: [{ from: left.at - 1, to: left.at }] }),
    [],
  );
});

Deno.test("checkAlarms lets a fault that counts messages wait for the next ones", () => {
  const fault = { who: "ibkr", kind: "duplicate", from: T, to: T } as const;
  const data = { binance: [], deribit: [], ibkr: [left.at - 30 * SECOND] };
  assert.deepEqual(textsOf({ told: [left], faults: [fault], data }), []);
  const soon = { binance: [], deribit: [], ibkr: [T + SECOND] };
  assert.equal(textsOf({ told: [left], faults: [fault], data: soon }).length, 1);
});

Deno.test("checkAlarms finds a failure that was told although nothing was wrong", () => {
  const failure = (code: string): Told => ({
    at: T + 10 * MINUTE,
    event: {
      ...{ kind: "failure", venue: "binance", receivedAt: 0 },
      error: new MarketError(code, "retry", "the stream is silent"),
    },
  });
  assert.deepEqual(textsOf({ told: [failure("silent")] }), [
    "binance told a failure without cause at 2026-03-09 15:10:00 UTC: the stream is silent",
  ]);
  assert.deepEqual(textsOf({ told: [failure("delayed-instead")] }), []);
});

Deno.test("checkAlarms finds gaps without cause, and minutes missing while the market is shut", () => {
  const gap: Told = {
    at: T + 5 * MINUTE,
    event: {
      ...{ kind: "gap", instrument: "ES", from: T + 3 * MINUTE, to: T + 4 * MINUTE },
      ...{ reason: "five-second bars are missing", receivedAt: 0 },
    },
  };
  const missing = { from: T + 3 * MINUTE, to: T + 4 * MINUTE, minutes: 1 };
  const ledgers: History["ledgers"] = [{
    ...{ instrument: "ES", venue: "ibkr", from: T, to: T + 60 * MINUTE, bars: [] },
    coverage: {
      ...{ instrument: "ES", from: T, to: T + 60 * MINUTE, expected: 60, streamed: 59 },
      ...{ backfilled: 0, healed: 0, absent: 0, heals: [], repeats: 0, revisions: 0, rejected: {} },
      missing: [{ ...missing, reason: "not healed yet" }],
    },
  }];
  assert.deepEqual(textsOf({ told: [gap], ledgers }), [
    "ES: a gap without cause was told at 2026-03-09 15:05:00 UTC: five-second bars are missing",
    "ES 2026-03-09 15:03:00 UTC still waits for its bar",
  ]);
  assert.deepEqual(textsOf({ ledgers }, false), [
    "ES 2026-03-09 15:03:00 UTC is missing, and the market was shut",
    "ES 2026-03-09 15:03:00 UTC still waits for its bar",
  ]);
});
