import type { Clock } from "../../runtime/clock.ts";
import { DialBudget, type DialBudgetOptions } from "./dial_budget.ts";
import { WeightBudget, type WeightBudgetOptions } from "./weight_budget.ts";

/** One budget a host, for every feed of the process: venues count by address, not by program. */
const weights = new WeakMap<Clock, Map<string, WeightBudget>>();
const dials = new WeakMap<Clock, Map<string, DialBudget>>();

/**
 * The budget of requests that all users of `host` on this clock share.
 *
 * @param limits weight that the host allows in a window.
 */
export function sharedBudget(
  clock: Clock,
  host: string,
  limits: WeightBudgetOptions,
): WeightBudget {
  return shared(weights, clock, host, () => new WeightBudget(limits));
}

/** The budget of connections that all who dial `host` on this clock share. */
export function sharedDials(clock: Clock, host: string, limits: DialBudgetOptions): DialBudget {
  return shared(dials, clock, host, () => new DialBudget(limits));
}

function shared<T>(
  budgets: WeakMap<Clock, Map<string, T>>,
  clock: Clock,
  host: string,
  make: () => T,
): T {
  let ofClock = budgets.get(clock);
  if (ofClock === undefined) budgets.set(clock, ofClock = new Map());
  let budget = ofClock.get(host);
  if (budget === undefined) ofClock.set(host, budget = make());
  return budget;
}
