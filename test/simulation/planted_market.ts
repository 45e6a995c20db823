/** Markets in which one thing is planted, or nothing: minutes of sides that share a volatility which clusters. */
import type { Instrument } from "../../lib/model/instrument.ts";
import { type MinuteGrid, MinuteStatus } from "../../lib/model/minute_grid.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { type StudyMinutes, studyScope } from "../../lib/sync/studies/study_scope.ts";
import type { StudyQuery, StudyScope } from "../../lib/sync/studies/study.ts";

/** Monday, midnight UTC. */
export const PLANTED_FROM = Date.UTC(2026, 0, 5);

/** What two sides share. Without more than a correlation nothing is planted. */
export interface Plant {
  /** Of one-minute returns, by time and by how hot the market is (0 on average, about 0.5 either way). */
  readonly correlation: (time: number, heat: number) => number;
  /** Share of the first side's return of so many minutes ago that the second repeats. @default none */
  readonly echo?: { readonly minutes: number; readonly share: number };
  /** Chance of a minute in which both fall by six times what is usual. @default 0 */
  readonly crashes?: number;
  /** Minutes in which the first side alone moves, in units of its usual step. @default none */
  readonly apart?: (time: number) => number;
  /** Factor of the volatility. @default 1 */
  readonly storm?: (time: number) => number;
}

export function normalOf(seed: number): { normal: () => number; uniform: () => number } {
  const uniform = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { normal, uniform };
}

/** Two coins that trade in every minute. */
export function plantedPair(seed: number, days: number, plant: Plant): StudyMinutes[] {
  const minutes = days * DAY / MINUTE, { normal, uniform } = normalOf(seed);
  const { correlation, echo, crashes = 0, apart, storm } = plant;
  const a = new Float64Array(minutes), b = new Float64Array(minutes);
  const past: number[] = [];
  let heat = 0, logA = 4, logB = 7;
  for (let row = 0; row < minutes; row++) {
    const time = PLANTED_FROM + row * MINUTE;
    heat = 0.99 * heat + 0.07 * normal();
    const r = correlation(time, heat), common = normal(), own = normal();
    const step = 5e-4 * Math.exp(heat) * (storm?.(time) ?? 1);
    const fall = crashes > 0 && uniform() < crashes ? -6 : 0;
    const moveA = step * (common + fall + (apart?.(time) ?? 0));
    const echoed = echo === undefined ? 0 : echo.share * (past.at(-echo.minutes) ?? 0);
    const moveB = step * (r * common + Math.sqrt(1 - r * r) * own + fall) + echoed;
    past.push(moveA);
    logA += moveA;
    logB += moveB;
    a[row] = Math.exp(logA);
    b[row] = Math.exp(logB);
  }
  return [minutesOf("AUSDT", a), minutesOf("BUSDT", b)];
}

/** Coins of which those of one cluster share a factor; clusters of one are alone. */
export function plantedClusters(
  seed: number,
  days: number,
  sizes: readonly number[],
  within: number,
): StudyMinutes[] {
  const minutes = days * DAY / MINUTE, { normal } = normalOf(seed);
  const places = sizes.flatMap((size, cluster) => new Array<number>(size).fill(cluster));
  const columns = places.map(() => new Float64Array(minutes));
  const levels = places.map(() => 4);
  let heat = 0;
  for (let row = 0; row < minutes; row++) {
    heat = 0.99 * heat + 0.07 * normal();
    const factors = sizes.map(normal), step = 5e-4 * Math.exp(heat);
    places.forEach((cluster, i) => {
      const shock = Math.sqrt(within) * factors[cluster]! + Math.sqrt(1 - within) * normal();
      levels[i]! += step * shock;
      columns[i]![row] = Math.exp(levels[i]!);
    });
  }
  // Dealt out, so that no order is there to begin with.
  const half = Math.ceil(columns.length / 2);
  const dealt = columns.map((_, i) => i % 2 === 0 ? i / 2 : half + (i - 1) / 2);
  return dealt.map((place) => minutesOf(`C${places[place]}X${place}USDT`, columns[place]!));
}

/** The newest days of them. */
export function plantedScope(sides: readonly StudyMinutes[], query: StudyQuery): StudyScope {
  return studyScope(sides, query);
}

export function minutesOf(id: string, close: Float64Array): StudyMinutes {
  const instrument: Instrument = {
    id,
    venue: "binance",
    kind: "crypto",
    exchange: "spot",
    currency: "USDT",
  };
  const { length } = close;
  const grid: MinuteGrid = {
    start: PLANTED_FROM,
    length,
    open: close,
    high: close,
    low: close,
    close,
    volume: new Float64Array(length).fill(1),
    status: new Uint8Array(length).fill(MinuteStatus.Stream),
    contract: new Uint8Array(length),
  };
  return { instrument, grid };
}
