import type { Clock } from "../../runtime/clock.ts";
import { WeightBudget } from "./weight_budget.ts";

/** One budget a host, for every feed of the process: Binance counts by address, not by program. */
const budgets = new WeakMap<Clock, Map<string, WeightBudget>>();

/**
 * The budget that all users of `host` on this clock share.
 *
 * @param limit weight that the host allows in a minute.
 */
export function sharedBudget(clock: Clock, host: string, limit: number): WeightBudget {
  let ofClock = budgets.get(clock);
  if (ofClock === undefined) budgets.set(clock, ofClock = new Map());
  let budget = ofClock.get(host);
  if (budget === undefined) ofClock.set(host, budget = new WeightBudget({ limit }));
  return budget;
}
