import type { CorrelatedTimeframe } from "../../model/timeframe.ts";
import { rollingOf } from "../pair_correlation.ts";
import { type MarketRegimes, marketRegimesStudy } from "./market_regimes.ts";
import type { Study, StudyScope } from "./study.ts";
import { type StudyPairs, studyPairs } from "./study_pairs.ts";

/** Settings of {@link correlationPathStudy}. */
export interface PathSettings {
  /** Returns in the window. */
  readonly window: number;
  /** Most rows that are given. */
  readonly mostRows: number;
}

/** A stretch in which one regime was the likeliest. */
export interface RegimeSpan {
  /** Half-open, epoch ms UTC. */
  readonly from: number;
  readonly to: number;
  /** The regime's. */
  readonly correlation: number;
}

/** The rolling correlation of a pair over days. Columns of equal length, oldest first. */
export interface CorrelationPath {
  readonly window: number;
  readonly minPeriods: number;
  /** When the newest bar of each window ended, epoch ms UTC. */
  readonly time: Float64Array;
  /** Pearson's r and its 95 % interval; NaN where a window has too few pairs. */
  readonly r: Float64Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  /** Pairs in the newest window, and how many there could have been. */
  readonly n: number;
  readonly expected: number;
  /** One row of so many is given. */
  readonly every: number;
  /** Quartiles of r over windows that share no bar; NaN with fewer than four of them. */
  readonly apart: { readonly count: number; readonly low: number; readonly high: number };
  /** Empty where there is one regime, or where it cannot be said. */
  readonly regimes: readonly RegimeSpan[];
  /** Why there are none; empty where there are. */
  readonly regimesNote: string;
}

/**
 * Bars whose regimes are found: of shorter ones there are too many to fit while someone waits. Of up to seven days those
 * of the panel of regimes, so that one fit serves both.
 */
function stripTimeframe({ timeframe, days }: StudyScope): CorrelatedTimeframe {
  if (timeframe === "1h") return "1h";
  return days <= 7 ? "5m" : "1h";
}

/**
 * How a pair's correlation went over the days asked for: a rolling window with its interval, and which regime of
 * correlation was the likeliest meanwhile.
 */
export const correlationPathStudy: Study<PathSettings, CorrelationPath> = {
  name: "correlation-path",
  run(scope, { window, mostRows }) {
    const pairs = studyPairs(scope), { evidence } = pairs;
    const series = rollingOf(asPaired(pairs), {
      timeframe: scope.timeframe,
      window,
      minPeriods: undefined,
      skipped: 0,
    });
    const first = series.r.findIndex((value) => Number.isFinite(value));
    if (first < 0) {
      const reason =
        `A window of ${window} takes ${series.minPeriods} pairs of returns; there are ` +
        `${evidence.n} in all.`;
      return { kind: "lacking", reason, evidence };
    }
    const every = Math.ceil((series.length - first) / mostRows), last = series.length - 1;
    const kept = (column: Float64Array) =>
      column.filter((_, row) => row >= first && (last - row) % every === 0);
    const found: CorrelationPath = {
      window,
      minPeriods: series.minPeriods,
      time: kept(series.endTime),
      r: kept(series.r),
      lo: kept(series.lo),
      hi: kept(series.hi),
      n: series.n[last]!,
      expected: series.expected[last]!,
      every,
      apart: quartilesApart(series.r, window),
      ...regimesIn(scope),
    };
    return { kind: "found", found, evidence };
  },
};

function asPaired({ length, a, b, possible, openTime, endTime }: StudyPairs) {
  return {
    length,
    a,
    b,
    possible,
    openTime: (row: number) => openTime[row]!,
    endTime: (row: number) => endTime[row]!,
  };
}

/** Windows that share bars say the same thing many times over. */
function quartilesApart(r: Float64Array, window: number): CorrelationPath["apart"] {
  const values: number[] = [];
  for (let row = r.length - 1; row >= 0; row -= window) {
    if (Number.isFinite(r[row]!)) values.push(r[row]!);
  }
  values.sort((x, y) => x - y);
  const at = (share: number) => {
    const place = share * (values.length - 1), below = Math.floor(place);
    const next = values[Math.min(values.length - 1, below + 1)]!;
    return values[below]! + (place - below) * (next - values[below]!);
  };
  const count = values.length;
  return count < 4 ? { count, low: NaN, high: NaN } : { count, low: at(0.25), high: at(0.75) };
}

function regimesIn(scope: StudyScope): Pick<CorrelationPath, "regimes" | "regimesNote"> {
  const timeframe = stripTimeframe(scope);
  const asked = { ...scope, timeframe };
  const result = marketRegimesStudy.run(asked, { mostRows: Number.MAX_SAFE_INTEGER });
  if (result.kind === "lacking") return { regimes: [], regimesNote: result.reason };
  const { regimes } = result.found;
  if (regimes.length === 1 || !regimes.some(({ isApart }, state) => state > 0 && isApart)) {
    return {
      regimes: [],
      regimesNote: `Of ${timeframe} bars nothing speaks for more than one regime.`,
    };
  }
  const pairs = studyPairs(asked);
  const stepMs = pairs.endTime[0]! - pairs.openTime[0]!;
  return { regimes: spansOf(result.found, stepMs), regimesNote: "" };
}

/** Rows that follow each other in one regime, joined. */
function spansOf({ regimes, time, probabilities }: MarketRegimes, stepMs: number): RegimeSpan[] {
  const spans: { from: number; to: number; correlation: number }[] = [];
  time.forEach((to, row) => {
    const now = probabilities.map((column) => column[row]!);
    const { correlation } = regimes[now.indexOf(Math.max(...now))]!;
    const last = spans.at(-1);
    const from = to - stepMs;
    if (last?.to === from && last.correlation === correlation) last.to = to;
    else spans.push({ from, to, correlation });
  });
  return spans;
}
