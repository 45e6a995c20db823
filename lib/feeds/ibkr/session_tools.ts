import type { MarketError } from "../../model/errors.ts";
import type { FeedContext } from "../feed.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { Gateway } from "./gateway.ts";
import type { HistoryBudget } from "./history_budget.ts";
import type { Requests } from "./requests.ts";

/** What the parts of one session share. */
export interface SessionTools {
  readonly context: FeedContext;
  readonly pace: Pace;
  readonly venueClock: VenueClock;
  readonly budget: HistoryBudget;
  readonly gateway: Gateway;
  readonly requests: Requests;
  /** A request id never used before, on this connection or an earlier one. */
  readonly freshId: () => number;
  /** Runs what a promise leads to; a defect in it ends the session instead of vanishing. */
  readonly guarded: (act: () => void) => void;
  /** Ends the session. */
  readonly end: (error: MarketError) => void;
}
