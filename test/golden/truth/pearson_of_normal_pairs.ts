import { pearson } from "../../../lib/stats/correlation/pearson.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussianPairs, gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

/** The least that an interval owes: its level on independent normal rows. */
export const pearsonOfNormalPairs: ClaimSource = {
  name: "pearson-of-normal-pairs",
  run(): Claim[] {
    const normal = gaussians(seededRandom(11));
    return ([[0, 60], [0.5, 250], [-0.9, 1_000]] as const).map(([r, n]) => {
      const percent = percentOf(4_000, () => {
        const { x, y } = gaussianPairs(n, r, normal);
        const { lo, hi } = pearson(x, y);
        return lo <= r && r <= hi;
      });
      return shareClaim(`pearson covers r ${r}, n ${n}, normal rows`, percent, 93, 97);
    });
  },
};
