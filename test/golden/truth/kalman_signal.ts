import { kalmanHedge } from "../../../lib/stats/regression/kalman_hedge.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, shareClaim } from "./claim.ts";

const PAIRS = 150, ROWS = 1_000, LEARNED = 250;

/** The signal of a hedge that moves as supposed is standard normal: 4.55 % beyond 2. */
export const kalmanSignal: ClaimSource = {
  name: "kalman-signal",
  run(): Claim[] {
    return [1e-3, 3e-3].map((step) => {
      const normal = gaussians(seededRandom(1_960));
      let wide = 0, count = 0;
      for (let pair = 0; pair < PAIRS; pair++) {
        const x = new Float64Array(ROWS), y = new Float64Array(ROWS);
        for (let t = 0, level = 100, beta = 1.5; t < ROWS; t++) {
          x[t] = level += normal();
          y[t] = (beta += step * normal()) * level + 3 + normal();
        }
        const { innovation, variance } = kalmanHedge(y, x);
        for (let t = LEARNED; t < ROWS; t++) {
          count++;
          if (Math.abs(innovation[t]!) > 2 * Math.sqrt(variance[t]!)) wide++;
        }
      }
      const name = `kalmanHedge |z| > 2, beta walks ${step} a bar`;
      return shareClaim(name, 100 * wide / count, 4, 5);
    });
  },
};
