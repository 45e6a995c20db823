/** Trades of one coin at venues that are made here, by which what is said of venues is judged. */
import { HOUR, SECOND } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import type { SecondPrices } from "../../lib/sync/studies/second_prices.ts";
import { FROM } from "../sync/studies/simulated_sides.ts";

/** Length of a market. */
export const HOURS = 2;

/** One venue of a market that is made here. */
export interface MadeVenue {
  /** How much later than the efficient price, ms. */
  readonly lagMs: number;
  /** Mean time between trades, ms. */
  readonly everyMs: number;
  /** Half of the bid–ask spread, basis points. */
  readonly bounceBp: number;
  /** Size of a tick, basis points. */
  readonly tickBp: number;
  /** Whether its price is its own. @default that of all */
  readonly isApart?: boolean;
}

export const BUSY: MadeVenue = { lagMs: 0, everyMs: 700, bounceBp: 0.3, tickBp: 0.1 };
export const QUIET: MadeVenue = { lagMs: 0, everyMs: 6_000, bounceBp: 1, tickBp: 0.1 };
export const COARSE: MadeVenue = { lagMs: 0, everyMs: 1_500, bounceBp: 0.5, tickBp: 1 };

/** Draws of a seed. */
export interface Random {
  readonly uniform: () => number;
  readonly normal: () => number;
}

export function randomOf(seed: number): Random {
  const uniform = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Log prices in steps of a tenth of a second: shocks are t with 4 degrees, the volatility clusters over minutes. */
function efficientPrices({ normal }: Random, heat: Float64Array): Float64Array {
  let log = 11;
  return heat.map((hot) => {
    const chi = (normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2) / 4;
    return log += 2e-5 * Math.exp(hot) * normal() / Math.sqrt(2 * chi);
  });
}

const STEP_MS = 100;
const STEPS = HOURS * HOUR / STEP_MS;

/** Seconds of each venue of one market. */
export function madeMarket(seed: number, venues: readonly MadeVenue[]): SecondPrices[] {
  const random = randomOf(seed);
  let hot = 0;
  const heat = Float64Array.from(
    { length: STEPS },
    () => hot = 0.9995 * hot + 0.016 * random.normal(),
  );
  const shared = efficientPrices(random, heat);
  return venues.map((venue) => {
    const price = venue.isApart === true ? efficientPrices(random, heat) : shared;
    return secondsOf(price, venue, random);
  });
}

function secondsOf(
  price: Float64Array,
  { lagMs, everyMs, bounceBp, tickBp }: MadeVenue,
  { uniform }: Random,
): SecondPrices {
  const seconds = new Map<number, number>();
  for (let time = 20 * SECOND; time < HOURS * HOUR; time += -everyMs * Math.log(1 - uniform())) {
    const standing = price[Math.floor((time - lagMs) / STEP_MS)]!;
    const traded = standing + (uniform() < 0.5 ? -1 : 1) * bounceBp / 1e4;
    const tick = tickBp / 1e4;
    seconds.set(
      FROM + Math.floor(time / SECOND) * SECOND + SECOND,
      Math.round(traded / tick) * tick,
    );
  }
  return {
    time: Float64Array.from(seconds.keys()),
    price: Float64Array.from(seconds.values()),
  };
}
