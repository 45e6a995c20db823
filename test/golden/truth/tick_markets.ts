import type { Normal } from "./markets.ts";

/** Times and log prices of two sides. */
export type TickColumns = [Float64Array, Float64Array, Float64Array, Float64Array];

export interface TickMarket {
  readonly seconds: number;
  /** Ticks a second of each side, at random times. */
  readonly rates: readonly [number, number];
  /** Correlation of the moves. */
  readonly r: number;
  /** sd of the logarithm of the volatility that both share, which wanders over about a minute. */
  readonly logVolatility?: number;
  /** Half spread that trades bounce by, in moves of one second. */
  readonly bounce?: number;
  /** The second side repeats the first's moves so much later. */
  readonly leadMs?: number;
  /** Tick sizes that prices are rounded to, in moves of one second; only changes are then reported. */
  readonly tickSizes?: readonly [number, number];
}

/** Steps of the planted prices, ms. */
const STEP_MS = 20;

/** Ticks of two sides whose true prices wander together. */
export function tickMarket(
  { seconds, rates, r, logVolatility = 0, bounce = 0, leadMs = 0, tickSizes }: TickMarket,
  random: () => number,
  normal: Normal,
): TickColumns {
  const steps = Math.round(1_000 * seconds / STEP_MS), own = Math.sqrt(1 - r * r);
  const x = new Float64Array(steps + 1), y = new Float64Array(steps + 1);
  const keep = Math.exp(-STEP_MS / 60_000), unit = 1e-4 * Math.sqrt(STEP_MS / 1_000);
  let log = logVolatility * normal();
  for (let i = 1; i <= steps; i++) {
    log = keep * log + Math.sqrt(1 - keep * keep) * logVolatility * normal();
    const sd = unit * Math.exp(log), move = normal();
    x[i] = x[i - 1]! + sd * move;
    y[i] = y[i - 1]! + sd * (r * move + own * normal());
  }
  const side = (prices: Float64Array, which: 0 | 1, delayMs: number) => {
    const times: number[] = [], seen: number[] = [];
    const tick = tickSizes === undefined ? 0 : 1e-4 * tickSizes[which];
    let time = 0;
    for (;;) {
      time += -1_000 / rates[which] * Math.log(1 - random());
      if (time >= 1_000 * seconds) break;
      const noise = bounce === 0 ? 0 : 1e-4 * bounce * (random() < 0.5 ? -1 : 1);
      const price = prices[Math.floor(time / STEP_MS)]! + noise;
      const shown = tick === 0 ? price : tick * Math.round(price / tick);
      if (tick !== 0 && shown === seen.at(-1)) continue;
      times.push(time + delayMs);
      seen.push(shown);
    }
    return [Float64Array.from(times), Float64Array.from(seen)] as const;
  };
  return [...side(x, 0, 0), ...side(y, 1, leadMs)];
}
