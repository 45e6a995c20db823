import { stepOf } from "../../model/timeframe.ts";
import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { correlation } from "../../stats/correlation/correlation.ts";
import { effectiveN } from "../../stats/correlation/effective_n.ts";
import { fisherInterval } from "../../stats/correlation/fisher.ts";
import { isRounding } from "../../stats/rounding.ts";
import { halfLife } from "../../stats/stationarity/half_life.ts";
import { type PairRows, pairRows } from "../../sync/pair_rows.ts";
import { returnsOf } from "../../sync/returns.ts";
import type { Study, StudyEvidence, StudyScope } from "../../sync/studies/study.ts";
import type { GridTimeframe } from "../../sync/timeframe_grid.ts";
import { FixedLagCointegration, fixedLagFor } from "../fixed_lag_cointegration.ts";
import { NO_SPARK, type PairScreen, SCREEN_LEVEL, SPARK } from "./screened_pairs.ts";

/** Fewest rows for a test, and pairs of returns for a correlation. */
const LEAST = 100, LEAST_RETURNS = 20;

/**
 * Every two of the instruments: correlation, cointegration corrected for the number of pairs tried, half-life and where the
 * spread stands now. Each pair is tested over the rows since the newest roll of either side; no difference is taken over a
 * gap or a break. Both directions are tested and the weaker counts, so that which is called y is no second try.
 */
export const pairScreenStudy: Study<null, PairScreen> = {
  name: "pair-screen",
  run(scope) {
    const series = seriesOf(scope), markets = series.length;
    const pairs = markets * (markets - 1) / 2;
    const found = emptyScreen(pairs, fixedLagFor(series[0]?.close.length ?? 0));
    const test = new FixedLagCointegration(series[0]?.close.length ?? 0, found.lag);
    let row = 0;
    for (let i = 0; i < markets; i++) {
      for (let j = i + 1; j < markets; j++) {
        found.first[row] = i;
        found.second[row] = j;
        screenPair(found, row++, series[i]!, series[j]!, test, stepOf(scope.timeframe));
      }
    }
    const evidence = evidenceOf(found, series, scope);
    const adjusted = benjaminiHochberg(found.pvalue);
    const tried = found.pvalue.filter((p) => !Number.isNaN(p)).length;
    if (tried === 0) {
      const most = Math.max(0, ...found.n);
      const reason = `A test takes ${LEAST} rows of both sides; no pair has more than ${most}.`;
      return { kind: "lacking", reason, evidence };
    }
    const below = found.pvalue.filter((p) => p < SCREEN_LEVEL).length;
    const whole = { ...found, adjusted, tried, below, byLuck: SCREEN_LEVEL * tried };
    return { kind: "found", found: whole, evidence };
  },
};

/** One instrument on the grid of all. */
interface Series {
  /** Log closes; NaN where there is none, and before the newest roll. */
  readonly close: Float64Array;
  readonly cut: Uint8Array;
  readonly possible: Uint8Array;
  readonly returns: Float64Array;
  /** Rows left out because another contract month was traded. */
  readonly rolled: number;
}

type Columns = Omit<PairScreen, "adjusted" | "tried" | "below" | "byLuck">;

function emptyScreen(pairs: number, lag: number): Columns {
  const column = () => new Float64Array(pairs).fill(NaN);
  return {
    first: new Uint16Array(pairs),
    second: new Uint16Array(pairs),
    r: column(),
    lo: column(),
    hi: column(),
    n: column(),
    expected: column(),
    pvalue: column(),
    beta: column(),
    half: column(),
    halfLo: column(),
    halfHi: column(),
    z: column(),
    spark: new Int8Array(pairs * SPARK).fill(NO_SPARK),
    lag,
  };
}

function seriesOf({ sides, timeframe }: StudyScope): Series[] {
  if (timeframe === "1d") throw new RangeError("pairs are not screened on days");
  const stepMs = stepOf(timeframe);
  const begun = sides.filter(({ grid }) => grid.length > 0).map(({ grid }) => grid);
  const from = Math.ceil(Math.min(...begun.map(({ start }) => start)) / stepMs) * stepMs;
  const ends = begun.map(({ start, length }) => start + length * 60_000);
  const to = Math.floor(Math.max(...ends) / stepMs) * stepMs;
  const span = begun.length === 0 ? { from: 0, to: 0 } : { from, to };
  return sides.map(({ grid }): Series => {
    const rows = pairRows(grid, grid, timeframe, span);
    const begin = newestContract(rows);
    const close = rows.y.map((price, row) => row < begin ? NaN : Math.log(price));
    const rolled = rows.y.subarray(0, begin).filter(Number.isFinite).length;
    const { cut, possible } = rows;
    return { close, cut, possible, rolled, returns: returnsWithin(grid, timeframe, rows) };
  });
}

/** First row of the contract month that is traded now. */
function newestContract({ contractY, length }: PairRows): number {
  let row = length, contract = 0;
  while (row > 0) {
    const here = contractY[row - 1]!;
    if (contract === 0) contract = here;
    if (here !== 0 && here !== contract) return row;
    row--;
  }
  return 0;
}

function returnsWithin(
  grid: Parameters<typeof returnsOf>[0],
  timeframe: GridTimeframe,
  { start, stepMs, length }: PairRows,
): Float64Array {
  const all = returnsOf(grid, timeframe), column = new Float64Array(length).fill(NaN);
  for (let row = 0; row < length; row++) {
    const value = all.value[Math.round((start + row * stepMs - all.start) / stepMs)];
    if (value !== undefined) column[row] = value;
  }
  return column;
}

function screenPair(
  found: Columns,
  row: number,
  y: Series,
  x: Series,
  test: FixedLagCointegration,
  stepMs: number,
): void {
  const length = y.close.length, cut = new Uint8Array(length);
  let n = 0, expected = 0, newest = -1;
  for (let at = 0; at < length; at++) {
    cut[at] = y.cut[at]! | x.cut[at]!;
    expected += y.possible[at]! & x.possible[at]!;
    if (!Number.isFinite(y.close[at]! + x.close[at]!)) continue;
    n++;
    newest = at;
  }
  found.n[row] = n;
  found.expected[row] = expected;
  const together = correlation(y.returns, x.returns);
  if (together.n >= LEAST_RETURNS) {
    found.r[row] = together.value;
    const interval = fisherInterval(together.value, effectiveN(y.returns, x.returns));
    found.lo[row] = interval.lo;
    found.hi[row] = interval.hi;
  }
  if (n < LEAST) return;
  // The direction that is shown comes last: what it leaves is read below.
  const backwards = test.of(x.close, y.close, cut), forwards = test.of(y.close, x.close, cut);
  found.pvalue[row] = Math.max(backwards.pvalue, forwards.pvalue);
  found.beta[row] = forwards.beta;
  found.z[row] = newestZ(y.close, x.close, newest);
  const life = halfLife(unbroken(test.resid, cut), { fitted: 1 });
  found.half[row] = life.corrected * stepMs;
  found.halfLo[row] = life.lo * stepMs;
  found.halfHi[row] = life.hi * stepMs;
  drawSpark(found.spark.subarray(row * SPARK, (row + 1) * SPARK), test.resid);
}

/**
 * The row against the line and deviation of all rows before it: what `PastSpread` over them says. Nothing of the row
 * itself is in them.
 */
function newestZ(y: Float64Array, x: Float64Array, newest: number): number {
  let n = 0, sumY = 0, sumX = 0;
  for (let row = 0; row < newest; row++) {
    if (Number.isNaN(y[row]! + x[row]!)) continue;
    n++;
    sumY += y[row]!;
    sumX += x[row]!;
  }
  const meanY = sumY / n, meanX = sumX / n;
  let xx = 0, xy = 0, yy = 0;
  for (let row = 0; row < newest; row++) {
    const dy = y[row]! - meanY, dx = x[row]! - meanX;
    if (Number.isNaN(dy + dx)) continue;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const beta = xy / xx, rest = yy - beta * xy;
  if (isRounding(rest, yy)) return NaN;
  return (y[newest]! - meanY - beta * (x[newest]! - meanX)) / Math.sqrt(rest / (n - 1));
}

/** A row that does not follow the one before it stands behind a row without a value, as far as neighbours go. */
function unbroken(resid: Float64Array, cut: Uint8Array): Float64Array {
  if (!cut.subarray(1).includes(1)) return resid;
  const joined: number[] = [];
  resid.forEach((value, row) => {
    if (row > 0 && cut[row] === 1) joined.push(NaN);
    joined.push(value);
  });
  return Float64Array.from(joined);
}

function drawSpark(points: Int8Array, resid: Float64Array): void {
  let n = 0, squares = 0;
  for (const value of resid) {
    if (Number.isNaN(value)) continue;
    n++;
    squares += value * value;
  }
  const deviation = Math.sqrt(squares / (n - 1));
  if (!(deviation > 0)) return;
  for (let point = 0; point < SPARK; point++) {
    const value = resid[Math.ceil((point + 1) * resid.length / SPARK) - 1]!;
    if (Number.isNaN(value)) continue;
    points[point] = Math.max(-127, Math.min(127, Math.round(8 * value / deviation)));
  }
}

function evidenceOf(found: Columns, series: readonly Series[], scope: StudyScope): StudyEvidence {
  const thinnest = found.n.indexOf(Math.min(...found.n));
  const n = found.n[thinnest] ?? 0, expected = found.expected[thinnest] ?? 0;
  const grids = scope.sides.map(({ grid }) => grid).filter(({ length }) => length > 0);
  const sides = [found.first[thinnest], found.second[thinnest]].map((side) => series[side ?? -1]);
  const roll = Math.max(0, ...sides.map((side) => side?.rolled ?? 0));
  return {
    n,
    expected,
    from: Math.min(...grids.map(({ start }) => start)),
    to: Math.max(...grids.map(({ start, length }) => start + length * 60_000)),
    excluded: { cut: 0, closed: 0, roll, gap: Math.max(0, expected - n - roll) },
    unit: "rows of both sides in the pair that has fewest",
  };
}
