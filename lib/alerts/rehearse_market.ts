import type { Market } from "../market/market.ts";
import { type Rehearsal, rehearse, type RehearseOptions } from "./rehearse.ts";
import { parseRule } from "./rule.ts";

/**
 * Rehearses rules on the minutes that a market holds: how often they would have fired, when and for how long.
 *
 * @param rules with the keys of the configuration: `{ name, metric, of, fire, … }`.
 * @throws {RangeError} naming rule, key and what to do.
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
  options: RehearseOptions = {},
): Rehearsal {
  const { instruments } = market;
  const history = instruments.map((instrument) => ({
    instrument,
    grid: market.minuteGrid(instrument.id),
    source: market.sourceOf(instrument.id),
  }));
  return rehearse(rules.map((rule) => parseRule(rule, { instruments })), history, options);
}
