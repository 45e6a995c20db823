import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import type { VenueBar } from "../../../lib/feeds/ibkr/gateway.ts";
import { AskedMinutes } from "../../../lib/feeds/ibkr/asked_minutes.ts";
import {
  closedRows,
  isBelievable,
  planHistory,
  provesAbsent,
} from "../../../lib/feeds/ibkr/history.ts";
import { HistoryBudget } from "../../../lib/feeds/ibkr/history_budget.ts";
import { historyRefusal } from "../../../lib/feeds/ibkr/history_refusal.ts";

const NOW = Date.UTC(2025, 11, 3, 15, 0, 20);
const minute = (n: number) => Date.UTC(2025, 11, 3, 15) + n * MINUTE;

function row(time: number): VenueBar {
  const price = { open: 10, high: 11, low: 9, close: 10, volume: 5 };
  return { time, ...price, trades: 2, vwap: 10 };
}

Deno.test("planHistory asks up to now for recent holes, many in one", () => {
  const holes = [{ from: minute(-9), to: minute(-8) }, { from: minute(-3), to: minute(0) }];
  const plan = planHistory(holes, NOW);
  assert.deepEqual(plan, { from: minute(-9), to: minute(0), end: "", duration: "680 S" });
});

Deno.test("planHistory asks with an end for old holes, and a day at most at once", () => {
  const old = planHistory([{ from: minute(-300), to: minute(-290) }], NOW);
  assert.equal(old.end, "20251203-10:12:00");
  assert.equal(old.duration, "840 S");
  const long = planHistory([{ from: minute(0) - 3 * DAY, to: minute(0) }], NOW);
  assert.equal(long.to, long.from + DAY);
  assert.equal(long.end, "20251201-15:02:00");
  assert.equal(long.duration, "2 D");
});

Deno.test("closedRows leaves out the forming row and rows with a damaged time", () => {
  const rows = [row(minute(-1)), row(minute(-2)), row(minute(0)), row(minute(-3) + 1), row(NaN)];
  const closed = closedRows(rows, { sentAtLeast: NOW, lagMs: 0 });
  assert.deepEqual(closed.map(({ time }) => time), [minute(-2), minute(-1)]);
});

Deno.test("closedRows believes the last row of delayed data only when it is old", () => {
  const rows = [row(minute(-12)), row(minute(-11))];
  const times = (sentAtLeast: number) =>
    closedRows(rows, { sentAtLeast, lagMs: HOUR / 2 }).map(({ time }) => time);
  assert.deepEqual(times(NOW), [minute(-12)]);
  assert.deepEqual(times(NOW + 20 * MINUTE), [minute(-12), minute(-11)]);
});

Deno.test("provesAbsent needs bars on both sides", () => {
  assert.equal(provesAbsent(minute(1), [row(minute(0)), row(minute(2))]), true);
  assert.equal(provesAbsent(minute(1), [row(minute(2))]), false);
  assert.equal(provesAbsent(minute(1), [row(minute(0))]), false);
  assert.equal(provesAbsent(minute(1), [row(minute(0)), row(minute(1)), row(minute(2))]), false);
});

Deno.test("isBelievable refuses impossible rows and rows from the future", () => {
  assert.equal(isBelievable(row(minute(0)), NOW), true);
  assert.equal(isBelievable({ ...row(minute(0)), low: 12 }, NOW), false);
  assert.equal(isBelievable({ ...row(minute(0)), volume: NaN }, NOW), false);
  assert.equal(isBelievable(row(minute(0) + DAY), NOW), false);
});

Deno.test("HistoryBudget spaces identical requests by 15 seconds", () => {
  const budget = new HistoryBudget();
  budget.spend("ESZ5", "a", 1_000);
  assert.equal(budget.waitMs("ESZ5", "a", 4_000), 12_000);
  assert.equal(budget.waitMs("ESZ5", "b", 4_000), 0);
  assert.equal(budget.waitMs("NQZ5", "a", 4_000), 0);
  assert.equal(budget.waitMs("ESZ5", "a", 16_000), 0);
});

Deno.test("HistoryBudget keeps below 6 of a contract in 2 seconds and 60 in 10 minutes", () => {
  const budget = new HistoryBudget();
  const sent: { at: number; contract: string }[] = [];
  let now = 0;
  for (let i = 0; i < 200; i++) {
    const contract = i % 3 === 0 ? "NQZ5" : "ESZ5";
    now += budget.waitMs(contract, `${i}`, now);
    budget.spend(contract, `${i}`, now);
    sent.push({ at: now, contract });
  }
  for (const { at, contract } of sent) {
    const within = (ms: number) => sent.filter((s) => s.at > at - ms && s.at <= at);
    assert.ok(within(10 * MINUTE).length < 60);
    assert.ok(within(2_000).filter((s) => s.contract === contract).length < 6);
  }
});

Deno.test("AskedMinutes spaces questions further and further", () => {
  const asked = new AskedMinutes({ isDelayed: false, toLocalMs: (ms) => ms });
  const hole = [{ from: minute(0), to: minute(1) }];
  const gaps: number[] = [];
  let now = 0, last = 0;
  for (; gaps.length < 5; now += 1_000) {
    if (asked.due(hole, now).length === 0) continue;
    gaps.push(now - last);
    last = now;
    assert.equal(asked.inVain(minute(0), now), gaps.length >= 3);
  }
  assert.deepEqual(gaps, [0, 5_000, 15_000, 30_000, 60_000]);
  asked.forgive();
  assert.equal(asked.due(hole, now).length, 1);
});

Deno.test("AskedMinutes in delayed mode asks for all holes together", () => {
  const asked = new AskedMinutes({ isDelayed: true, toLocalMs: (ms) => ms });
  const holes = [{ from: minute(0), to: minute(1) }, { from: minute(5), to: minute(6) }];
  asked.inVain(minute(0), 0);
  assert.deepEqual(asked.due(holes, 10), holes);
  asked.inVain(minute(5), 10);
  assert.deepEqual(asked.due(holes, 1_000), []);
});

Deno.test("historyRefusal tells the kinds of code 162 apart", () => {
  const es = { symbol: "ES", exchange: "CME" };
  const kinds = [
    ["HMDS query returned no data: ESZ5@CME Trades", "no-data"],
    ["Historical data request pacing violation", "pacing"],
    ["API historical data query cancelled: 12", "passing"],
    ["HMDS server disconnect occurred", "passing"],
    ["No market data permissions for CME FUT", "failed"],
    ["Trading TWS session is connected from a different IP address", "failed"],
  ] as const;
  for (const [text, kind] of kinds) assert.equal(historyRefusal(162, text, es).kind, kind, text);
  assert.equal(historyRefusal(200, "ambiguous", es).kind, "failed");
  assert.equal(historyRefusal(2105, "farm", es).kind, "passing");
});
