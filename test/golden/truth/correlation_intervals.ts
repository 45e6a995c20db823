import { pearson } from "../../../lib/stats/correlation/pearson.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";
import { normalPairs, STRESSED_PAIRS } from "./markets.ts";

const LENGTHS = [60, 250, 1_000];

/** The interval of `pearson` where rows have fat tails, share a volatility or follow each other. */
export const correlationIntervals: ClaimSource = {
  name: "correlation-intervals",
  run(): Claim[] {
    const covered = STRESSED_PAIRS.flatMap(([market, make]) =>
      [0, 0.5].flatMap((r) =>
        LENGTHS.map((n) => {
          const normal = gaussians(seededRandom(180 + n));
          const percent = percentOf(2_000, () => {
            const { x, y } = make(n, r, normal);
            const { lo, hi } = pearson(x, y);
            return lo <= r && r <= hi;
          });
          return shareClaim(`pearson covers r ${r}, n ${n}, ${market}`, percent, 93, 97);
        })
      )
    );
    return [...covered, ...LENGTHS.map(widthOfNormalPairs)];
  },
};

/** What the allowance for tails and memory costs where there are none, on the scale of atanh r. */
function widthOfNormalPairs(n: number): Claim {
  const normal = gaussians(seededRandom(181));
  let robust = 0, plain = 0;
  for (let sample = 0; sample < 2_000; sample++) {
    const { x, y } = normalPairs(n, 0.5, normal);
    robust += widthOf(pearson(x, y));
    plain += widthOf(pearson(x, y, { basis: "rows" }));
  }
  const wider = 100 * (robust / plain - 1);
  return {
    name: `pearson's interval on normal pairs, n ${n}, is wider than Fisher's by`,
    target: "<= 5 %",
    figure: `${wider.toFixed(1)} %`,
    holds: wider <= 5,
  };
}

function widthOf({ lo, hi }: { lo: number; hi: number }): number {
  return Math.atanh(hi) - Math.atanh(lo);
}
