import { checkAboveZero, checkNumber, checkNumbers, copyNumbers } from "../stats/numbers.ts";
import { givenOptions } from "../stats/given_options.ts";
import { checkLengths, type Column } from "../stats/regression/columns.ts";
import { BacktestLeg, checkTerms } from "./backtest_leg.ts";
import type {
  LegFills,
  PairBacktest,
  PairBacktestOptions,
  PairTrade,
  Refusal,
  RefusalReason,
} from "./backtest_types.ts";
import type { Side } from "./pair_signal.ts";
import { checkPeriods, finiteReturns } from "./returns_of_account.ts";

/**
 * Trades a pair on paper. What is decided at one row's close is filled at the open of the next row in
 * which **both** legs have an open within their hours, at the open plus half-spread and slippage against the
 * trader; until then the newest decision counts. Each position is closed and opened whole (a reversal is two
 * fills). The account is marked at closes. No leg is ever filled or held alone: a position of which a leg
 * would be 0 is refused, and `refused` says why. Nothing is filled at the bar that decided, and no price after
 * a row changes what happened by it.
 *
 * Costs: per fill, `|contracts| · multiplier · (halfSpread + slippage + slippageRate · open)`, plus `feeRate` of the notional,
 * plus `feePerContract`. Funding: at an open where it is due, `contracts · multiplier · open · rate` of what
 * was held into it, at the newest price where there is no open; where the rate is not known nothing is paid, and it is counted. Margin: a position is opened where the account
 * holds the margin of both legs; where at a close it holds less than their maintenance both legs are closed at
 * the next fill, and none is opened until another side is decided. Money is in the currency of both legs.
 *
 * @throws {RangeError} when columns differ in length, a side is not -1, 0, 1 or NaN, or an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { pairBacktest } from "./pair_backtest.ts";
 * import assert from "node:assert/strict";
 * const { equity, trades } = pairBacktest({
 *   y: { open: [100, 101, 104], close: [101, 103, 104] },
 *   x: { open: [50, 50, 51], close: [50, 51, 51] },
 *   side: [1, 0, 0], // decided at the closes, filled at the opens 101/50 and 104/51
 *   beta: 2,
 *   capital: 1_000,
 *   yTerms: { feePerContract: 0.25 },
 * });
 * assert.deepEqual([...equity], [1_000, 999.75, 1_000.5]);
 * assert.deepEqual([trades[0]!.gross, trades[0]!.costs], [1, 0.5]);
 * ```
 */
export function pairBacktest(options: PairBacktestOptions): PairBacktest {
  return new PairAccount(options).run();
}

interface OpenTrade {
  readonly side: Side;
  readonly entryRow: number;
  readonly beta: number;
  readonly quantityY: number;
  readonly quantityX: number;
  entryPrices: LegFills;
  gross: number;
  costs: number;
  fees: number;
  funding: number;
  unknownFundings: number;
}

class PairAccount {
  readonly #options: PairBacktestOptions;
  readonly #rows: number;
  readonly #y: BacktestLeg;
  readonly #x: BacktestLeg;
  readonly #trades: PairTrade[] = [];
  #open: OpenTrade | undefined;
  #money: number;
  #paid = 0;
  #fees = 0;
  #moved = 0;
  #funded = 0;
  readonly #refused: Refusal[] = [];
  /** Last refusal of the present decision, so that a stretch is reported once. */
  #lastRefusal: RefusalReason | undefined;
  /** The side that a margin call has closed; not opened again until another is decided. */
  #called: Side = 0;
  #isCalled = false;

  constructor(options: PairBacktestOptions) {
    const { y, x, side, beta, capital, contracts = 1, gross } = givenOptions(
      options,
    ) as PairBacktestOptions;
    for (const [name, value] of Object.entries({ y, x, side, beta })) {
      if (value === undefined) throw new TypeError(`${name} must be given, got undefined`);
    }
    this.#rows = side.length;
    const columns = [y.open, y.close, x.open, x.close, ...(typeof beta === "object" ? [beta] : [])];
    checkNumbers(side, "side");
    if (typeof beta !== "object") checkNumber("beta", beta);
    for (const column of columns) checkLengths([column], this.#rows, "prices and beta");
    for (const [name, value] of Object.entries({ capital, contracts, gross: gross ?? 1 })) {
      checkAboveZero(name, value);
    }
    for (const { funding } of [y, x]) {
      if (funding !== undefined) checkLengths([funding], this.#rows, "funding");
    }
    const { openTime } = options;
    if (openTime !== undefined) checkLengths([openTime], this.#rows, "openTime");
    else if (y.hours !== undefined || x.hours !== undefined) {
      throw new TypeError("openTime must be given where a leg has hours");
    }
    this.#options = options;
    this.#y = new BacktestLeg(checkTerms(options.yTerms ?? {}, "yTerms"));
    this.#x = new BacktestLeg(checkTerms(options.xTerms ?? {}, "xTerms"));
    this.#money = capital;
  }

  run(): PairBacktest {
    const column = () => new Float64Array(this.#rows);
    const equity = column(), returns = column(), quantityY = column(), quantityX = column();
    const costs = column(), traded = column(), side = new Int8Array(this.#rows);
    const fees = column(), funding = column(), margin = column();
    let wanted: Side = 0, known = this.#money;
    for (let row = 0; row < this.#rows; row++) {
      if (row > 0) {
        this.#payFunding(row);
        const before: Side = wanted;
        wanted = sideAt(this.#options.side, row - 1, wanted);
        if (wanted !== before) this.#lastRefusal = undefined;
        if (wanted !== this.#called) this.#called = 0;
        this.#tradeAtOpen(row, wanted);
      }
      const value = equity[row] = this.#markAtClose(row);
      const behind = this.#y.maintenance + this.#x.maintenance;
      if (this.#open !== undefined && value < behind) this.#isCalled = true;
      returns[row] = known > 0 ? (value - known) / known : NaN;
      if (!Number.isNaN(value)) known = value;
      side[row] = this.#open?.side ?? 0;
      quantityY[row] = this.#y.quantity;
      quantityX[row] = this.#x.quantity;
      costs[row] = this.#paid;
      fees[row] = this.#fees;
      funding[row] = this.#funded;
      margin[row] = this.#y.marginOf() + this.#x.marginOf();
      traded[row] = this.#moved;
      this.#paid =
        this.#fees =
        this.#moved =
        this.#funded =
          0;
    }
    const trades = [...this.#trades];
    if (this.#open !== undefined) {
      trades.push({
        ...this.#open,
        exitRow: undefined,
        exitPrices: undefined,
        endedBy: undefined,
      });
    }
    return {
      equity,
      returns,
      side,
      quantityY,
      quantityX,
      costs,
      fees,
      funding,
      margin,
      traded,
      trades,
      refused: this.#refused,
    };
  }

  /** Funding due at the row's open on what was held into it. */
  #payFunding(row: number): void {
    const { y, x } = this.#options;
    this.#win(this.#y.markTo(y.open[row] ?? NaN) + this.#x.markTo(x.open[row] ?? NaN));
    this.#pay(this.#y.fundingAt(y.funding?.[row] ?? 0));
    this.#pay(this.#x.fundingAt(x.funding?.[row] ?? 0));
  }

  /** @param due NaN where it is not known. */
  #pay(due: number): void {
    const isKnown = Number.isFinite(due), paid = isKnown ? due : 0;
    this.#money -= paid;
    this.#funded += paid;
    if (this.#open === undefined) return;
    this.#open.funding += paid;
    if (!isKnown) this.#open.unknownFundings++;
  }

  #canFill(row: number): boolean {
    const { y, x, openTime } = this.#options;
    return [y, x].every(({ open, hours }) =>
      Number.isFinite(open[row]) &&
      (hours === undefined || hours.isOpen(openTime?.[row] ?? NaN) === true)
    );
  }

  #tradeAtOpen(row: number, wanted: Side): void {
    if (!this.#canFill(row)) return;
    const openY = this.#options.y.open[row]!, openX = this.#options.x.open[row]!;
    const held = this.#open;
    if (held !== undefined && (held.side !== wanted || this.#isCalled)) {
      const endedBy = this.#isCalled ? "margin" : "signal";
      if (this.#isCalled) this.#called = held.side;
      const exitPrices = this.#fill(-this.#y.quantity, -this.#x.quantity, openY, openX);
      this.#trades.push({ ...held, exitRow: row, exitPrices, endedBy });
      this.#open = undefined;
      this.#isCalled = false;
    }
    if (this.#open === undefined) {
      if (wanted !== 0 && wanted !== this.#called) this.#enter(row, wanted, openY, openX);
    } else if (this.#options.rebalance === true) this.#rebalance(row, openY, openX);
  }

  #rebalance(row: number, openY: number, openX: number): void {
    const perY = this.#contractsOfX(row - 1);
    const target = this.#whole(-this.#y.quantity * perY);
    const reason = !Number.isFinite(target)
      ? "beta-unknown"
      : perY === 0
      ? "beta-0"
      : target === 0
      ? "leg-rounds-to-0"
      : undefined;
    // The hedge that stands is better than none.
    if (reason === undefined) this.#fill(0, target - this.#x.quantity, openY, openX);
  }

  #enter(row: number, side: Side, openY: number, openX: number): void {
    const { contracts = 1, gross, beta } = this.#options;
    const decided = row - 1;
    const perY = this.#contractsOfX(decided);
    let size = contracts;
    if (gross !== undefined) {
      const { y, x } = this.#options;
      const moneyX = Math.abs(perY * x.close[decided]!) * this.#x.terms.multiplier;
      size = gross / (Math.abs(y.close[decided]!) * this.#y.terms.multiplier + moneyX);
    }
    const quantityY = this.#whole(side * size), quantityX = this.#whole(-side * size * perY);
    const reason = this.#reasonAgainst(quantityY, quantityX, perY);
    if (reason !== undefined) {
      if (reason !== this.#lastRefusal) this.#refused.push({ row, side, reason });
      this.#lastRefusal = reason;
      return;
    }
    const ratio = typeof beta === "number" ? beta : beta[decided]!;
    this.#open = {
      side,
      entryRow: row,
      beta: ratio,
      quantityY,
      quantityX,
      entryPrices: { y: NaN, x: NaN },
      gross: 0,
      costs: 0,
      fees: 0,
      funding: 0,
      unknownFundings: 0,
    };
    this.#lastRefusal = undefined;
    this.#open.entryPrices = this.#fill(quantityY, quantityX, openY, openX);
  }

  #reasonAgainst(
    quantityY: number,
    quantityX: number,
    perY: number,
  ): RefusalReason | undefined {
    if (!Number.isFinite(quantityY) || !Number.isFinite(quantityX)) return "beta-unknown";
    if (perY === 0) return "beta-0";
    if (quantityY === 0 || quantityX === 0) return "leg-rounds-to-0";
    const margin = this.#y.marginOf(quantityY) + this.#x.marginOf(quantityX);
    return margin > this.#money ? "margin" : undefined;
  }

  /** Contracts of x that hedge one of y, by what was known at the close of `row`; NaN if unknown. */
  #contractsOfX(row: number): number {
    const { beta, hedge = "price", y, x } = this.#options;
    const ratio = typeof beta === "number" ? beta : beta[row] ?? NaN;
    const perPoint = ratio * this.#y.terms.multiplier / this.#x.terms.multiplier;
    return hedge === "price" ? perPoint : perPoint * y.close[row]! / x.close[row]!;
  }

  #whole(quantity: number): number {
    if (this.#options.wholeContracts !== true) return quantity;
    // Math.round takes -0.5 to 0 and 0.5 to 1.
    return Math.sign(quantity) * Math.round(Math.abs(quantity));
  }

  #fill(quantityY: number, quantityX: number, openY: number, openX: number): LegFills {
    const y = this.#y.trade(quantityY, openY), x = this.#x.trade(quantityX, openX);
    const cost = y.cost + x.cost;
    this.#money -= cost;
    this.#paid += cost;
    this.#fees += y.fee + x.fee;
    this.#moved += y.notional + x.notional;
    if (this.#open !== undefined) {
      this.#open.costs += cost;
      this.#open.fees += y.fee + x.fee;
    }
    return { y: y.price, x: x.price };
  }

  #win(amount: number): void {
    this.#money += amount;
    if (this.#open !== undefined) this.#open.gross += amount;
  }

  #markAtClose(row: number): number {
    const closeY = this.#options.y.close[row]!, closeX = this.#options.x.close[row]!;
    this.#win(this.#y.markTo(closeY) + this.#x.markTo(closeX));
    const isKnown = (this.#y.quantity === 0 || Number.isFinite(closeY)) &&
      (this.#x.quantity === 0 || Number.isFinite(closeX));
    return isKnown ? this.#money : NaN;
  }
}

function sideAt(side: Column, row: number, before: Side): Side {
  const value = side[row] ?? NaN;
  if (Number.isNaN(value)) return before;
  if (value !== 0 && value !== 1 && value !== -1) {
    throw new RangeError(`side must be -1, 0, 1 or NaN, got ${value} in row ${row}`);
  }
  return value === 0 ? 0 : value;
}

/**
 * Money traded in a year as a multiple of the account: notional filled a row over mean equity, times
 * `periodsPerYear`. Rows where equity is not known count with what they traded.
 *
 * @param traded notional filled in each row, as {@link pairBacktest} gives it.
 * @throws {RangeError} when the columns differ in length or `periodsPerYear` is not above 0.
 *
 * @example
 * ```ts
 * import { turnover } from "./pair_backtest.ts";
 * import assert from "node:assert/strict";
 * assert.equal(turnover([50, 0, 100, 0], [100, 100, 100, 100], { periodsPerYear: 252 }), 94.5);
 * ```
 */
export function turnover(
  traded: Column,
  equity: Column,
  options: { readonly periodsPerYear: number },
): number {
  checkLengths([equity], traded.length, "equity");
  const { periodsPerYear } = givenOptions(options) as typeof options;
  checkPeriods(periodsPerYear);
  const known = finiteReturns(equity);
  const filled = copyNumbers(traded, "traded");
  // Notional that is not known leaves a turnover that is not known.
  const total = filled.reduce((sum, value) => sum + (Number.isFinite(value) ? value : NaN), 0);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return mean > 0 ? total / traded.length / mean * periodsPerYear : NaN;
}
