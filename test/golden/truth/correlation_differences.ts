import { correlationDifference } from "../../../lib/stats/correlation/correlation_difference.ts";
import { pearson } from "../../../lib/stats/correlation/pearson.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";
import { STRESSED_PAIRS } from "./markets.ts";

/** How often `correlationDifference` finds none between stretches of one market: 95 % of the time. */
export const correlationDifferences: ClaimSource = {
  name: "correlation-differences",
  run(): Claim[] {
    return STRESSED_PAIRS.flatMap(([market, make]) =>
      ([[60, 250], [250, 1_000]] as const).flatMap(([short, long]) => {
        const normal = gaussians(seededRandom(220 + short)), r = 0.5;
        const percent = (rows: "independent" | "nested") =>
          percentOf(1_500, () => {
            const { x, y } = make(short + long, r, normal);
            const from = rows === "independent" ? long : short + long - short;
            const recent = pearson(x.subarray(from), y.subarray(from));
            const other = rows === "independent"
              ? pearson(x.subarray(0, long), y.subarray(0, long))
              : pearson(x.subarray(short), y.subarray(short));
            return correlationDifference(recent, other, rows).pvalue >= 0.05;
          });
        return (["independent", "nested"] as const).map((rows) =>
          shareClaim(
            `correlationDifference finds none, ${rows} ${short} and ${long}, ${market}`,
            percent(rows),
            93,
            97,
          )
        );
      })
    );
  },
};
