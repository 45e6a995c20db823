import { adf } from "../../../lib/stats/stationarity/adf.ts";
import { engleGranger } from "../../../lib/stats/stationarity/engle_granger.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, shareClaim } from "./claim.ts";

const ROWS = 120, SAMPLES = 250, BOOTSTRAP = 99;

/** Walks whose volatility falls to a fifth, or wanders. */
export const wildBootstrapSize: ClaimSource = {
  name: "wild-bootstrap-size",
  run(): Claim[] {
    const normal = gaussians(seededRandom(2_008));
    const markets = {
      "volatility falls to a fifth": () => {
        return Float64Array.from({ length: ROWS }, (_, t) => t < ROWS / 5 ? 5 : 1);
      },
      "log volatility wanders": () => {
        let log = 0;
        return Float64Array.from(
          { length: ROWS },
          () => Math.exp(log = 0.98 * log + 0.2 * normal()),
        );
      },
    };
    return Object.entries(markets).flatMap(([name, market]) => {
      const count = { adf: 0, wildAdf: 0, pair: 0, wildPair: 0 };
      for (let seed = 0; seed < SAMPLES; seed++) {
        const size = market();
        const [x, y] = [0, 1].map(() => {
          let level = 0;
          return size.map((step) => level += step * normal());
        }) as [Float64Array, Float64Array];
        const options = { bootstrap: BOOTSTRAP, seed, maxLag: 4 };
        const one = adf(x, options), two = engleGranger(y, [x], options);
        if (one.pvalue < 0.05) count.adf++;
        if (one.bootstrapPvalue < 0.05) count.wildAdf++;
        if (two.pvalue < 0.05) count.pair++;
        if (two.bootstrapPvalue < 0.05) count.wildPair++;
      }
      const percent = (value: number) => 100 * value / SAMPLES;
      const plain = (value: number) => `(without ${percent(value).toFixed(1)} %)`;
      return [
        shareClaim(`adf wild bootstrap, ${name} ${plain(count.adf)}`, percent(count.wildAdf), 0, 8),
        shareClaim(
          `engleGranger wild bootstrap, ${name} ${plain(count.pair)}`,
          percent(count.wildPair),
          0,
          8,
        ),
      ];
    });
  },
};
