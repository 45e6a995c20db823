import assert from "node:assert/strict";
import { HOUR } from "../../lib/model/time.ts";
import { USUAL } from "./mode.ts";
import { faultsAt } from "./scenarios.ts";
import { replayCommand } from "./summary.ts";
import { judgeWeek } from "./week_judge.ts";
import { tradingMinutes, type Week, WEEKS } from "./weeks.ts";
import { type Outcome, simulate } from "./world.ts";

/** The moments that whole weeks are run for: half an hour before each, and half an hour after. */
const EDGES = {
  "the first open after the US clocks went forward": "2026-03-08T22:00Z",
  "the first break after it": "2026-03-09T21:00Z",
  "the roll from March to June": "2026-03-15T22:00Z",
  "the first open after the European clocks went forward": "2026-03-29T22:00Z",
  "Good Friday's early close": "2026-04-03T13:15Z",
  "the first open after the European clocks went back": "2026-10-25T22:00Z",
  "the first open after the US clocks went back": "2026-11-01T23:00Z",
  "Thanksgiving's early close": "2026-11-26T18:00Z",
  "the close on Christmas Eve": "2026-12-24T18:15Z",
  "the first open after Christmas": "2026-12-27T23:00Z",
};

function weekOf(time: number): Week {
  const found = WEEKS.find(({ from, to }) => time >= from && time < to);
  assert.ok(found !== undefined, `${new Date(time).toISOString()} lies in no week`);
  return found;
}

function assertSound(outcome: Outcome, name: string): void {
  const found = judgeWeek(outcome, weekOf(outcome.start));
  const shown = found.slice(0, 5).join("; ");
  assert.equal(found.length, 0, `${name}: ${shown}. Again: ${replayCommand(outcome)}`);
}

Deno.test("both feeds keep every minute, and raise no false alarm, where the calendar does something", async () => {
  let minutes = 0;
  for (const [name, edge] of Object.entries(EDGES)) {
    const outcome = await simulate({
      seed: 4,
      mode: USUAL,
      hours: 1,
      start: Date.parse(edge) - HOUR / 2,
    });
    assertSound(outcome, name);
    minutes += outcome.verdict.count.compared;
  }
  assert.ok(minutes >= 2_500, `only ${minutes} minutes were compared`);
});

Deno.test("both feeds follow the roll in the middle of an outage", async () => {
  const start = Date.parse("2026-03-15T21:30Z");
  const faults = faultsAt(
    [28, { who: "ibkr", action: { kind: "refuse", durationMs: 4 * 60_000 } }],
    [29, { who: "binance", action: { kind: "stall", durationMs: 60_000 } }],
  );
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 1, start, faults }), "the roll");
});

Deno.test("judgeWeek finds a calendar that is wrong by an hour", async () => {
  const start = Date.parse("2026-03-08T21:00Z");
  const outcome = await simulate({ seed: 1, mode: USUAL, hours: 2, start, faults: [] });
  const week = weekOf(start);
  const asInWinter = week.sessions.map(({ from, to }) => ({ from: from + HOUR, to: to + HOUR }));
  assert.deepEqual(judgeWeek(outcome, week), []);
  const found = judgeWeek(outcome, { ...week, sessions: asInWinter });
  assert.equal(found.length, 2);
  for (const text of found) assert.match(text, /^(ES|NQ) expects \d+ minutes, and 0 are due$/);
});

Deno.test("WEEKS hold the minutes that the exchange trades in each", () => {
  const hours = WEEKS.map((week) => tradingMinutes(week, week) / 60);
  assert.deepEqual(hours, [
    4 + 5 * 23 + 4,
    3 + 4 * 23 + 15.25,
    5 * 23 + 3,
    3 * 23 + 19 + 19.25 + 3,
    3 * 23 + 19.25 + 3,
  ]);
});
