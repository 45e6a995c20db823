import { SessionClock } from "../calendar/market_sessions.ts";
import type { RuleHours } from "../model/alert.ts";

const CLOCKS = {
  us: new SessionClock("us"),
  europe: new SessionClock("europe"),
  asia: new SessionClock("asia"),
};

/**
 * Whether a rule is judged at a time. The cash hours of a region know no holidays.
 *
 * @param isOpen asked for `open` only: whether every market of the rule trades.
 */
export function isDuring(hours: RuleHours, time: number, isOpen: () => boolean): boolean {
  switch (hours) {
    case "always":
      return true;
    case "open":
      return isOpen();
    default:
      return CLOCKS[hours].isOpen(time);
  }
}
