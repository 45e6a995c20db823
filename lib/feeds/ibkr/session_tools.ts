import { SECOND } from "../../model/time.ts";
import type { MarketError } from "../../model/errors.ts";
import type { FeedContext } from "../feed.ts";
import type { Pace } from "../pace.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { Gateway } from "./gateway.ts";
import type { CompetingSession } from "./competing_session.ts";
import type { HistoryBudget } from "./history_budget.ts";
import type { Asking } from "./requests.ts";

/** What the parts of one session share. */
export interface SessionTools {
  readonly context: FeedContext;
  readonly pace: Pace;
  readonly venueClock: VenueClock;
  readonly budget: HistoryBudget;
  readonly competing: CompetingSession;
  readonly gateway: Gateway;
  readonly requests: Asking;
  /** A request id never used before, on this connection or an earlier one. */
  readonly freshId: () => number;
  /** Runs what a promise leads to; a defect in it ends the session instead of vanishing. */
  readonly guarded: (act: () => void) => void;
  /** Ends the session. */
  readonly end: (error: MarketError) => void;
}

/** What is stamped further ahead of the venue's clock than this is damaged, venue ms. */
const MAX_AHEAD_MS = 30 * SECOND;
/** The same, for high speeds, on the local clock. */
const MAX_AHEAD_LOCAL_MS = 500;

/** The latest venue time that anything just received can be stamped with. */
export function latestPossible({ venueClock, context: { speed } }: SessionTools): number {
  const aheadMs = Math.max(MAX_AHEAD_MS, MAX_AHEAD_LOCAL_MS * speed);
  return venueClock.estimate() + venueClock.uncertaintyMs() + aheadMs;
}
