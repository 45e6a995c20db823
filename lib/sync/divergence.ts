import { checkNumbers, copyNumbers, liveNumber } from "../stats/numbers.ts";
import { checkWhole } from "../stats/check_whole.ts";
import { RiskMetrics } from "../stats/rolling/risk_metrics.ts";
import { RollingCorrelation } from "../stats/rolling/rolling_correlation.ts";
import { SlidingCoMoments } from "../stats/rolling/sliding_co_moments.ts";
import { checkWindow } from "../stats/rolling/window_options.ts";

/**
 * How far two markets have come apart:
 * - `difference`: `(% change of a − % change of b) / sd`, sd (divisor n - 1) of that difference over the
 *   last `window` bars. Positive: a has risen more.
 * - `conditional`: `(z_a − ρ z_b) / √(1 − ρ²)` with `z = R / (σ √h)`: what a did beyond what b's move would
 *   have it do. Standard normal when returns are jointly so. σ by RiskMetrics (λ 0.94), ρ the rolling
 *   correlation. Undefined above |ρ| = 0.999.
 */
export type DivergenceMode = "difference" | "conditional";

/** Options of {@link divergenceScore}. */
export interface DivergenceOptions {
  /** @default "difference" */
  readonly mode?: DivergenceMode;
  /** Bars over which the changes are taken. @default 1 */
  readonly horizon?: number;
  /** How many past bars the usual size is estimated from. @default 60 */
  readonly window?: number;
  /** Fewest of them that must be known. @default 30 */
  readonly minPeriods?: number;
}

const LAMBDA = 0.94;
const NEARLY_ONE = 0.999;

/**
 * Divergence of two markets, bar by bar, from their one-bar log returns. What is usual is judged by bars
 * that ended before the change began (by bar `t - horizon`), so that a divergence never hides itself in its
 * own yardstick. NaN where a return within the horizon is missing (a gap, a session edge, a roll) or the
 * past is too short. In standard deviations. Amortised O(1), and O(horizon).
 *
 * @example
 * ```ts
 * import { DivergenceScore } from "./divergence.ts";
 * import assert from "node:assert/strict";
 * const score = new DivergenceScore({ window: 4, minPeriods: 3 });
 * for (const a of [0.001, -0.001, 0.001, -0.001]) score.push(a, 0);
 * assert.equal(score.push(0.002, 0).toFixed(2), "1.73");
 * ```
 */
export class DivergenceScore {
  readonly mode: DivergenceMode;
  readonly horizon: number;
  readonly #usual: Usual;
  /** The last `horizon` returns of each side, as rings. */
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  #rows = 0;

  /** @throws {RangeError} when an option is out of range. */
  constructor(options: DivergenceOptions = {}) {
    const { mode = "difference", horizon = 1, window = 60, minPeriods = Math.min(30, window) } =
      options;
    checkWhole("horizon", horizon, 1);
    const needed = Math.max(2, checkWindow({ window, minPeriods }));
    this.mode = mode;
    this.horizon = horizon;
    this.#usual = mode === "difference"
      ? new UsualDifference(window, needed, horizon)
      : new UsualMoves(window, needed, horizon);
    this.#a = new Float64Array(horizon).fill(NaN);
    this.#b = new Float64Array(horizon).fill(NaN);
  }

  /** Adds one bar; its score. */
  push(returnA: number, returnB: number): number {
    liveNumber(returnA, "returnA");
    liveNumber(returnB, "returnB");
    const at = this.#rows++ % this.horizon;
    const leavingA = this.#a[at]!, leavingB = this.#b[at]!;
    this.#a[at] = Number.isFinite(returnA) ? returnA : NaN;
    this.#b[at] = Number.isFinite(returnB) ? returnB : NaN;
    return this.#usual.judge(total(this.#a), total(this.#b), leavingA, leavingB);
  }
}

/**
 * {@link DivergenceScore} of whole columns of one-bar log returns.
 *
 * @example
 * ```ts
 * import { divergenceScore } from "./divergence.ts";
 * import assert from "node:assert/strict";
 * const btc = [0.001, -0.001, 0.001, -0.001, 0.002], es = [0, 0, 0, 0, 0];
 * const scores = divergenceScore(btc, es, { window: 4, minPeriods: 3 });
 * assert.deepEqual(Array.from(scores, (s) => s.toFixed(2)), ["NaN", "NaN", "NaN", "-0.87", "1.73"]);
 * ```
 */
export function divergenceScore(
  returnsA: ArrayLike<number>,
  returnsB: ArrayLike<number>,
  options: DivergenceOptions = {},
): Float64Array {
  if (returnsA.length !== returnsB.length) {
    throw new RangeError(
      `returnsA and returnsB must be equally long, got ${returnsA.length} and ${returnsB.length}`,
    );
  }
  const score = new DivergenceScore(options);
  checkNumbers(returnsB, "returnsB");
  return copyNumbers(returnsA, "returnsA").map((a, row) => score.push(a, returnsB[row]!));
}

/**
 * The simple change in per cent over the last `horizon` bars, at each of them; NaN where one of their log returns is
 * missing, and at the first `horizon - 1`.
 */
export function changesOver(returns: ArrayLike<number>, horizon: number): Float64Array {
  checkWhole("horizon", horizon, 1);
  const changes = new Float64Array(returns.length).fill(NaN);
  for (let row = horizon - 1; row < returns.length; row++) {
    let sum = 0;
    for (let back = 0; back < horizon; back++) sum += returns[row - back]!;
    changes[row] = Number.isFinite(sum) ? percent(sum) : NaN;
  }
  return changes;
}

/**
 * The score of mode `difference` at one bar, from the {@link changesOver} of both sides: what {@link DivergenceScore}
 * gives there, without going through the bars before. Made for one minute of many pairs. O(window).
 *
 * @param row of the bar, in both columns.
 * @param options.horizon that of the changes.
 */
export function divergenceAt(
  changesA: ArrayLike<number>,
  changesB: ArrayLike<number>,
  row: number,
  options: Required<Pick<DivergenceOptions, "horizon" | "window" | "minPeriods">>,
): number {
  const { horizon, window, minPeriods } = options;
  const last = row - horizon, first = Math.max(0, last - window + 1);
  // Distances from one of them: a difference that never changes has exactly no deviation.
  let n = 0, anchor = NaN, sum = 0, squares = 0;
  for (let at = first; at <= last; at++) {
    const difference = changesA[at]! - changesB[at]!;
    if (!Number.isFinite(difference)) continue;
    if (n++ === 0) anchor = difference;
    const distance = difference - anchor;
    sum += distance;
    squares += distance * distance;
  }
  const xx = squares - sum * sum / n;
  return n >= Math.max(2, minPeriods) && xx > 0
    ? (changesA[row]! - changesB[row]!) / Math.sqrt(xx / (n - 1))
    : NaN;
}

/** What is usual, up to the bar before the change began. */
interface Usual {
  /** Score of a change of both sides; then takes in the bar that has just left the horizon. */
  judge(changeA: number, changeB: number, leavingA: number, leavingB: number): number;
}

class UsualDifference implements Usual {
  readonly #needed: number;
  readonly #past: SlidingCoMoments;
  /** Differences whose horizon still touches the newest one. */
  readonly #waiting: Float64Array;
  #rows = 0;

  constructor(window: number, needed: number, horizon: number) {
    this.#past = new SlidingCoMoments(window);
    this.#needed = needed;
    this.#waiting = new Float64Array(horizon).fill(NaN);
  }

  judge(changeA: number, changeB: number): number {
    const at = this.#rows % this.#waiting.length;
    const ready = this.#waiting[at]!;
    if (this.#rows++ >= this.#waiting.length) this.#past.push(ready, ready);
    const difference = this.#waiting[at] = percent(changeA) - percent(changeB);
    const { n, xx } = this.#past.current();
    return n >= this.#needed && xx > 0 ? difference / Math.sqrt(xx / (n - 1)) : NaN;
  }
}

class UsualMoves implements Usual {
  readonly #needed: number;
  readonly #root: number;
  readonly #correlation: RollingCorrelation;
  readonly #volatilityA = new RiskMetrics({ lambda: LAMBDA });
  readonly #volatilityB = new RiskMetrics({ lambda: LAMBDA });
  #knownA = 0;
  #knownB = 0;

  constructor(window: number, needed: number, horizon: number) {
    this.#correlation = new RollingCorrelation({ window, minPeriods: needed });
    this.#needed = needed;
    this.#root = Math.sqrt(horizon);
  }

  judge(changeA: number, changeB: number, leavingA: number, leavingB: number): number {
    this.#correlation.push(leavingA, leavingB);
    this.#volatilityA.push(leavingA, leavingA);
    this.#volatilityB.push(leavingB, leavingB);
    if (Number.isFinite(leavingA)) this.#knownA++;
    if (Number.isFinite(leavingB)) this.#knownB++;
    const varA = this.#volatilityA.value.varX, varB = this.#volatilityB.value.varX;
    const r = this.#correlation.value;
    if (!(varA > 0 && varB > 0) || !(Math.abs(r) <= NEARLY_ONE)) return NaN;
    if (this.#knownA < this.#needed || this.#knownB < this.#needed) return NaN;
    const a = changeA / (Math.sqrt(varA) * this.#root),
      b = changeB / (Math.sqrt(varB) * this.#root);
    return (a - r * b) / Math.sqrt(1 - r * r);
  }
}

/** Simple change in per cent behind a log return. */
function percent(logReturn: number): number {
  return 100 * Math.expm1(logReturn);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
