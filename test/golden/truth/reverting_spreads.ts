import { halfLife } from "../../../lib/stats/stationarity/half_life.ts";
import { hedgeInterval } from "../../../lib/stats/regression/hedge_interval.ts";
import { ols } from "../../../lib/stats/regression/ols.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { revertingPair } from "../../stats/reverting_pair.ts";
import { type Claim, type ClaimSource, shareClaim } from "./claim.ts";

const SAMPLES = 800, BETA = 1.5;

/** Half-lives and hedge ratios of pairs whose spread reverts, slowly and very slowly. */
export const revertingSpreads: ClaimSource = {
  name: "reverting-spreads",
  run(): Claim[] {
    return [250, 1_000].flatMap((rows) => [0.9, 0.97, 0.995].flatMap((phi) => judge(rows, phi)));
  },
};

function judge(rows: number, phi: number): Claim[] {
  const normal = gaussians(seededRandom(Math.round(1_000 * phi) + rows));
  const truth = -Math.LN2 / Math.log(phi);
  const covered = { known: 0, fitted: 0, either: 0, hedge: 0, plain: 0 };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { x, y, spread } = revertingPair(rows, phi, normal);
    const line = ols(y, [x]);
    const holds = ({ lo, hi }: { lo: number; hi: number }, value: number) => {
      return lo <= value && value <= hi ? 1 : 0;
    };
    covered.known += holds(halfLife(spread, { fitted: 0 }), truth);
    covered.fitted += holds(halfLife(line.resid, { fitted: 1 }), truth);
    covered.either += holds(halfLife(line.resid), truth);
    covered.hedge += holds(hedgeInterval(y, x), BETA);
    const [lo, hi] = line.confInt[1]!;
    covered.plain += holds({ lo, hi }, BETA);
  }
  const percent = (count: number) => 100 * count / SAMPLES;
  const where = `phi ${phi}, n ${rows}`;
  const plain = `(least squares ${percent(covered.plain).toFixed(1)} %)`;
  return [
    shareClaim(`halfLife covers, known spread, ${where}`, percent(covered.known), 92, 100),
    shareClaim(`halfLife covers, fitted spread, ${where}`, percent(covered.fitted), 92, 100),
    shareClaim(`halfLife covers, fitted unsaid, ${where}`, percent(covered.either), 92, 100),
    shareClaim(`hedgeInterval covers, ${where} ${plain}`, percent(covered.hedge), 93, 100),
  ];
}
