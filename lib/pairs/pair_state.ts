import type { KalmanHedge } from "../stats/regression/kalman_filter.ts";
import type { PairRows } from "../sync/pair_rows.ts";
import { LivePair } from "./live_pair.ts";
import { PairBuffer, type PairColumn } from "./pair_buffer.ts";
import type { LearnedFilter, PairFits } from "./pair_fits.ts";
import { hedgedSpread } from "./past_hedge.ts";
import type { HedgeKind, PairSettings } from "./pair_settings.ts";
import { pairScore, type PastZScore } from "./past_z_score.ts";

/** A line of y on x that was known before a row, and the row's distance from it, in log prices. */
export interface HedgeLine {
  /** Units of x that hedge one unit of y; NaN, as what follows, while unknown. */
  readonly beta: number;
  readonly alpha: number;
  /** `ln y - beta ln x - alpha`. */
  readonly spread: number;
}

/** A closed bar of both sides. */
export interface PairBar {
  readonly openTime: number;
  /** Closes; NaN where there is no bar. */
  readonly y: number;
  readonly x: number;
  /** Whether a side has no return from the row before. */
  readonly isCut: boolean;
  /** Whether both could have a bar. */
  readonly isPossible: boolean;
  /** Equal numbers: same contract month; 0 for none. @default 0 */
  readonly contractY?: number;
  readonly contractX?: number;
}

/** One row of a pair's bars. */
export function pairBarAt(rows: PairRows, row: number): PairBar {
  return {
    openTime: rows.start + row * rows.stepMs,
    y: rows.y[row]!,
    x: rows.x[row]!,
    isCut: rows.cut[row] === 1,
    isPossible: rows.possible[row] === 1,
    contractY: rows.contractY[row]!,
    contractX: rows.contractX[row]!,
  };
}

/** Where a pair stands at its newest closed bar. */
export interface PairReading {
  /** Epoch ms UTC. */
  readonly openTime: number;
  readonly endTime: number;
  /** One higher each time the row was made again because bars were healed or revised. */
  readonly revision: number;
  /** Closes; NaN where there is no bar. */
  readonly y: number;
  readonly x: number;
  /** `ln y - ln x`. */
  readonly ratio: number;
  /** The line that `beta` to `z` are by. */
  readonly hedge: HedgeKind;
  readonly beta: number;
  readonly alpha: number;
  readonly spread: number;
  /** The spread against the `zWindow` spreads before it, each by the line of its own time. */
  readonly z: number;
  /** Every kind of line. */
  readonly lines: Readonly<Record<HedgeKind, HedgeLine>>;
  /** The least-squares spread over the deviation of its own window, as alerts judge `zscore`. */
  readonly lineZ: number;
  /** The filter's innovation over its own deviation. */
  readonly kalmanZ: number;
  /** Pearson's r of the log returns of the last `window` rows, this one included. */
  readonly correlation: number;
  /** Returns of both sides in it. */
  readonly returns: number;
  /** Complete rows among the `window` before this one, and those that could be. */
  readonly n: number;
  readonly expected: number;
}

/** The newest rows of a pair, oldest first: views, to be read at once. Prices are closes; the rest is of their logs. */
export interface PairColumns {
  readonly length: number;
  readonly openTime: Float64Array;
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly ratio: Float64Array;
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
  readonly spread: Float64Array;
  readonly z: Float64Array;
  readonly correlation: Float64Array;
  /** 1 where both could have a bar. */
  readonly possible: Uint8Array;
  /** 1 where a contract month changed: lines and scores begin anew. */
  readonly roll: Uint8Array;
}

/** Rows that the filter learns its variances from. */
const LEARNED_ROWS = 250;
/** Longest window of which the median of all slopes is taken at each bar. */
const LONGEST_SLOPES = 720;
/** Columns of numbers that readers see. */
const SHOWN = [
  "openTime",
  "y",
  "x",
  "ratio",
  "beta",
  "alpha",
  "spread",
  "z",
  "correlation",
] as const;
const UNKNOWN: HedgeLine = { beta: NaN, alpha: NaN, spread: NaN };

/**
 * A pair's rows with its lines, spreads, z-scores and correlation, bar by bar. Every line was known before its row, so
 * that nothing of the past rests on what came later. A change of contract month begins lines and scores anew: no spread
 * and no return reaches over it.
 *
 * Least squares, total least squares, the filter, the z-score and the correlation are O(1) a bar, amortised. Huber's
 * and Theil–Sen's lines are made when {@link reading} is read, and at each bar only where the pair is hedged by them.
 */
export class PairState {
  readonly settings: PairSettings;
  readonly #stepMs: number;
  readonly #fits: PairFits;
  readonly #rows: PairBuffer;
  #live: LivePair;
  #z: PastZScore;
  #filter: KalmanHedge | undefined;
  /** What the filter has learned, and the open time of the last row it learned from. */
  #learned: LearnedFilter | undefined;
  #learnedAt = NaN;
  /** Complete rows since the newest change of contract, and how many the filter waits for. */
  #completeRows = 0;
  #learnsAt: number;
  /** Open time of the first row since then. */
  #stretchFrom = -Infinity;
  #contractY = 0;
  #contractX = 0;
  #reading: PairReading | undefined;
  #revision = 0;

  /**
   * @param stepMs length of a bar.
   * @param fits how lines are fitted that are not updated bar by bar.
   */
  constructor(settings: PairSettings, stepMs: number, fits: PairFits) {
    this.settings = settings;
    this.#stepMs = stepMs;
    this.#fits = fits;
    // The window before the oldest row that is shown too, so that rows can be made again.
    this.#rows = new PairBuffer(settings.history + settings.window);
    this.#live = this.#newLive();
    this.#z = this.#newZ();
    this.#learnsAt = this.#rowsToLearn;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Open time of the next bar; NaN before the first. */
  get next(): number {
    return this.length === 0 ? NaN : this.#rows.at("openTime", this.length - 1) + this.#stepMs;
  }

  /** Open time of the oldest row; NaN before the first. */
  get start(): number {
    return this.length === 0 ? NaN : this.#rows.at("openTime", 0);
  }

  get columns(): PairColumns {
    const { columns } = this.#rows;
    const first = Math.max(0, this.length - this.settings.history);
    const numbers = (name: (typeof SHOWN)[number]) => columns[name].subarray(first);
    return {
      length: this.length - first,
      openTime: numbers("openTime"),
      y: numbers("y"),
      x: numbers("x"),
      ratio: numbers("ratio"),
      beta: numbers("beta"),
      alpha: numbers("alpha"),
      spread: numbers("spread"),
      z: numbers("z"),
      correlation: numbers("correlation"),
      possible: columns.possible.subarray(first),
      roll: columns.roll.subarray(first),
    };
  }

  /** Where the newest row stands; undefined before the first. */
  get reading(): PairReading | undefined {
    return this.length === 0 ? undefined : this.#reading ??= this.#read(this.length - 1);
  }

  /** Adds the next bar. @throws {RangeError} where it is not the next. */
  push(bar: PairBar): void {
    const { next } = this;
    if (!Number.isNaN(next) && bar.openTime !== next) {
      throw new RangeError(`openTime must be ${next}, the next bar's, got ${bar.openTime}`);
    }
    this.#revision = 0;
    this.#reading = undefined;
    this.#add(bar);
  }

  /**
   * Takes back the rows from one on, to be pushed again as they are now. The rows before it stay as they are.
   *
   * @param openTime of the first row that changed.
   */
  rewind(openTime: number): void {
    if (!(openTime < this.next)) return;
    this.#rows.cut(Math.round((openTime - this.start) / this.#stepMs));
    this.#reading = undefined;
    this.#resume();
  }

  /** Says how often the newest row has been made again. */
  revised(revision: number): void {
    this.#revision = revision;
    this.#reading = undefined;
  }

  #newLive(): LivePair {
    const { window, zWindow } = this.settings;
    return new LivePair({ window, zWindow });
  }

  #newZ(): PastZScore {
    return pairScore(this.settings.zWindow);
  }

  get #rowsToLearn(): number {
    return Math.min(LEARNED_ROWS, this.settings.window);
  }

  #begin(stretchFrom: number): void {
    this.#live = this.#newLive();
    this.#z = this.#newZ();
    this.#filter = undefined;
    this.#learned = undefined;
    this.#completeRows = 0;
    this.#learnsAt = this.#rowsToLearn;
    this.#stretchFrom = stretchFrom;
  }

  /** Brings lines and scores to where they stood after the last row that is kept. */
  #resume(): void {
    const rows = this.#rows, { length } = rows;
    const { window, zWindow } = this.settings;
    const learned = this.#learned, learnedAt = this.#learnedAt;
    const last = length === 0 ? NaN : rows.at("openTime", length - 1);
    const isSameStretch = this.#stretchFrom <= last;
    this.#begin(isSameStretch ? this.#stretchFrom : stretchStart(rows));
    this.#contractY = lastKnown(rows, "contractY");
    this.#contractX = lastKnown(rows, "contractX");
    const first = this.#stretchRow;
    for (let row = first; row < length; row++) if (this.#isComplete(row)) this.#completeRows++;
    for (let row = Math.max(first, length - window - 1); row < length; row++) {
      const [y, x] = this.#logsOf(row);
      this.#live.push(y, x, rows.at("cut", row) === 1);
    }
    for (let row = Math.max(first, length - zWindow); row < length; row++) {
      this.#z.push(rows.at("spread", row));
    }
    if (learned !== undefined && isSameStretch && learnedAt <= last) {
      this.#learned = learned;
      this.#filter = this.#keptFilter(learned, length - 1);
    } else if (this.#completeRows >= this.#learnsAt) this.#learn();
  }

  #add(bar: PairBar): void {
    const { contractY = 0, contractX = 0, openTime } = bar;
    const isRoll = differs(this.#contractY, contractY) || differs(this.#contractX, contractX);
    if (isRoll) this.#begin(openTime);
    if (contractY !== 0) this.#contractY = contractY;
    if (contractX !== 0) this.#contractX = contractX;
    const rows = this.#rows;
    rows.grow();
    const row = rows.length - 1;
    rows.set("openTime", row, openTime);
    rows.set("y", row, bar.y);
    rows.set("x", row, bar.x);
    rows.set("logY", row, Math.log(bar.y));
    rows.set("logX", row, Math.log(bar.x));
    rows.set("cut", row, bar.isCut || isRoll ? 1 : 0);
    rows.set("roll", row, isRoll ? 1 : 0);
    rows.set("possible", row, bar.isPossible ? 1 : 0);
    rows.set("contractY", row, contractY);
    rows.set("contractX", row, contractX);
    const [y, x] = this.#logsOf(row);
    const { ols, total, ratio, correlation, returns } = this.#live.push(y, x, bar.isCut);
    rows.set("ratio", row, ratio);
    rows.set("correlation", row, correlation);
    rows.set("returns", row, returns);
    rows.set("lineZ", row, ols.zscore);
    rows.set("olsBeta", row, ols.beta);
    rows.set("olsAlpha", row, ols.alpha);
    rows.set("totalBeta", row, total.beta);
    rows.set("totalAlpha", row, total.alpha);
    this.#filtered(row, y, x);
    const line = this.#lineAt(this.settings.hedge, row);
    rows.set("beta", row, line.beta);
    rows.set("alpha", row, line.alpha);
    rows.set("spread", row, line.spread);
    rows.set("z", row, this.#z.push(line.spread));
    if (this.#isComplete(row)) this.#completeRows++;
    if (this.#filter === undefined && this.#completeRows >= this.#learnsAt) this.#learn();
  }

  /** The line that was known before a row. */
  #lineAt(kind: HedgeKind, row: number): HedgeLine {
    const of = (beta: PairColumn, alpha: PairColumn) =>
      this.#distance(row, this.#rows.at(beta, row), this.#rows.at(alpha, row));
    switch (kind) {
      case "ols":
        return of("olsBeta", "olsAlpha");
      case "total":
        return of("totalBeta", "totalAlpha");
      case "kalman":
        return of("filterBeta", "filterAlpha");
      default:
        return this.#robust(kind, row);
    }
  }

  #distance(row: number, beta: number, alpha: number): HedgeLine {
    const [y, x] = this.#logsOf(row);
    if (!Number.isFinite(y + x)) return { beta, alpha, spread: NaN };
    return { beta, alpha, spread: hedgedSpread([y], [x], { beta, alpha })[0]! };
  }

  /** The filter's line before this row, and its coefficients after it, to go on from. */
  #filtered(row: number, y: number, x: number): void {
    const filter = this.#filter, rows = this.#rows;
    rows.set("filterBeta", row, filter?.beta ?? NaN);
    rows.set("filterAlpha", row, filter?.alpha ?? NaN);
    rows.set("kalmanZ", row, NaN);
    if (filter === undefined) return;
    const { innovation, variance } = filter.push(y, x);
    rows.set("kalmanZ", row, innovation / Math.sqrt(variance));
    this.#keepFilter(row, filter);
  }

  #keepFilter(row: number, filter: KalmanHedge): void {
    const rows = this.#rows;
    const [[varianceBeta, covariance], [, varianceAlpha]] = filter.covariance;
    rows.set("kalmanBeta", row, filter.beta);
    rows.set("kalmanAlpha", row, filter.alpha);
    rows.set("kalmanVarianceBeta", row, varianceBeta);
    rows.set("kalmanCovariance", row, covariance);
    rows.set("kalmanVarianceAlpha", row, varianceAlpha);
  }

  #keptFilter(learned: LearnedFilter, row: number): KalmanHedge {
    const at = (name: PairColumn) => this.#rows.at(name, row);
    const covariance = at("kalmanCovariance");
    return learned.resume([at("kalmanBeta"), at("kalmanAlpha")], [
      [at("kalmanVarianceBeta"), covariance],
      [covariance, at("kalmanVarianceAlpha")],
    ]);
  }

  /** Learns the variances from the rows since the roll; the filter goes on after them. */
  #learn(): void {
    const { length } = this;
    const { y, x } = this.#logs(Math.max(this.#stretchRow, length - 2 * LEARNED_ROWS), length);
    this.#learned = this.#fits.learn(y, x);
    if (this.#learned === undefined) {
      // More rows may teach what these did not.
      this.#learnsAt = this.#completeRows + this.#rowsToLearn;
      return;
    }
    this.#learnedAt = this.#rows.at("openTime", length - 1);
    this.#filter = this.#learned.begin();
    this.#keepFilter(length - 1, this.#filter);
  }

  /** The line of the `window` rows before this one. */
  #robust(kind: "huber" | "theil-sen", row: number): HedgeLine {
    const { window } = this.settings;
    if (kind === "theil-sen" && window > LONGEST_SLOPES) return UNKNOWN;
    const { y, x } = this.#logs(Math.max(this.#stretchRow, row - window), row);
    if (completeRows(y, x) < Math.max(20, Math.ceil(window / 2))) return UNKNOWN;
    const { beta, alpha } = this.#fits.robust(kind, y, x);
    return this.#distance(row, beta, alpha);
  }

  /** The first row since the newest change of contract. */
  get #stretchRow(): number {
    return Math.max(0, Math.round((this.#stretchFrom - this.start) / this.#stepMs) || 0);
  }

  #logs(from: number, to: number): { y: Float64Array; x: Float64Array } {
    const rows = this.#rows;
    return { y: rows.view("logY", from, to), x: rows.view("logX", from, to) };
  }

  #logsOf(row: number): [number, number] {
    return [this.#rows.at("logY", row), this.#rows.at("logX", row)];
  }

  #isComplete(row: number): boolean {
    return Number.isFinite(this.#rows.at("y", row) + this.#rows.at("x", row));
  }

  #read(row: number): PairReading {
    const at = (name: PairColumn) => this.#rows.at(name, row);
    const { window, hedge } = this.settings;
    const first = Math.max(this.#stretchRow, row - window);
    let expected = 0;
    for (let before = first; before < row; before++) {
      expected += this.#rows.at("possible", before);
    }
    const n = completeRows(this.#rows.view("y", first, row), this.#rows.view("x", first, row));
    return {
      openTime: at("openTime"),
      endTime: at("openTime") + this.#stepMs,
      revision: this.#revision,
      y: at("y"),
      x: at("x"),
      ratio: at("ratio"),
      hedge,
      beta: at("beta"),
      alpha: at("alpha"),
      spread: at("spread"),
      z: at("z"),
      lines: {
        ols: this.#lineAt("ols", row),
        total: this.#lineAt("total", row),
        huber: this.#lineAt("huber", row),
        "theil-sen": this.#lineAt("theil-sen", row),
        kalman: this.#lineAt("kalman", row),
      },
      lineZ: at("lineZ"),
      kalmanZ: at("kalmanZ"),
      correlation: at("correlation"),
      returns: at("returns"),
      n,
      expected,
    };
  }
}

function completeRows(y: Float64Array, x: Float64Array): number {
  let complete = 0;
  for (let row = 0; row < y.length; row++) if (Number.isFinite(y[row]! + x[row]!)) complete++;
  return complete;
}

/** Another contract month than the last one known. */
function differs(known: number, now: number): boolean {
  return known !== 0 && now !== 0 && known !== now;
}

function lastKnown(rows: PairBuffer, name: "contractY" | "contractX"): number {
  for (let row = rows.length - 1; row >= 0; row--) {
    const contract = rows.at(name, row);
    if (contract !== 0) return contract;
  }
  return 0;
}

/** Open time of the newest row at which a contract changed; -Infinity for none. */
function stretchStart(rows: PairBuffer): number {
  for (let row = rows.length - 1; row >= 0; row--) {
    if (rows.at("roll", row) === 1) return rows.at("openTime", row);
  }
  return -Infinity;
}
