import { leadLag, type LeadLagOptions } from "../../../lib/stats/ticks/lead_lag.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { gaussians } from "../../stats/gaussian_pairs.ts";
import { type Claim, type ClaimSource, percentOf, shareClaim } from "./claim.ts";
import { type TickMarket, tickMarket } from "./tick_markets.ts";

const BY_100_MS = lagsTo(5_000, 100);

/** Leaders that `leadLag` names where there is none, and those that it finds. */
export const leadLagVerdicts: ClaimSource = {
  name: "lead-lag-verdicts",
  run: (): Claim[] => [
    ...unrelatedMarkets(),
    ...marketsThatMoveTogether(),
    ...feedsOfChanges(),
    ...plantedLeads(),
  ],
};

function lagsTo(furthest: number, step: number): Float64Array {
  return Float64Array.from({ length: 2 * furthest / step + 1 }, (_, i) => i * step - furthest);
}

interface Trial extends Pick<LeadLagOptions, "lagsMs" | "reports"> {
  readonly market: TickMarket;
  readonly samples: number;
  /** A leader counts only when its lag is this near the planted one, ms. */
  readonly within?: number;
}

/** Share of markets in which a leader is named, in percent. */
function named({ market, samples, lagsMs = BY_100_MS, reports = "all", within }: Trial): number {
  const random = seededRandom(260), normal = gaussians(seededRandom(261));
  return percentOf(samples, () => {
    const columns = tickMarket(market, random, normal);
    const band = { replications: 199, random };
    const { verdict, lagMs } = leadLag(...columns, { lagsMs, reports, band });
    if (!verdict.endsWith("leads")) return false;
    return within === undefined || Math.abs(lagMs - (market.leadMs ?? 0)) <= within;
  });
}

function unrelatedMarkets(): Claim[] {
  return [5, 20].flatMap((rate) =>
    [0, 0.5, 1].map((logVolatility) => {
      const market: TickMarket = { seconds: 60, rates: [rate, rate], r: 0, logVolatility };
      return shareClaim(
        `leadLag names a leader, unrelated, ${rate}/s, shared log-volatility sd ${logVolatility}`,
        named({ market, samples: 500 }),
        0,
        6,
      );
    })
  );
}

function marketsThatMoveTogether(): Claim[] {
  return ([[0.5, 20], [20, 0.5], [1, 2], [2, 1]] as const).flatMap((rates) =>
    [0, 1].map((bounce) => {
      const market: TickMarket = { seconds: 300, rates, r: 0.8, bounce, logVolatility: 0.5 };
      return shareClaim(
        `leadLag names a leader, together, ${rates[0]}/s and ${rates[1]}/s, bounce ${bounce}`,
        named({ market, samples: 300 }),
        0,
        6,
      );
    })
  );
}

function feedsOfChanges(): Claim[] {
  return ([[0.5, 3], [3, 0.5]] as const).flatMap((tickSizes) => {
    const market: TickMarket = { seconds: 300, rates: [10, 10], r: 0.9, tickSizes };
    const trial = { market, lagsMs: lagsTo(10_000, 250), samples: 200 };
    const what = `together, only changes, ticks ${tickSizes[0]} and ${tickSizes[1]}`;
    return [
      shareClaim(
        `leadLag as of changes names a leader, ${what}`,
        named({ ...trial, reports: "changes" }),
        0,
        6,
      ),
      // Documented, and the reason for the other form.
      shareClaim(`leadLag as of all reports is misled, ${what}`, named(trial), 6, 100),
    ];
  });
}

function plantedLeads(): Claim[] {
  const planted = ([200, -200, 1_000, -4_000] as const).map((leadMs) => {
    const market: TickMarket = { seconds: 300, rates: [5, 5], r: 0.8, logVolatility: 0.5, leadMs };
    const found = named({ market, samples: 150, within: 100 });
    return shareClaim(`leadLag finds a lead of ${leadMs} ms, 5/s`, found, 90, 100);
  });
  const market: TickMarket = { seconds: 3_600, rates: [0.5, 0.5], r: 0.6, leadMs: 180_000 };
  const slow = named({ market, samples: 60, lagsMs: lagsTo(300_000, 5_000), within: 5_000 });
  return [...planted, shareClaim("leadLag finds a lead of 180000 ms, 0.5/s", slow, 90, 100)];
}
