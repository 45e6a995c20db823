import type { BusFigures } from "../bus/bus_gauge.ts";
import type { Config } from "../feeds/config.ts";
import type { Market } from "../market/market.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { StoreOfMarket } from "../store/store_of.ts";
import type { AlertLog } from "./alert_log.ts";
import type { MarketChanges } from "./market_changes.ts";
import type { AnswerTimes } from "./answer_times.ts";
import type { BarRows } from "./bar_rows.ts";
import { ApiProblem } from "./problem.ts";

/** What every route may read. */
export interface ApiContext {
  readonly market: Market;
  readonly config: Config;
  /** Venue seconds per local second. */
  readonly speed: number;
  /** The machine's. */
  readonly clock: Clock;
  readonly log: Log;
  readonly changes: MarketChanges;
  readonly alerts: AlertLog;
  /** Bars that the market holds, as text. */
  readonly rows: BarRows;
  /** Keeps what was changed about the rules for the next run. @throws {ApiProblem} where the store refuses. */
  readonly keepRules: () => Promise<void>;
  /** Undefined where bars are kept in memory alone. */
  readonly store: StoreOfMarket | undefined;
  /** Figures of the API itself, for `metrics`. */
  readonly figures: () => Readonly<Record<string, number>>;
  /** The configured broker; undefined where there is none. Resolves to undefined where it is away. */
  readonly bus: (() => Promise<BusFigures | undefined>) | undefined;
  /** How long the answers took that had to be made. */
  readonly times: AnswerTimes;
  /** The OpenAPI document. */
  readonly document: () => object;
}

/** @param pointer where the request names it. @throws {ApiProblem} 404 naming those that are followed. */
export function instrumentIn(
  { market }: Pick<ApiContext, "market">,
  id: string,
  pointer = "/path/id",
): Instrument {
  const found = market.instruments.find((instrument) => instrument.id === id);
  if (found !== undefined) return found;
  const followed = market.instruments.map((one) => one.id).join(", ");
  const rule = followed === "" ? "must be followed, and nothing is" : `must be one of ${followed}`;
  throw new ApiProblem(404, {
    detail: `No instrument of that id is followed here: it ${rule}.`,
    errors: [{ pointer, rule, value: id.slice(0, 80) }],
  });
}

/** @throws {ApiProblem} 404 naming the pairs there are. */
export function assertPair({ market }: Pick<ApiContext, "market">, pair: string): void {
  if (market.pairs.some(({ name }) => name === pair)) return;
  const followed = market.pairs.map(({ name }) => name).join(", ");
  const rule = followed === "" ? "must be followed, and none is" : `must be one of ${followed}`;
  throw new ApiProblem(404, {
    detail: `No such pair is followed here: it ${rule}.`,
    errors: [{ pointer: "/query/pair", rule, value: pair.slice(0, 80) }],
  });
}
