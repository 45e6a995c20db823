import { engleGranger } from "../../../lib/stats/stationarity/engle_granger.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

const MINUTES = 7 * 1_440, SAMPLES = 300;

/** A week of minutes of a spot price and a perpetual, alike to a millionth of their variance. */
export const basisOfAPerpetual: ClaimSource = {
  name: "basis-of-a-perpetual",
  run(): Claim[] {
    const normal = gaussians(seededRandom(10_080));
    let alike = 0;
    const week = (phi: number, size: number) => {
      let price = 100_000, basis = 0;
      const spot = new Float64Array(MINUTES), perpetual = new Float64Array(MINUTES);
      for (let t = 0; t < MINUTES; t++) {
        price *= Math.exp(6e-4 * normal());
        basis = phi * basis + size * normal();
        spot[t] = price;
        perpetual[t] = price + basis;
      }
      const test = engleGranger(perpetual, [spot]);
      if (test.collinear) alike++;
      return test.pvalue;
    };
    const walks = percentOf(SAMPLES, () => week(1, 0.02) < 0.05);
    const reverts = percentOf(SAMPLES / 3, () => week(0.98, 0.3) < 0.01);
    return [
      shareClaim("engleGranger p < 0.05, the basis is a walk", walks, 3, 8),
      shareClaim("engleGranger p < 0.01, the basis reverts", reverts, 95, 100),
      shareClaim(
        "pairs alike to 1.5e-6 of their variance",
        100 * alike / (SAMPLES * 4 / 3),
        90,
        100,
      ),
    ];
  },
};
