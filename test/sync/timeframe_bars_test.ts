import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import type { MinuteGrid } from "../../lib/model/minute_grid.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { timeframeBars } from "../../lib/sync/timeframe_bars.ts";
import { gridOf } from "./grids.ts";

const START = Date.UTC(2025, 11, 3, 13, 2);
const OPTIONS = { source: "simulated", calendar: alwaysOpen } as const;

Deno.test("timeframeBars from a time on are those of all that open then or later", () => {
  const grid = gridOf(Array.from({ length: 300 }, (_, i) => 100 + i % 7), START);
  for (const timeframe of ["5m", "15m", "1h", "1d"] as const) {
    const all = timeframeBars(grid, timeframe, OPTIONS);
    for (const from of [-Infinity, START, START + HOUR, START + 61 * MINUTE + 1, Infinity]) {
      assert.deepEqual(
        timeframeBars(grid, timeframe, { ...OPTIONS, from }),
        all.filter((bar) => bar.openTime >= from),
        `${timeframe} from ${from - START}`,
      );
    }
  }
});

Deno.test("timeframeBars reads no minute before those asked for", () => {
  const whole = gridOf(Array.from({ length: 30 * 24 * 60 }, () => 100), START);
  let read = 0;
  const grid: MinuteGrid = {
    ...whole,
    status: new Proxy(whole.status, {
      get(target, name) {
        if (name === "subarray") {
          return (from: number, to: number) => {
            read += to - from;
            return target.subarray(from, to);
          };
        }
        if (typeof name === "string" && /^\d+$/.test(name)) read++;
        return Reflect.get(target, name, target);
      },
    }),
  };
  const end = START + whole.length * MINUTE;
  const bars = timeframeBars(grid, "5m", { ...OPTIONS, from: end - 2 * HOUR });
  assert.equal(bars.length, 24);
  assert.ok(read <= 120, `${read} minutes`);
});
