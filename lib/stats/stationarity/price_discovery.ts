import { checkWhole } from "../check_whole.ts";
import { givenOptions } from "../given_options.ts";
import { checkLengths, type Column, gapless } from "../regression/columns.ts";
import { HouseholderQr } from "../regression/householder.ts";
import { StatisticsError } from "../statistics_error.ts";
import { type ErrorCorrection, errorCorrection } from "./error_correction.ts";

/** Options of {@link priceDiscovery}. */
export interface PriceDiscoveryOptions {
  /** Differences before the newest that the model has; a whole number from 0. */
  readonly lags: number;
}

/** Least and largest share over every order in which shocks that come together can be laid to one place or another. */
export interface ShareBounds {
  readonly lo: number;
  readonly hi: number;
}

/** Where the price of one thing that is traded at several places is made. */
export interface PriceDiscovery {
  /**
   * Gonzalo and Granger's component shares: weights of the prices in the one that all of them follow, which add up to 1.
   * A place that only follows has 0; sampling, or a price that overshoots, can take one below 0.
   */
  readonly componentShares: Float64Array;
  /** Their standard errors, which stand a variance that comes and goes. */
  readonly bse: Float64Array;
  /** Hasbrouck's information shares: parts of the variance of the price that all follow, from 0 to 1. */
  readonly informationShares: readonly ShareBounds[];
  /** Rows of the regressions. */
  readonly nobs: number;
}

/** Every set of the other places is an order: there are 128 of eight. */
const MOST_PRICES = 8;
/** What is left of the weights' equations, as a share of their size, for them to have one solution. */
const LEAST_REST = 1e-9;

/**
 * Where the price of one thing is made: how much of what moves the price for good comes from each of several places, by
 * an error-correction model of prices that are equal but for a constant. Component shares count who gives way to whom;
 * information shares weigh that by how much news each brings. What moves several places in the same row can be laid to
 * either, so that information shares have bounds, which are as far apart as the innovations are correlated: shorter rows
 * bring them together.
 *
 * Both take what is passing at a place (a bounce between bid and ask, coarse ticks, a price that stands while nothing is
 * traded) for a want of information, more or less: see Yan & Zivot (J. Financial Markets 13, 2010) and Putniņš (J.
 * Empirical Finance 23, 2013). A place that trades seldom and is asked every second therefore follows.
 *
 * Sources: J. Hasbrouck, J. Finance 50, 1995; J. Gonzalo & C. Granger, J. Business & Economic Statistics 13, 1995; R.
 * Baillie, G. Booth, Y. Tse & T. Zabotina, J. Financial Markets 5, 2002; errors of the weights by the delta method.
 *
 * @param prices log prices, a column a place, two to eight, rows of the same moments without gaps.
 * @throws {StatisticsError} `missing`, `constant`, `too-few`, `singular` (one price follows from the others, or none gives
 * way to another).
 * @throws {RangeError} when lengths differ, or for an option out of range.
 *
 * @example
 * ```ts
 * import { priceDiscovery } from "./price_discovery.ts";
 * import { seededRandom } from "../seeded_random.ts";
 * import assert from "node:assert/strict";
 * const random = seededRandom(1);
 * const first = [0], second = [0];
 * for (let t = 1; t < 3_000; t++) {
 *   first.push(first[t - 1]! + random() - 0.5);
 *   // The second place has half of the way to the first behind it in each row.
 *   second.push((first[t - 1]! + second[t - 1]!) / 2 + random() - 0.5);
 * }
 * const { componentShares, informationShares } = priceDiscovery([first, second], { lags: 1 });
 * assert.ok(componentShares[0]! > 0.9 && informationShares[0]!.lo > 0.9);
 * ```
 */
export function priceDiscovery(
  prices: readonly Column[],
  options: PriceDiscoveryOptions,
): PriceDiscovery {
  const { lags } = givenOptions(options);
  checkWhole("lags", lags, 0);
  if (!(prices.length >= 2 && prices.length <= MOST_PRICES)) {
    throw new RangeError(`prices must be 2 to ${MOST_PRICES} columns, got ${prices.length}`);
  }
  checkLengths(prices, prices[0]!.length, "prices");
  const model = errorCorrection(
    prices.map((column, i) => gapless(column, `column ${i} of prices`)),
    lags,
  );
  const { componentShares, bse } = componentsOf(model);
  return {
    componentShares,
    bse,
    informationShares: prices.map((_, i) => informationOf(model, componentShares, i)),
    nobs: model.nobs,
  };
}

/** The weights that no relation moves, `α'w = 0` with `Σ w = 1`, and their errors. */
function componentsOf(
  model: ErrorCorrection,
): Pick<PriceDiscovery, "componentShares" | "bse"> {
  const { adjustments } = model, size = adjustments.length;
  // In units of the fastest adjustment, for the row of ones to be of its size.
  const most = Math.max(...adjustments.flatMap((row) => [...row].map(Math.abs)));
  const equations = adjustments.map((row) =>
    Float64Array.of(...row.map((value) => value / most), 1)
  );
  const qr = new HouseholderQr(equations, size);
  if (!(Math.min(...qr.diagonal.map(Math.abs)) > LEAST_REST)) {
    throw new StatisticsError("singular", "no price gives way to another");
  }
  const solve = (at: number) => {
    const side = new Float64Array(size);
    side[at] = 1;
    qr.applyTransposed(side);
    return qr.solve(side);
  };
  const componentShares = solve(size - 1);
  const uncertainty = model.uncertaintyOf(componentShares);
  const answers = uncertainty.map((_, i) => solve(i).map((value) => value / most));
  const bse = componentShares.map((_, place) => {
    let variance = 0;
    uncertainty.forEach((row, i) =>
      row.forEach((value, j) => variance += value * answers[i]![place]! * answers[j]![place]!)
    );
    return Math.sqrt(variance);
  });
  return { componentShares, bse };
}

/** Of one place: what its innovation adds to those of a set of others, over every such set. */
function informationOf(
  { covariance }: ErrorCorrection,
  weights: Float64Array,
  place: number,
): ShareBounds {
  const others = Array.from(weights.keys()).filter((i) => i !== place);
  const total = weightedSum(weights, (i) => weightedSum(weights, (j) => covariance[i]![j]!));
  let lo = Infinity, hi = -Infinity;
  for (let set = 0; set < 2 ** others.length; set++) {
    const before = others.filter((_, bit) => (set >> bit) & 1);
    const left = before.reduce(clearedOf, covariance);
    const own = left[place]![place]!;
    if (!(own > LEAST_REST * covariance[place]![place]!)) {
      throw new StatisticsError("singular", "one of the prices follows from the others");
    }
    const share = weightedSum(weights, (i) => left[i]![place]!) ** 2 / own / total;
    lo = Math.min(lo, share);
    hi = Math.max(hi, share);
  }
  return { lo, hi };
}

/** Covariances of what one of the innovations does not explain. */
function clearedOf(covariance: readonly Float64Array[], by: number): readonly Float64Array[] {
  const pivot = covariance[by]!;
  return covariance.map((row) => row.map((value, j) => value - row[by]! * pivot[j]! / pivot[by]!));
}

function weightedSum(weights: Float64Array, term: (i: number) => number): number {
  return weights.reduce((sum, weight, i) => sum + weight * term(i), 0);
}
