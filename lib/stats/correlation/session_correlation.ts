import { checkNumbers } from "../numbers.ts";
import { type MarketSession, SessionClock } from "../../calendar/market_sessions.ts";
import { DAY } from "../../model/time.ts";
import { checkWhole } from "../check_whole.ts";
import { isFinitePair } from "../finite_pair.ts";
import { PairList } from "./pair_list.ts";
import { checkLengths, type Column, scaledDown } from "../regression/columns.ts";
import { inferFromEffective, inferFromRows } from "./correlation_inference.ts";

/** A correlation of some of the rows, with what it rests on. */
export interface CorrelationCell {
  /** Pearson's r; NaN where there are too few pairs or a side does not move. */
  readonly value: number;
  /** Pairs of returns. */
  readonly n: number;
  /** Pairs the interval and the p-value rest on, see `effectiveN`; n by `basis: "rows"`. */
  readonly nEff: number;
  /** Fisher interval; NaN where `value` is. */
  readonly lo: number;
  readonly hi: number;
  /** Two-sided p-value of no correlation; NaN where `value` is. */
  readonly pvalue: number;
}

/** {@link CorrelationCell} of one session. */
export interface SessionCell extends CorrelationCell {
  /** Days with at least two pairs, each about its own mean. */
  readonly days: number;
}

/** Options of {@link correlationBySession}. */
export interface CellOptions {
  /** Fewest pairs for a value. @default 30 */
  readonly minPairs?: number;
  /** Coverage of the interval. @default 0.95 */
  readonly level?: number;
  /**
   * What intervals and p-values rest on: pairs discounted for fat tails, shared volatility and memory, or
   * `rows`, all of them, which supposes independent normal pairs. @default "effective"
   */
  readonly basis?: "effective" | "rows";
}

/** Which rows a session cell holds; `overlap` are those of London and New York both. */
export type SessionName = MarketSession | "overlap" | "rest";

/**
 * Correlation by session: Asia, Europe, US by their own clocks (see `MARKET_SESSIONS`), the overlap of
 * Europe and the US (which both also hold), and the rest. Within a session the days' co-moments about
 * **each day's own means** are pooled, `r = Σ Sxy / √(Σ Sxx Σ Syy)`, so that days that drift do not pass
 * for correlation. The first return of each day's session is left out: it reaches back before the open.
 *
 * The interval is Fisher's on the effective part of `n - days + 1` pairs, since each day spends a mean; the
 * p-value by Student's t with two less. The influence of a row on r and its memory (see `effectiveN`) are
 * those about its day's means, and no row follows on one of another day. `rest` holds all rows in no session, a day being an unbroken stretch of
 * them within a UTC day.
 *
 * @param openTime start of each row's bar, epoch ms UTC, ascending.
 * @param x returns; NaN where there is none (across gaps, session edges and rolls).
 * @throws {RangeError} when columns differ in length or an option is out of range.
 *
 * @example
 * ```ts
 * import { correlationBySession } from "./session_correlation.ts";
 * import assert from "node:assert/strict";
 * const openTime = Array.from({ length: 1_440 }, (_, i) => Date.UTC(2026, 0, 26) + i * 60_000);
 * const x = openTime.map((_, i) => Math.sin(i));
 * const y = x.map((value, i) => i < 600 ? -value : value); // turns at 10:00 UTC
 * const { asia, us } = correlationBySession(openTime, x, y);
 * assert.deepEqual([asia.value.toFixed(3), asia.n], ["-1.000", 389]); // 09:00–15:30 Tokyo
 * assert.deepEqual([us.value.toFixed(3), us.n], ["1.000", 389]);
 * ```
 */
export function correlationBySession(
  openTime: Column,
  x: Column,
  y: Column,
  options: CellOptions = {},
): Record<SessionName, SessionCell> {
  const settings = checkCells(options);
  checkLengths([x, y], openTime.length, "x and y");
  checkNumbers(openTime, "openTime");
  const clocks = {
    asia: new SessionClock("asia"),
    europe: new SessionClock("europe"),
    us: new SessionClock("us"),
  };
  const pools = {
    asia: new DayPool(),
    europe: new DayPool(),
    us: new DayPool(),
    overlap: new DayPool(),
    rest: new DayPool(),
  };
  const first = scaledDown(x).values, second = scaledDown(y).values;
  for (let row = 0; row < openTime.length; row++) {
    const time = openTime[row]!, a = first[row]!, b = second[row]!;
    const asia = clocks.asia.dayOf(time), europe = clocks.europe.dayOf(time);
    const us = clocks.us.dayOf(time);
    pools.asia.add(asia, row, a, b);
    pools.europe.add(europe, row, a, b);
    pools.us.add(us, row, a, b);
    pools.overlap.add(europe === undefined ? undefined : us, row, a, b);
    const isRest = asia === undefined && europe === undefined && us === undefined;
    pools.rest.add(isRest ? Math.floor(time / DAY) : undefined, row, a, b);
  }
  const cell = (pool: DayPool) => pool.cell(settings);
  return {
    asia: cell(pools.asia),
    europe: cell(pools.europe),
    us: cell(pools.us),
    overlap: cell(pools.overlap),
    rest: cell(pools.rest),
  };
}

/** Co-moments of days, each about its own means, added up. */
class DayPool {
  #day: number | undefined;
  readonly #pairs = new PairList();
  readonly #today = new PairList();
  #days = 0;

  /** @param day of the session that holds the row; undefined outside. */
  add(day: number | undefined, row: number, x: number, y: number): void {
    const isFirst = day !== undefined && day !== this.#day;
    if (day !== this.#day) this.#close();
    this.#day = day;
    if (day === undefined || isFirst || !isFinitePair(x, y)) return;
    this.#today.add(row, x, y);
  }

  #close(): void {
    if (this.#today.n > 1) {
      this.#today.centre();
      this.#pairs.append(this.#today);
      this.#days++;
    }
    this.#today.clear();
  }

  cell({ minPairs, level, basis }: Required<CellOptions>): SessionCell {
    this.#close();
    const pairs = this.#pairs, { n } = pairs, days = this.#days;
    const value = n >= minPairs ? pairs.correlation : NaN;
    const rows = n - days + 1;
    const inference = basis === "rows"
      ? inferFromRows(value, rows, level)
      : inferFromEffective(value, rows, level, pairs.inflation(days));
    return { value, n, days, ...inference };
  }
}

/** The options with their defaults. @throws {RangeError} when one is out of range. */
export function checkCells(options: CellOptions): Required<CellOptions> {
  const { minPairs = 30, level = 0.95, basis = "effective" } = options;
  checkWhole("minPairs", minPairs, 2);
  if (basis !== "effective" && basis !== "rows") {
    throw new RangeError(`basis must be "effective" or "rows", got ${basis}`);
  }
  return { minPairs, level, basis };
}
