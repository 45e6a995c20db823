import { checkWhole } from "../check_whole.ts";

/**
 * Deterministic terms of a cointegrated system, from fewest to most: none; a constant inside the relations
 * alone (levels without drift); a constant (levels that drift); a constant, and a trend inside the relations
 * alone (levels that may drift, relations that may trend); a constant and a trend (levels with a quadratic
 * trend). Johansen (1995) calls them H2, H1*, H1, H* and H.
 */
export type JohansenTerms =
  | "none"
  | "restricted-constant"
  | "constant"
  | "restricted-trend"
  | "trend";

/** Rules for the number of lagged differences. */
export type JohansenLagRule = "maic" | "aic" | "bic";

/** Options of {@link johansen}. */
export interface JohansenOptions {
  /**
   * Deterministic terms. The default is right for walks with and without drift. `constant` supposes that
   * levels drift and rejects twice too often when they do not; `restricted-constant` supposes that they do
   * not, and is the more powerful then. In urca's `ca.jo`, `ecdet` is "const" for `restricted-constant`,
   * "none" for `constant` and "trend" for `restricted-trend`.
   * @default "restricted-trend"
   */
  readonly terms?: JohansenTerms;
  /**
   * Instead of `terms`, statsmodels' `det_order` with its numbers and asymptotic tables: -1 is `none`, 0 is
   * `constant`. 1 takes a linear trend out of the levels first and keeps a constant, which is none of the
   * five cases; its table, that of `trend`, belongs to another statistic and rejects too often.
   */
  readonly detOrder?: -1 | 0 | 1;
  /**
   * Lagged differences in the model (the order of the VAR in levels less one), or the rule by which they are
   * chosen among 0 to `maxLag` on a common sample. `maic` is the criterion of Qu & Perron, which counts the
   * statistic itself as a cost, and takes twice as many as it finds: bid-ask bounce is a moving average
   * that no short autoregression ends, and a lag too few rejects far too often, one too many costs little.
   * @default "maic"
   */
  readonly lagDiff?: number | JohansenLagRule;
  /** Most lagged differences tried. @default ⌈12 (n/100)^¼⌉, at most (n - 1) / (3 (series + 1)) */
  readonly maxLag?: number;
  /**
   * Critical values: `small-sample` are the asymptotic ones times `nobs / (nobs - series lagDiff)`.
   * @default "small-sample", "asymptotic" with `detOrder`
   */
  readonly critical?: "small-sample" | "asymptotic";
  /** With `detOrder` -1, the same as terms "restricted-constant". @default false */
  readonly restrictedConstant?: boolean;
  /** Rows to a year, for centred seasonal dummies outside the relations. @default none */
  readonly seasons?: number;
}

/** Options with their defaults, and what follows from them. */
export interface JohansenModel {
  readonly terms: JohansenTerms;
  readonly lagDiff: number | JohansenLagRule;
  readonly maxLag: number | undefined;
  readonly critical: "small-sample" | "asymptotic";
  readonly seasons: number;
  /** Whether levels are cleared of a linear trend before anything else, as statsmodels does. */
  readonly detrends: boolean;
  /** Columns outside the relations: constant and trend. */
  readonly outside: 0 | 1 | 2;
  /** The column inside the relations besides the levels. */
  readonly inside: "constant" | "trend" | null;
}

const OUTSIDE: Readonly<Record<JohansenTerms, 0 | 1 | 2>> = {
  "none": 0,
  "restricted-constant": 0,
  "constant": 1,
  "restricted-trend": 1,
  "trend": 2,
};

/** @throws {RangeError} when an option is none of its values or two contradict one another. */
export function checkModel(options: JohansenOptions): JohansenModel {
  const { detOrder, restrictedConstant = false, seasons = 0, lagDiff = "maic", maxLag } = options;
  const terms = termsOf(options);
  if (OUTSIDE[terms] === undefined) {
    throw new RangeError(`terms must be one of ${Object.keys(OUTSIDE).join(", ")}, got ${terms}`);
  }
  if (restrictedConstant && terms !== "restricted-constant") {
    throw new RangeError(`restrictedConstant needs detOrder -1, got ${detOrder ?? terms}`);
  }
  if (typeof lagDiff === "number") checkWhole("lagDiff", lagDiff, 0);
  else if (lagDiff !== "maic" && lagDiff !== "aic" && lagDiff !== "bic") {
    throw new RangeError(`lagDiff must be a whole number, "maic", "aic" or "bic", got ${lagDiff}`);
  }
  if (maxLag !== undefined) checkWhole("maxLag", maxLag, 0);
  checkWhole("seasons", seasons, 0);
  const { critical = detOrder === undefined ? "small-sample" : "asymptotic" } = options;
  if (critical !== "small-sample" && critical !== "asymptotic") {
    throw new RangeError(`critical must be "small-sample" or "asymptotic", got ${critical}`);
  }
  const inside = terms === "restricted-constant" ? "constant" : "trend";
  const detrends = detOrder === 1;
  return {
    terms,
    lagDiff,
    maxLag,
    critical,
    seasons,
    detrends,
    outside: detrends ? 1 : OUTSIDE[terms],
    inside: terms.startsWith("restricted") ? inside : null,
  };
}

function termsOf({ terms, detOrder, restrictedConstant }: JohansenOptions): JohansenTerms {
  if (detOrder === undefined) return terms ?? "restricted-trend";
  if (terms !== undefined) throw new RangeError("terms and detOrder must not both be given");
  if (detOrder === 0) return "constant";
  if (detOrder === 1) return "trend";
  if (detOrder !== -1) throw new RangeError(`detOrder must be -1, 0 or 1, got ${detOrder}`);
  return restrictedConstant ? "restricted-constant" : "none";
}
