import { stationaryBootstrap } from "../../../lib/stats/correlation/stationary_bootstrap.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";
import { autoregressivePairs, fatPairs } from "./markets.ts";

/** The interval of `stationaryBootstrap` where a sample is short for its memory, and under fat tails. */
export const bootstrapIntervals: ClaimSource = {
  name: "bootstrap-intervals",
  run(): Claim[] {
    const cases = [
      ["AR(.9) sides", autoregressivePairs(0.9), 0, 60],
      ["AR(.9) sides", autoregressivePairs(0.9), 0.5, 60],
      ["AR(.9) sides", autoregressivePairs(0.9), 0, 250],
      ["joint t(4)", fatPairs, 0.5, 60],
    ] as const;
    return cases.map(([market, make, r, n]) => {
      const normal = gaussians(seededRandom(230 + n));
      const percent = percentOf(800, (sample) => {
        const { x, y } = make(n, r, normal);
        const random = seededRandom(sample);
        const { lo, hi } = stationaryBootstrap(x, y, { replications: 199, random });
        return lo <= r && r <= hi;
      });
      return shareClaim(`stationaryBootstrap covers r ${r}, n ${n}, ${market}`, percent, 90, 98);
    });
  },
};
