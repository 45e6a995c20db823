import { dcc } from "../../../lib/stats/dynamics/dcc.ts";
import { garch } from "../../../lib/stats/dynamics/garch.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";

const ROWS = 1_500;

/** Dynamics are found where they were planted, and nowhere else. */
export const dynamics: ClaimSource = {
  name: "dynamics",
  run(): Claim[] {
    const normal = gaussians(seededRandom(71));
    const t5 = () => {
      let square = 0;
      for (let i = 0; i < 5; i++) square += normal() ** 2;
      return normal() / Math.sqrt(square / 5) * Math.sqrt(3 / 5);
    };
    const column = (of: () => number) => Float64Array.from({ length: ROWS }, of);
    const still = percentOf(300, () => garch(column(t5)).hasDynamics);
    const moving = percentOf(100, () => {
      let h = 1;
      return garch(column(() => {
        const value = Math.sqrt(h) * t5();
        h = 0.05 + 0.08 * value * value + 0.87 * h;
        return value;
      })).hasDynamics;
    });
    /** A pair with GARCH sides whose correlation follows DCC(a, b). */
    const pair = (a: number, b: number) => {
      let q = [1, 0.5, 1], h = [1, 1];
      const x = new Float64Array(ROWS), y = new Float64Array(ROWS);
      for (let row = 0; row < ROWS; row++) {
        const r = q[1]! / Math.sqrt(q[0]! * q[2]!);
        const u = normal(), v = r * u + Math.sqrt(1 - r * r) * normal();
        x[row] = Math.sqrt(h[0]!) * u;
        y[row] = Math.sqrt(h[1]!) * v;
        h = [x[row]!, y[row]!].map((value, i) => 0.05 + 0.08 * value * value + 0.87 * h[i]!);
        const c = 1 - a - b;
        q = [c + a * u * u + b * q[0]!, c * 0.5 + a * u * v + b * q[1]!, c + a * v * v + b * q[2]!];
      }
      return [x, y];
    };
    const constant = percentOf(150, () => dcc(pair(0, 0)).hasDynamics);
    let found = 0, coveredA = 0, coveredB = 0, known = 0;
    for (let sample = 0; sample < 100; sample++) {
      const fit = dcc(pair(0.05, 0.9));
      if (fit.hasDynamics) found++;
      if (Number.isNaN(fit.bse.a)) continue;
      known++;
      if (Math.abs(fit.a - 0.05) < 1.96 * fit.bse.a) coveredA++;
      if (Math.abs(fit.b - 0.9) < 1.96 * fit.bse.b) coveredB++;
    }
    return [
      shareClaim("garch: t(5) returns without memory have dynamics", still, 0, 6),
      shareClaim("garch: GARCH(.08, .87) of t(5) has them", moving, 90, 100),
      shareClaim("dcc: a constant correlation of GARCH sides has dynamics", constant, 0, 6),
      shareClaim("dcc: DCC(.05, .9) has them", found, 75, 100),
      shareClaim("dcc: errors are known", known, 85, 100),
      shareClaim("dcc: a of .05 within 1.96 errors", 100 * coveredA / known, 88, 99),
      shareClaim("dcc: b of .9 within 1.96 errors", 100 * coveredB / known, 85, 99),
    ];
  },
};
