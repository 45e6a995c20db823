import { regimes } from "../../../lib/stats/dynamics/regimes.ts";
import { regimeLabels } from "../../../lib/stats/dynamics/regime_filter.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

const DEGREES = 5, ROWS = 1_000;

/** Fat tails alone are one regime; storms among them are still found. */
export const regimesOfFatTails: ClaimSource = {
  name: "regimes-of-fat-tails",
  run(): Claim[] {
    const random = seededRandom(21), normal = gaussians(random);
    const studentT = () => {
      let square = 0;
      for (let i = 0; i < DEGREES; i++) square += normal() ** 2;
      return normal() / Math.sqrt(square / DEGREES);
    };
    const column = (of: (row: number) => number) =>
      Float64Array.from({ length: ROWS }, (_, row) => of(row));
    const options = { states: "auto", starts: 4 } as const;
    const one = percentOf(60, () => regimes(column(studentT), options).means.length === 1);
    const pair = percentOf(30, () => {
      const x = column(studentT);
      return regimes([x, x.map((value) => 0.6 * value + 0.8 * studentT())], options)
        .means.length === 1;
    });
    let right = 0, rows = 0;
    const two = percentOf(20, () => {
      let stormy = false;
      const states = column(() => Number(random() < 0.01 ? stormy = !stormy : stormy));
      const x = states.map((state) => (1 + 3 * state) * studentT());
      const fit = regimes(x, { ...options, orderBy: "variance" });
      if (fit.means.length !== 2) return false;
      const labels = regimeLabels(fit.probabilities, { minDwell: 1 });
      labels.forEach((label, row) => right += label === states[row] ? 1 : 0);
      rows += ROWS;
      return true;
    });
    return [
      shareClaim("regimes: a single t(5) column is one regime", one, 90, 100),
      shareClaim("regimes: a single pair with t(5) sides is one regime", pair, 90, 100),
      shareClaim("regimes: storms of four times the spread in t(5) are two", two, 90, 100),
      shareClaim("regimes: rows of those two labelled right, live", 100 * right / rows, 90, 100),
    ];
  },
};
