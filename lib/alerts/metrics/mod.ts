import { nearest } from "../../model/nearest.ts";
import type { Metric } from "../metric.ts";
import { change } from "./change.ts";
import { correlation } from "./correlation.ts";
import { divergence } from "./divergence.ts";
import { dvol } from "./dvol.ts";
import { offset } from "./offset.ts";
import { price } from "./price.ts";
import { relation } from "./relation.ts";
import { silence } from "./silence.ts";
import { spread } from "./spread.ts";
import { volatilityRatio } from "./volatility_ratio.ts";
import { volume } from "./volume.ts";
import { vwapDistance } from "./vwap_distance.ts";
import { zscore } from "./zscore.ts";

/** Everything a rule can watch. */
let registered: readonly Metric[] = [
  price,
  change,
  volume,
  vwapDistance,
  volatilityRatio,
  dvol,
  correlation,
  divergence,
  spread,
  zscore,
  relation,
  silence,
  offset,
];

export function metrics(): readonly Metric[] {
  return registered;
}

/**
 * Makes one more metric known to rules.
 *
 * @returns removes it again.
 * @throws {RangeError} for a name that is taken.
 */
export function registerMetric(metric: Metric): () => void {
  if (registered.some(({ name }) => name === metric.name)) {
    throw new RangeError(`a metric named ${metric.name} is there already`);
  }
  registered = [...registered, metric];
  return () => {
    registered = registered.filter((each) => each !== metric);
  };
}

/** @throws {RangeError} naming those there are, and the one that was probably meant. */
export function metricNamed(name: string): Metric {
  const found = registered.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const names = registered.map((metric) => metric.name);
  const meant = nearest(name, names);
  const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new RangeError(`metric must be one of ${names.join(", ")}, got ${name}${advice}`);
}
