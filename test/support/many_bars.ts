/** Minute bars of as many coins as one wants, for a market far wider than the model's. */
import { MINUTE } from "../../lib/model/time.ts";
import type { SimulatedBar } from "../../lib/simulator/truth.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";

/** What is made. */
export interface ManyBarsOptions {
  readonly count: number;
  /** Open time of the first minute, epoch ms UTC. */
  readonly start: number;
  readonly minutes: number;
  /** Groups of coins that share a factor beside the market's. @default 5 */
  readonly groups?: number;
  /** @default 7 */
  readonly seed?: number;
}

/** The bars of one coin. */
export interface CoinBars {
  readonly symbol: string;
  /** Coins of one group move together more than with the others. */
  readonly group: number;
  readonly rows: readonly SimulatedBar[];
}

/** What each kind of shock moves a price by, as a deviation a minute. */
const MARKET = 4e-4;
const GROUP = 4e-4;
const OWN = 5e-4;

/** Coins `C00USDT`, `C01USDT`, … that follow one market, one group each, and themselves. */
export function manyBars(options: ManyBarsOptions): CoinBars[] {
  const { count, start, minutes, groups = 5, seed = 7 } = options;
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const coins = Array.from({ length: count }, (_, i) => ({
    symbol: `C${String(i).padStart(2, "0")}USDT`,
    group: i % groups,
    rows: [] as SimulatedBar[],
  }));
  const closes = coins.map((_, i) => 10 * (i + 1));
  for (let minute = 0; minute < minutes; minute++) {
    const market = MARKET * normal();
    const shared = Array.from({ length: groups }, () => GROUP * normal());
    for (const [i, { group, rows }] of coins.entries()) {
      const open = closes[i]!;
      const close = rounded(open * Math.exp(market + shared[group]! + OWN * normal()));
      closes[i] = close;
      rows.push({
        openTime: start + minute * MINUTE,
        open,
        high: rounded(Math.max(open, close) * (1 + OWN / 4)),
        low: rounded(Math.min(open, close) * (1 - OWN / 4)),
        close,
        volume: rounded(5 + 10 * random()),
        trades: 4,
        vwap: (open + close) / 2,
      });
    }
  }
  return coins;
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** The bars of a coin as `deno task simulate --bars` reads them. */
export function barsCsv({ rows }: CoinBars): string {
  const lines = rows.map(({ openTime, open, high, low, close, volume }) =>
    [openTime, open, high, low, close, volume].join()
  );
  return ["openTime,open,high,low,close,volume", ...lines].join("\n") + "\n";
}
