import assert from "node:assert/strict";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import type { CoverageState } from "../../lib/store/store.ts";
import { storedDays } from "../../lib/store/stored_days.ts";
import { BITCOIN, ES } from "../support/fake_market.ts";

/** A Thursday. */
const DAY_ONE = Date.UTC(2026, 0, 8);

function storeOf(
  ...rows: readonly (readonly [from: number, to: number, CoverageState, string?])[]
) {
  return {
    coverage: ({ instrument, stepMs }: { instrument: string; stepMs: number }) =>
      Promise.resolve(
        rows.map(([from, to, state, reason = ""]) => ({
          instrument,
          stepMs,
          from,
          to,
          state,
          reason,
        })),
      ),
  };
}

Deno.test("stored minutes are counted by day, with the reason of what is missing", async () => {
  const store = storeOf(
    [DAY_ONE, DAY_ONE + DAY, "complete"],
    [DAY_ONE + DAY, DAY_ONE + DAY + HOUR, "missing", "the venue was away"],
    [DAY_ONE + DAY + HOUR, DAY_ONE + DAY + 2 * HOUR, "healing", "being asked for"],
    [DAY_ONE + DAY + 2 * HOUR, DAY_ONE + DAY + 5 * HOUR, "complete"],
  );
  const { days, to } = await storedDays(store, BITCOIN);
  assert.deepEqual(days, [
    { day: DAY_ONE, held: 1_440, missing: 0, closed: 0, reason: "" },
    {
      day: DAY_ONE + DAY,
      held: 180,
      missing: 120,
      closed: 0,
      reason: "the venue was away",
    },
  ]);
  assert.equal(to, DAY_ONE + DAY + 5 * HOUR);
});

Deno.test("what nobody asked for is missing where the market was open, and closed where it was shut", async () => {
  const friday = DAY_ONE + DAY, monday = DAY_ONE + 4 * DAY;
  const store = storeOf(
    [friday, friday + 12 * HOUR, "complete"],
    [monday, monday + MINUTE, "complete"],
  );
  const { days } = await storedDays(store, ES);
  // Globex shuts at 22:00 UTC on Friday and opens at 23:00 on Sunday in winter.
  assert.deepEqual(days.map(({ held, missing, closed }) => [held, missing, closed]), [
    [720, 600, 120],
    [0, 0, 1_440],
    [0, 60, 1_380],
    [1, 0, 0],
  ]);
  assert.equal(days[0]!.reason, "never stored");
});

Deno.test("a store that knows nothing of an instrument has no day of it", async () => {
  assert.deepEqual(await storedDays(storeOf(), BITCOIN), { days: [], to: NaN });
});
