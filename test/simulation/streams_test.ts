import assert from "node:assert/strict";
import type { Bar } from "../../lib/model/bar.ts";
import type { Origin } from "../../lib/model/feed_event.ts";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import type { History, Told } from "./checker/history.ts";
import { checkMinutes } from "./checker/minutes.ts";
import { promisesOf } from "./checker/promises.ts";
import { checkStreams } from "./checker/streams.ts";

const T = Date.UTC(2026, 2, 9, 15);
const LIVE = promisesOf({ market: "spot", delayed: [], isAllDelayed: false });
const DELAYED = promisesOf({ market: "spot", delayed: ["ES"], isAllDelayed: false });

function barAt(openTime: number, source: Bar["source"] = "simulated"): Bar {
  const prices = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
  return { openTime, ...prices, closed: true, revision: 0, source };
}

function told(minute: number, origin: Origin): Told {
  const at = T + (minute + 1) * MINUTE + SECOND;
  const bar = barAt(T + minute * MINUTE);
  const event = { instrument: "ES", bar, origin, change: "new", receivedAt: 0 } as const;
  return { at, event: { kind: "bar", ...event } };
}

function historyOf(given: Partial<History>): History {
  return {
    ...{ from: T, to: T + 60 * MINUTE, told: [], sockets: [], http: [], questions: [] },
    ...{ data: { binance: [], ibkr: [], deribit: [] }, bars: [], faults: [], standstills: [] },
    ledgers: [{
      ...{ instrument: "ES", venue: "ibkr", from: T, to: T + 60 * MINUTE, bars: [] },
      coverage: {
        ...{ instrument: "ES", from: T, to: T, expected: 0, streamed: 0, backfilled: 0, healed: 0 },
        ...{ absent: 0, heals: [], repeats: 0, revisions: 0, rejected: {}, missing: [] },
      },
    }],
    ...{
      finalStates: { binance: "live", ibkr: "live", deribit: "live" },
      violations: [],
      leftovers: [],
    },
    ...{ promises: LIVE, ...given },
  };
}

const textsOf = (given: Partial<History>) =>
  checkStreams(historyOf(given), () => true).map(({ text }) => text);

Deno.test("checkStreams finds a stream that is healed minute by minute in place of being asked for again", () => {
  const minutes = [told(0, "history"), told(1, "stream"), told(2, "history")];
  assert.deepEqual(textsOf({ told: minutes }), [
    "ES 2026-03-09 15:02:00 UTC had to be healed without cause",
  ]);
  const from = T + 2 * MINUTE;
  const fault = { who: "ibkr", kind: "drop", from, to: from } as const;
  assert.deepEqual(textsOf({ told: minutes, faults: [fault] }), []);
  assert.equal(textsOf({ told: minutes, faults: [{ ...fault, who: "binance" }] }).length, 1);
  assert.deepEqual(textsOf({ told: minutes, promises: DELAYED }), []);
});

Deno.test("checkStreams finds a venue that is not live again soon after IBKR says it is back", () => {
  const state = (at: number, from: "starting" | "live" | "stale", to: "live" | "stale"): Told => ({
    at,
    event: {
      ...{ kind: "transition", venue: "ibkr", from, to, reason: "said" },
      ...{ time: undefined, receivedAt: 0 },
    },
  });
  const from = T + 10 * MINUTE;
  const fault = { who: "ibkr", kind: "outage-lost", from, to: from + 20 * SECOND } as const;
  const left = [state(T, "starting", "live"), state(from + 50, "live", "stale")];
  const back = (ms: number) => [...left, state(fault.to + ms, "stale", "live")];
  const bars = [fault.to + 5 * SECOND];
  const limit = "15000 ms after the end of outage-lost at 2026-03-09 15:10:35 UTC";
  assert.deepEqual(textsOf({ told: back(5 * SECOND), bars, faults: [fault] }), []);
  assert.deepEqual(textsOf({ told: back(31 * SECOND), bars, faults: [fault] }), [
    `ibkr is stale ${limit}`,
  ]);
  assert.deepEqual(textsOf({ told: back(5 * SECOND), bars: [fault.to], faults: [fault] }), [
    `no bars of ibkr came until ${limit}`,
  ]);
});

Deno.test("checkMinutes finds a minute that is labelled live where data is delayed, and the other way round", () => {
  const found = (promises: History["promises"], source: Bar["source"]) => {
    const history = historyOf({ promises });
    const [ledger] = history.ledgers;
    const ledgers = [{ ...ledger!, bars: [barAt(T, source)] }];
    const truthAt = (_: string, time: number) =>
      time === T || time === T + MINUTE ? { ...barAt(time), contract: undefined } : undefined;
    const findings = checkMinutes({ ...history, ledgers }, truthAt).findings;
    return findings.filter(({ property }) => property === "P6").map(({ text }) => text);
  };
  assert.deepEqual(found(DELAYED, "delayed"), []);
  assert.deepEqual(found(DELAYED, "simulated"), [
    "ES 2026-03-09 15:00:00 UTC is labelled simulated",
  ]);
  assert.deepEqual(found(LIVE, "delayed"), ["ES 2026-03-09 15:00:00 UTC is labelled delayed"]);
});
