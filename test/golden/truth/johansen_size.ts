import { johansen } from "../../../lib/stats/stationarity/johansen.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

/** Name, drift a step and sd of the bounce, in sds of a step. */
const WALKS = [["driftless", 0, 0], ["drift 0.2", 0.2, 0], ["bounce of 3 steps", 0, 3]] as const;
/** Rows, and how many pairs of walks. */
const SIZES = [[250, 4_000], [1_000, 1_600], [4_000, 1_600]] as const;

/** Unrelated walks must pass for unrelated, with default options. */
export const johansenSize: ClaimSource = {
  name: "johansen-size",
  run(): Claim[] {
    return WALKS.flatMap(([name, drift, bounce]) =>
      SIZES.map(([rows, samples]) => {
        const normal = gaussians(seededRandom(rows + 10 * bounce + Math.round(100 * drift)));
        const percent = percentOf(samples, () => {
          const walks = [0, 1].map(() => {
            let level = 0;
            return Float64Array.from(
              { length: rows },
              () => (level += drift + normal()) + bounce * normal(),
            );
          });
          const { trace, criticalTrace } = johansen(walks);
          return trace[0]! > criticalTrace[0]![1];
        });
        return shareClaim(`johansen rejects two walks, ${name}, n ${rows}`, percent, 4, 6);
      })
    );
  },
};
