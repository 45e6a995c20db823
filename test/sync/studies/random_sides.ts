import type { Instrument } from "../../../lib/model/instrument.ts";
import { type MinuteGrid, MinuteStatus } from "../../../lib/model/minute_grid.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import type { StudySide } from "../../../lib/sync/studies/study.ts";

/** Two coins that trade in every minute, and how closely they move together in each. */
export interface RandomSidesOptions {
  readonly start: number;
  readonly minutes: number;
  readonly seed: number;
  /** Correlation in the minute that opens then. */
  readonly correlationAt: (time: number) => number;
}

/** Prices whose volatility both share and that clusters, so that their tails are fat. */
export function randomSides(options: RandomSidesOptions): [StudySide, StudySide] {
  const { start, minutes, seed, correlationAt } = options;
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const a = new Float64Array(minutes), b = new Float64Array(minutes);
  let heat = 0, logA = 4, logB = 7;
  for (let row = 0; row < minutes; row++) {
    heat = 0.99 * heat + 0.07 * normal();
    const r = correlationAt(start + row * MINUTE), common = normal();
    const step = 5e-4 * Math.exp(heat);
    logA += step * common;
    logB += step * (r * common + Math.sqrt(1 - r * r) * normal());
    a[row] = Math.exp(logA);
    b[row] = Math.exp(logB);
  }
  return [sideOf("AUSDT", start, a), sideOf("BUSDT", start, b)];
}

function sideOf(id: string, start: number, close: Float64Array): StudySide {
  const instrument: Instrument = {
    id,
    venue: "binance",
    kind: "crypto",
    exchange: "spot",
    currency: "USDT",
  };
  const { length } = close;
  const grid: MinuteGrid = {
    start,
    length,
    open: close,
    high: close,
    low: close,
    close,
    volume: new Float64Array(length).fill(1),
    status: new Uint8Array(length).fill(MinuteStatus.Stream),
    contract: new Uint8Array(length),
  };
  return { instrument, grid, allHours: grid };
}
