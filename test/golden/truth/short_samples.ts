import { adf } from "../../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../../lib/stats/stationarity/engle_granger.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

const SAMPLES = 4_000;

/** Few rows must not make random walks look stationary. */
export const shortSamples: ClaimSource = {
  name: "short-samples",
  run(): Claim[] {
    return [20, 25, 30, 40, 50].flatMap((rows) => {
      const normal = gaussians(seededRandom(rows));
      const walk = () => {
        let level = 0;
        return Float64Array.from({ length: rows }, () => level += normal());
      };
      const alone = percentOf(SAMPLES, () => adf(walk()).pvalue < 0.05);
      const pair = percentOf(SAMPLES, () => engleGranger(walk(), [walk()]).pvalue < 0.05);
      return [
        shareClaim(`adf p < 0.05 on a walk, n ${rows}`, alone, 0, 8),
        shareClaim(`engleGranger p < 0.05 on two walks, n ${rows}`, pair, 0, 8),
      ];
    });
  },
};
