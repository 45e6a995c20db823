import assert from "node:assert/strict";
import { correlation } from "../../../lib/stats/correlation/correlation.ts";
import { tTwoSided } from "../../../lib/stats/distributions/distributions.ts";
import { fisherInterval } from "../../../lib/stats/correlation/fisher.ts";
import { correlationByHourOfWeek } from "../../../lib/stats/correlation/hour_of_week.ts";
import { correlationBySession } from "../../../lib/stats/correlation/session_correlation.ts";
import { normals } from "../../pairs/synthetic.ts";
import { readDynamicsGolden } from "../dynamics_golden.ts";

const golden = readDynamicsGolden().sessions;
const MINUTES = 10 * 60_000;

/** The columns of the golden cases, by the formula in make_dynamics.py. */
function columns() {
  const openTime = Float64Array.from({ length: golden.rows }, (_, i) => golden.start + i * MINUTES);
  const x = new Float64Array(golden.rows), y = new Float64Array(golden.rows);
  openTime.forEach((time, i) => {
    const u = Math.sin(i * i % 9973), v = Math.sin(3 * (i * i % 7919));
    const hour = Math.floor(time / 3_600_000) % 24, day = Math.floor(i / 144) % 5 - 2;
    const mix = hour < 8 ? 0.1 : hour < 15 ? 0.5 : 0.9;
    x[i] = u + day;
    y[i] = mix * u + (1 - mix) * v + day;
  });
  return { openTime, x, y };
}

Deno.test("correlationBySession equals pandas' zones through summer time, day means removed", () => {
  const { openTime, x, y } = columns();
  const cells = correlationBySession(openTime, x, y, { basis: "rows" });
  for (const [name, expected] of Object.entries(golden.cells)) {
    const cell = cells[name as keyof typeof golden.cells];
    assert.ok(Math.abs(cell.value - expected.value) < 1e-12, `${name}: ${cell.value}`);
    assert.equal(cell.n, expected.n, name);
    assert.equal(cell.days, expected.days, name);
    const { lo, hi } = fisherInterval(expected.value, expected.n - expected.days + 1);
    assert.ok(Math.abs(cell.lo - lo) + Math.abs(cell.hi - hi) < 1e-12, "each day spends a mean");
    const df = expected.n - expected.days - 1, r = expected.value;
    const pvalue = tTwoSided(r * Math.sqrt(df / (1 - r * r)), df);
    assert.ok(Math.abs(cell.pvalue - pvalue) <= 1e-9 * pvalue);
  }
  // The day means drift together: pooled about one mean they would pass for correlation.
  assert.ok(correlation(x, y).value > 0.9 && cells.asia.value < 0.2);
  assert.ok(cells.rest.n > 0 && cells.rest.n < golden.rows);
});

Deno.test("correlationByHourOfWeek equals pandas and scipy in every cell, adjusted p-values too", () => {
  const { openTime, x, y } = columns();
  const cells = correlationByHourOfWeek(openTime, x, y, {
    timeZone: "America/New_York",
    minPairs: 3,
    basis: "rows",
  });
  assert.equal(golden.hours.length, 168);
  for (const [weekday, hour, n, r, p, lo, hi, adjusted] of golden.hours) {
    const cell = cells[(weekday! - 1) * 24 + hour!]!;
    assert.deepEqual([cell.weekday, cell.hour, cell.n], [weekday, hour, n]);
    const pairs = [[cell.value, r!], [cell.pvalue, p!], [cell.lo, lo!], [cell.hi, hi!], [
      cell.adjustedPvalue,
      adjusted!,
    ]];
    for (const [ours, theirs] of pairs) {
      assert.ok(Math.abs(ours! - theirs!) < 1e-9, `${weekday} ${hour}: ${ours} is not ${theirs}`);
    }
    const stars = adjusted! < 0.001 ? 3 : adjusted! < 0.01 ? 2 : adjusted! < 0.05 ? 1 : 0;
    assert.equal(cell.stars, stars);
  }
});

Deno.test("a cell with too few pairs has n and no value", () => {
  const { openTime, x, y } = columns();
  const cells = correlationByHourOfWeek(
    openTime.subarray(0, 100),
    x.subarray(0, 100),
    y.subarray(0, 100),
  );
  assert.ok(cells.every(({ value, pvalue, stars }) => Number.isNaN(value + pvalue) && stars === 0));
  assert.equal(cells.reduce((sum, { n }) => sum + n, 0), 100);
  const few = correlationBySession(openTime.subarray(0, 20), x.subarray(0, 20), y.subarray(0, 20));
  assert.ok(Number.isNaN(few.asia.value) && few.asia.n > 0 && Number.isNaN(few.us.value));
  assert.equal(few.us.n, 0);
});

Deno.test("stars on independent noise are rare: Benjamini–Hochberg over 168 cells", () => {
  const normal = normals(77);
  let starred = 0;
  for (let run = 0; run < 30; run++) {
    const openTime = Float64Array.from(
      { length: 168 * 40 },
      (_, i) => golden.start + i * 15 * 60_000,
    );
    const x = openTime.map(() => normal()), y = openTime.map(() => normal());
    const cells = correlationByHourOfWeek(openTime, x, y);
    assert.ok(cells.every(({ n }) => n === 40));
    if (cells.some(({ stars }) => stars > 0)) starred++;
  }
  assert.ok(starred <= 5, `${starred} of 30 weeks of noise had a star`);
});

Deno.test("the intervals of session cells cover the truth about as often as they say", () => {
  const normal = normals(78), rho = 0.5;
  let inside = 0, cells = 0;
  for (let run = 0; run < 250; run++) {
    const openTime = Float64Array.from(
      { length: 5 * 24 * 6 },
      (_, i) => golden.start + i * MINUTES,
    );
    const x = openTime.map(() => normal());
    const y = x.map((value) => rho * value + Math.sqrt(1 - rho * rho) * normal());
    for (const { value, lo, hi } of Object.values(correlationBySession(openTime, x, y))) {
      if (Number.isNaN(value)) continue;
      cells++;
      if (lo <= rho && rho <= hi) inside++;
    }
  }
  const share = inside / cells;
  assert.ok(share > 0.93 && share < 0.97, `${share} of ${cells}`);
});

Deno.test("correlationBySession and correlationByHourOfWeek refuse bad options", () => {
  assert.throws(() => correlationBySession([1], [1], [1, 2]), RangeError);
  assert.throws(() => correlationBySession([1], [1], [1], { minPairs: 1 }), /minPairs must be/);
  assert.throws(() => correlationBySession([1], [1], [1], { level: 1 }), RangeError);
  assert.throws(
    () => correlationByHourOfWeek([1], [1], [1], { timeZone: "Mars/Base" }),
    RangeError,
  );
});
