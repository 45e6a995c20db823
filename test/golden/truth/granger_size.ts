import { granger } from "../../../lib/stats/stationarity/granger.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, shareClaim } from "./claim.ts";
import { sharedGarchPairs, sharedVolatilityPairs } from "./markets.ts";

const MARKETS = [
  ["shared GARCH(.12,.86)", sharedGarchPairs],
  ["shared log-volatility sd 0.5", sharedVolatilityPairs(0.5)],
  ["shared log-volatility sd 1", sharedVolatilityPairs(1)],
] as const;

/** How often `granger` finds causality at 5 % where two sides share a volatility and nothing else. */
export const grangerSize: ClaimSource = {
  name: "granger-size",
  run(): Claim[] {
    return MARKETS.flatMap(([market, make]) =>
      ([[500, 5_000], [2_000, 1_500]] as const).flatMap(([n, samples]) => {
        const normal = gaussians(seededRandom(240 + n));
        const random = seededRandom(n);
        let hc3 = 0, wild = 0, f = 0;
        for (let sample = 0; sample < samples; sample++) {
          const { x, y } = make(n, 0, normal);
          const found = granger(y, x, { wild: { replications: 199, random } });
          if (found.fTest.pvalue < 0.05) f++;
          if (found.hc3Test.pvalue < 0.05) hc3++;
          if (found.wildTest!.pvalue <= 0.05) wild++;
        }
        const share = (count: number) => 100 * count / samples;
        const against = `${market}, n ${n} (F ${share(f).toFixed(1)} %)`;
        return [
          shareClaim(`granger by HC3 rejects, ${against}`, share(hc3), 4, 6),
          shareClaim(`granger by wild signs rejects, ${against}`, share(wild), 4, 6),
        ];
      })
    );
  },
};
