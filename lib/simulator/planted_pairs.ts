import { HOUR, MINUTE } from "../model/time.ts";

/** How the price of one coin is tied to that of another: the plan of a pair, by base assets. */
export interface PairPlan {
  /** The coin whose price follows, and the one that it follows. */
  readonly y: string;
  readonly x: string;
  /** `log y = a + hedgeRatio · log x + spread`. */
  readonly hedgeRatio: number;
  /** Standard deviation of the spread, in log price. */
  readonly deviation: number;
  /** In which half of a distance from the mean is gone. */
  readonly halfLifeMs: number;
  /** The tie is cut at the model's break; from then on `y` walks by itself. */
  readonly breaks: boolean;
}

/** The pairs that are tied together. ETHUSDT and BTCUSDT are not: their correlation is all they have. */
export const PAIR_PLANS: readonly PairPlan[] = [
  {
    y: "AVAX",
    x: "SOL",
    hedgeRatio: 1.1,
    deviation: 0.004,
    halfLifeMs: 30 * MINUTE,
    breaks: false,
  },
  {
    y: "LINK",
    x: "LTC",
    hedgeRatio: 0.8,
    deviation: 0.005,
    halfLifeMs: 90 * MINUTE,
    breaks: false,
  },
  {
    y: "DOT",
    x: "ADA",
    hedgeRatio: 1,
    deviation: 0.004,
    halfLifeMs: 30 * MINUTE,
    breaks: true,
  },
];

/** Two coins that are closely correlated, and whose prices drift apart all the same. */
export const CORRELATED_PLAN = { y: "DOGE", x: "XRP", correlation: 0.9 } as const;

/** The break comes this long after the beginning, unless it is said when. */
export const BREAK_AFTER_MS = 36 * HOUR;

/** A pair of spot symbols, and what analytics should find of it. */
export type PlantedPair =
  | {
    readonly kind: "cointegrated";
    readonly y: string;
    readonly x: string;
    readonly hedgeRatio: number;
    readonly halfLifeMs: number;
    readonly deviation: number;
  }
  | {
    readonly kind: "broken";
    readonly y: string;
    readonly x: string;
    readonly hedgeRatio: number;
    readonly halfLifeMs: number;
    readonly deviation: number;
    /** Cointegrated before, epoch ms UTC; two walks from then on. */
    readonly breaksAt: number;
  }
  | {
    readonly kind: "correlated";
    readonly y: string;
    readonly x: string;
    /** Of their one-minute log returns. */
    readonly correlation: number;
  };

/** The planted pairs, priced in USDT. */
export function plantedPairs(breaksAt: number): PlantedPair[] {
  const symbol = (base: string) => `${base}USDT`;
  const tied = PAIR_PLANS.map(
    ({ y, x, hedgeRatio, halfLifeMs, deviation, breaks }): PlantedPair => {
      const pair = { y: symbol(y), x: symbol(x), hedgeRatio, halfLifeMs, deviation };
      return breaks ? { kind: "broken", ...pair, breaksAt } : { kind: "cointegrated", ...pair };
    },
  );
  const { y, x, correlation } = CORRELATED_PLAN;
  return [...tied, { kind: "correlated", y: symbol(y), x: symbol(x), correlation }];
}
