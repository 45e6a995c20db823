import { MINUTE } from "../../../lib/model/time.ts";
import { correlationByHourOfWeek } from "../../../lib/stats/correlation/hour_of_week.ts";
import { correlationBySession } from "../../../lib/stats/correlation/session_correlation.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";
import { fatPairs, STRESSED_PAIRS, unrelatedFatPairs } from "./markets.ts";

const MONDAY = Date.UTC(2026, 0, 26);
const HOURS = 168;

/** The intervals of session and hour-of-week cells, and how rare stars are where nothing is. */
export const cellIntervals: ClaimSource = {
  name: "cell-intervals",
  run(): Claim[] {
    const covered = STRESSED_PAIRS.flatMap(([market, make]) => {
      const normal = gaussians(seededRandom(200)), r = 0.5;
      // Five weekdays of 10 minute rows: some 170 a week in each of five cells.
      const sessions = coverageOf(r, 300, () => {
        const openTime = times(5 * 24 * 6, 10), { x, y } = make(openTime.length, r, normal);
        return Object.values(correlationBySession(openTime, x, y));
      });
      // Four weeks of 4 minute rows: 60 in each of 168 cells.
      const hours = coverageOf(r, 12, () => {
        const openTime = times(4 * HOURS * 15, 4), { x, y } = make(openTime.length, r, normal);
        return correlationByHourOfWeek(openTime, x, y);
      });
      return [
        shareClaim(`session cells cover r ${r}, ${market}`, sessions, 93, 97),
        shareClaim(`hour-of-week cells cover r ${r}, 60 pairs, ${market}`, hours, 93, 97),
      ];
    });
    return [...covered, ...starClaims()];
  },
};

function times(rows: number, minutes: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => MONDAY + i * minutes * MINUTE);
}

/** Share of cells with a value whose interval holds `r`, in percent. */
function coverageOf(
  r: number,
  samples: number,
  cellsOf: () => readonly { value: number; lo: number; hi: number }[],
): number {
  let inside = 0, cells = 0;
  for (let sample = 0; sample < samples; sample++) {
    for (const { value, lo, hi } of cellsOf()) {
      if (Number.isNaN(value)) continue;
      cells++;
      if (lo <= r && r <= hi) inside++;
    }
  }
  return 100 * inside / cells;
}

function starClaims(): Claim[] {
  const makers = [
    ["unrelated t(4) sides", unrelatedFatPairs],
    ["joint t(4) without correlation", (n: number, normal: () => number) => fatPairs(n, 0, normal)],
  ] as const;
  return makers.map(([market, make]) => {
    const normal = gaussians(seededRandom(210));
    const percent = percentOf(400, () => {
      const openTime = times(10 * HOURS * 6, 10), { x, y } = make(openTime.length, normal);
      return correlationByHourOfWeek(openTime, x, y).some(({ stars }) => stars > 0);
    });
    return shareClaim(`hour-of-week maps with a star, ${market}`, percent, 0, 5);
  });
}
