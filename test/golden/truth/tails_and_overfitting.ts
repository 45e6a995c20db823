import { backtestOverfitting } from "../../../lib/pairs/backtest_overfitting.ts";
import { tailDependence } from "../../../lib/stats/correlation/tail_dependence.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { ornsteinUhlenbeck } from "../../../lib/stats/stationarity/ornstein_uhlenbeck.ts";
import { varianceRatio } from "../../../lib/stats/stationarity/variance_ratio.ts";
import { gaussianPairs, gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

/** What tails, variance ratios, fitted processes and CSCV say of markets whose truth is known. */
export const tailsAndOverfitting: ClaimSource = {
  name: "tails-and-overfitting",
  run(): Claim[] {
    const random = seededRandom(61), normal = gaussians(random);
    const tail = percentOf(1_000, () => {
      const { x, y } = gaussianPairs(1_000, 0.6, normal);
      const { lower, normal: expected } = tailDependence(x, y);
      return lower.lo <= expected && expected <= lower.hi;
    });
    const heavy = percentOf(200, () => {
      const { x, y } = gaussianPairs(4_000, 0.3, normal);
      x.forEach((_, row) => {
        const scale = Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3);
        x[row]! /= scale;
        y[row]! /= scale;
      });
      const { lower, normal: expected } = tailDependence(x, y);
      return lower.lo > expected;
    });
    const walks = percentOf(1_500, () => {
      let h = 1, level = 0;
      const walk = Array.from({ length: 1_000 }, () => {
        const step = Math.sqrt(h) * normal();
        h = 0.02 + 0.12 * step * step + 0.86 * h;
        return level += step;
      });
      return varianceRatio(walk, { lag: 5 }).pvalue < 0.05;
    });
    const speeds = percentOf(500, () => {
      let level = 0;
      const spread = Array.from({ length: 2_000 }, () => level = 0.95 * level + normal());
      const { phi, phiSe } = ornsteinUhlenbeck(spread);
      return Math.abs(phi - 0.95) <= 1.96 * phiSe;
    });
    const column = (mean: number) => Float64Array.from({ length: 500 }, () => mean + normal());
    const mean = (of: () => number) => {
      let sum = 0;
      for (let i = 0; i < 60; i++) sum += of() / 60;
      return 100 * sum;
    };
    const settings = (best: number) =>
      Array.from({ length: 20 }, (_, i) => column(i === 0 ? best : 0));
    const blocks = { blocks: 10 };
    const worthless = mean(() => backtestOverfitting(settings(0), blocks).probability);
    const skilled = mean(() => backtestOverfitting(settings(0.3), blocks).probability);
    return [
      shareClaim("tailDependence: a normal pair's tail is in the interval", tail, 92, 98),
      shareClaim("tailDependence: t(3) with shared storms is above normal", heavy, 90, 100),
      shareClaim("varianceRatio: rejects walks under GARCH(.12, .86) at 5 %", walks, 3, 7),
      shareClaim("ornsteinUhlenbeck: phi of .95 within 1.96 errors", speeds, 92, 98),
      shareClaim("backtestOverfitting: probability for 20 worthless settings", worthless, 40, 75),
      shareClaim("backtestOverfitting: probability where one has skill", skilled, 0, 5),
    ];
  },
};
