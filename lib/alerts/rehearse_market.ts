import type { Market } from "../market/market.ts";
import type { Rehearsal, RehearsedTrades, RehearseOptions } from "./rehearsal.ts";
import { rehearse } from "./rehearse.ts";
import { parseRule } from "./rule.ts";

/** Options of {@link rehearseAlerts}. */
export interface RehearseAlertsOptions extends RehearseOptions {
  /** Trades of an instrument, for rules of `timeframe: tick`; as a store's `trades` gives them. @default none */
  readonly trades?: Readonly<Record<string, RehearsedTrades>>;
}

/**
 * Rehearses rules on the minutes that a market holds: how often they would have fired, when and for how long.
 *
 * @param rules with the keys of the configuration: `{ name, metric, of, fire, … }`.
 * @throws {RangeError} naming rule, key and what to do; for more columns or alerts than can be held too.
 *
 * @example
 * ```ts ignore
 * const { rules } = rehearseAlerts(market, [
 *   { name: "wide", metric: "zscore", of: "ETHUSDT/BTCUSDT", fire: "beyond 2" },
 * ]);
 * rules[0]!.excursions.length;
 * ```
 */
export function rehearseAlerts(
  market: Pick<Market, "instruments" | "minuteGrid" | "sourceOf">,
  rules: readonly object[],
  { trades = {}, ...options }: RehearseAlertsOptions = {},
): Rehearsal {
  const { instruments } = market;
  const history = instruments.map((instrument) => ({
    instrument,
    grid: market.minuteGrid(instrument.id),
    source: market.sourceOf(instrument.id),
    trades: Object.hasOwn(trades, instrument.id) ? trades[instrument.id] : undefined,
  }));
  return rehearse(rules.map((rule) => parseRule(rule, { instruments })), history, options);
}
