import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { estimateOf } from "../../../lib/sync/estimate_of.ts";
import { PairWindow } from "../../../lib/sync/pair_window.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";
import { STRESSED_PAIRS } from "./markets.ts";

/** The interval of the live board and of `correlate`: both read it from a window of pairs. */
export const liveIntervals: ClaimSource = {
  name: "live-intervals",
  run(): Claim[] {
    return STRESSED_PAIRS.flatMap(([market, make]) =>
      [60, 250, 1_000].map((window) => {
        const normal = gaussians(seededRandom(190 + window)), r = 0.5;
        const percent = percentOf(1_500, () => {
          const { x, y } = make(window + 40, r, normal);
          const [lo, hi] = intervalAfter(x, y, window);
          return lo <= r && r <= hi;
        });
        return shareClaim(
          `the live board covers r ${r}, window ${window}, ${market}`,
          percent,
          93,
          97,
        );
      })
    );
  },
};

/** What is published when these returns have come in one by one. */
function intervalAfter(
  x: Float64Array,
  y: Float64Array,
  window: number,
): readonly [number, number] {
  const pairs = new PairWindow(window, window);
  x.forEach((value, row) => pairs.push(value, y[row]!, true));
  const estimate = estimateOf({
    ...pairs.estimate,
    expected: pairs.expected,
    needed: window,
    from: 0,
    to: 0,
    method: "",
    source: "simulated",
  });
  return estimate.kind === "ok" ? estimate.ci : [NaN, NaN];
}
