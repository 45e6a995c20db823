import { averageLinkage } from "../../stats/correlation/average_linkage.ts";
import { benjaminiHochberg } from "../../stats/correlation/benjamini_hochberg.ts";
import { partialCorrelation } from "../../stats/correlation/partial_correlation.ts";
import { pearson } from "../../stats/correlation/pearson.ts";
import { StatisticsError } from "../../stats/statistics_error.ts";
import { hasBar } from "../../model/minute_grid.ts";
import { stepOf } from "../../model/timeframe.ts";
import { pairRow } from "../pair_row.ts";
import { type Returns, returnsOf } from "../returns.ts";
import type { Study, StudyScope, StudySide } from "./study.ts";
import { pairsBetween } from "./study_pairs.ts";

/** Correlations of every two markets. Columns hold the pairs of {@link pairRow}. */
export interface MarketMatrix {
  /** Markets from top to bottom, as indices of those asked for: neighbours are alike. */
  readonly order: readonly number[];
  /** Markets that could have returns and have none, or have no minute at all, as indices: their history is awaited. */
  readonly awaited: readonly number[];
  /** Pearson's r of a pair with its 95 % interval; NaN with too few pairs of returns. */
  readonly r: Float64Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  readonly n: Float64Array;
  readonly expected: Float64Array;
  /** p-value of no correlation, corrected for all pairs looked at (Benjamini and Hochberg). */
  readonly adjusted: Float64Array;
  /** With all other markets held fixed, of the rows in which every market has a return; NaN where there is none. */
  readonly partial: Float64Array;
  /** Rows behind the partial correlations. */
  readonly partialN: number;
  /** Why there are no partial correlations; empty where there are. */
  readonly partialNote: string;
}

/** Fewest pairs of returns for a correlation. */
const LEAST = 20;

/** Every two of the markets asked for, and the partial correlations of all. */
export const marketMatrixStudy: Study<null, MarketMatrix> = {
  name: "market-matrix",
  run(scope) {
    const { sides, timeframe } = scope;
    const markets = sides.length, columns = columnsOf(scope);
    const pairs = markets * (markets - 1) / 2;
    const column = () => new Float64Array(pairs).fill(NaN);
    const r = column(), lo = column(), hi = column(), n = column(), expected = column();
    const pvalues = column();
    for (let i = 0; i < markets; i++) {
      for (let j = i + 1; j < markets; j++) {
        const row = pairRow(i, j, markets), a = columns[i]!, b = columns[j]!;
        const found = pearson(a.value, b.value);
        n[row] = found.n;
        expected[row] = countBoth(a.possible, b.possible);
        if (found.n < LEAST) continue;
        r[row] = found.value;
        lo[row] = found.lo;
        hi[row] = found.hi;
        pvalues[row] = found.pvalue;
      }
    }
    const thinnest = n.indexOf(Math.min(...n));
    const [i, j] = sidesOf(thinnest, markets);
    const { evidence } = pairsBetween(sides[i]!, sides[j]!, timeframe);
    const unit = markets > 2 ? { unit: "pairs of returns in the pair that has fewest" } : {};
    const rested = { ...evidence, ...unit };
    if (r.every(Number.isNaN)) {
      const reason = `A correlation takes ${LEAST} pairs of returns; no pair has more than ` +
        `${Math.max(...n)}.`;
      return { kind: "lacking", reason, evidence: rested };
    }
    const found: MarketMatrix = {
      order: orderOf(r, markets),
      awaited: columns.flatMap((column, i) => isAwaited(column, sides[i]!) ? [i] : []),
      r,
      lo,
      hi,
      n,
      expected,
      adjusted: benjaminiHochberg(pvalues),
      ...partialOf(columns.map(({ value }) => value)),
    };
    return { kind: "found", found, evidence: rested };
  },
};

interface Column {
  readonly value: Float64Array;
  readonly possible: Uint8Array;
}

/** Returns of each side on one grid: from the first slot of any to the last. */
function columnsOf({ sides, timeframe }: StudyScope): Column[] {
  if (timeframe === "1d") throw new RangeError("a matrix is not made of days");
  const stepMs = stepOf(timeframe);
  const all: Returns[] = sides.map(({ grid }) => returnsOf(grid, timeframe));
  // Of a market whose coverage has not begun not even the start is known.
  const begun = all.filter(({ value }) => value.length > 0);
  const start = Math.min(...begun.map((one) => one.start));
  const end = Math.max(...begun.map((one) => one.start + one.value.length * stepMs));
  const length = begun.length === 0 ? 0 : Math.round((end - start) / stepMs);
  return all.map((one) => {
    const value = new Float64Array(length).fill(NaN), possible = new Uint8Array(length);
    if (one.value.length === 0) return { value, possible };
    const offset = Math.round((one.start - start) / stepMs);
    value.set(one.value, offset);
    possible.set(one.possible, offset);
    return { value, possible };
  });
}

/** A market that was shut all the while had none to come. */
function isAwaited({ value, possible }: Column, { allHours }: StudySide): boolean {
  if (value.some(Number.isFinite)) return false;
  return possible.includes(1) || !allHours.status.some(hasBar);
}

function countBoth(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < a.length; row++) count += a[row]! & b[row]!;
  return count;
}

/** The two markets of a place in the columns. */
function sidesOf(place: number, markets: number): [number, number] {
  for (let i = 0; i < markets - 1; i++) {
    const first = pairRow(i, i + 1, markets);
    if (place < first + markets - 1 - i) return [i, i + 1 + place - first];
  }
  return [0, 1];
}

/** Markets that are alike beside each other; one whose correlation is not known is like none. */
function orderOf(r: Float64Array, markets: number): number[] {
  const distances = Array.from(
    { length: markets },
    (_, i) =>
      Array.from({ length: markets }, (_, j) => {
        if (i === j) return 0;
        const value = r[pairRow(i, j, markets)]!;
        return Math.sqrt((1 - (Number.isNaN(value) ? 0 : value)) / 2);
      }),
  );
  return averageLinkage(distances).order;
}

function partialOf(
  series: readonly Float64Array[],
): Pick<MarketMatrix, "partial" | "partialN" | "partialNote"> {
  const markets = series.length;
  const partial = new Float64Array(markets * (markets - 1) / 2).fill(NaN);
  if (markets < 3) {
    return { partial, partialN: 0, partialNote: "Partial correlations take three markets." };
  }
  try {
    const { corr, n } = partialCorrelation(series);
    for (let i = 0; i < markets; i++) {
      for (let j = i + 1; j < markets; j++) partial[pairRow(i, j, markets)] = corr[i]![j]!;
    }
    return { partial, partialN: n, partialNote: "" };
  } catch (error) {
    if (!(error instanceof StatisticsError)) throw error;
    return { partial, partialN: 0, partialNote: `No partial correlations: ${error.message}.` };
  }
}
