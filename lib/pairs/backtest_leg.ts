import { checkAboveZero, checkNotNegative } from "../stats/numbers.ts";

/** What it costs to trade one leg, and what a point of it is worth. */
export interface LegTerms {
  /** Money per point and contract: ES 50, NQ 20, MES 5, one bitcoin 1. @default 1 */
  readonly multiplier?: number;
  /** Half of the bid–ask spread, in price points. @default 0 */
  readonly halfSpread?: number;
  /** Further points lost on each fill. @default 0 */
  readonly slippage?: number;
  /** Lost on each fill besides, as a share of the price: 0.0001 for one basis point. @default 0 */
  readonly slippageRate?: number;
  /** Fee as a share of the notional filled: 0.001 for 10 basis points. @default 0 */
  readonly feeRate?: number;
  /** Fee in money per contract filled. @default 0 */
  readonly feePerContract?: number;
  /** Money that a contract ties up, asked for when it is opened. @default 0 */
  readonly margin?: number;
  /** Money that must stand behind a contract at each close, else it is closed. @default margin */
  readonly maintenance?: number;
}

/** @throws {RangeError} when a term is negative or not finite, or the multiplier is not above 0. */
export function checkTerms(terms: LegTerms, name: string): Required<LegTerms> {
  const { multiplier = 1, halfSpread = 0, slippage = 0, feeRate = 0, feePerContract = 0 } = terms;
  const { slippageRate = 0, margin = 0, maintenance = margin } = terms;
  const all = {
    multiplier,
    halfSpread,
    slippage,
    slippageRate,
    feeRate,
    feePerContract,
    margin,
    maintenance,
  };
  for (const [term, value] of Object.entries(all)) {
    if (term === "multiplier") checkAboveZero(`${name}.${term}`, value);
    else checkNotNegative(`${name}.${term}`, value);
  }
  return all;
}

/** What a fill came to. */
export interface Fill {
  /** Money paid beyond the price it was asked at: half-spread, slippage and fee. */
  readonly cost: number;
  /** The part of it that is a fee. */
  readonly fee: number;
  readonly notional: number;
  /** Price it was filled at. */
  readonly price: number;
}

/** Position in one leg, marked to the last price seen. */
export class BacktestLeg {
  quantity = 0;
  readonly terms: Required<LegTerms>;
  #mark = NaN;

  constructor(terms: Required<LegTerms>) {
    this.terms = terms;
  }

  /** Moves the mark to `price`; the money won since the last one. A price not known moves nothing. */
  markTo(price: number): number {
    if (this.quantity === 0 || !Number.isFinite(price)) return 0;
    const won = this.quantity * this.terms.multiplier * (price - this.#mark);
    this.#mark = price;
    return won;
  }

  /** Funding due on the position at this rate and mark: paid when above 0. NaN where the rate is not known. */
  fundingAt(rate: number): number {
    if (this.quantity === 0 || rate === 0) return 0;
    return this.quantity * this.terms.multiplier * Math.abs(this.#mark) * rate;
  }

  /** Margin of a position, this one unless another is given. */
  marginOf(quantity = this.quantity): number {
    return Math.abs(quantity) * this.terms.margin;
  }

  /** Money that must stand behind the position. */
  get maintenance(): number {
    return Math.abs(this.quantity) * this.terms.maintenance;
  }

  /** Trades at `price`, to which the leg must be marked. */
  trade(quantity: number, price: number): Fill {
    if (quantity === 0) return { cost: 0, fee: 0, notional: 0, price };
    const { multiplier, halfSpread, slippage, slippageRate, feeRate, feePerContract } = this.terms;
    const size = Math.abs(quantity), lost = halfSpread + slippage + slippageRate * Math.abs(price);
    const fillPrice = price + Math.sign(quantity) * lost;
    const notional = size * multiplier * Math.abs(fillPrice);
    const fee = notional * feeRate + size * feePerContract;
    this.quantity += quantity;
    this.#mark = price;
    return { cost: size * multiplier * lost + fee, fee, notional, price: fillPrice };
  }
}
