import type { AlertChange, RuleStatus } from "../model/alert.ts";
import type { DeliveryStatus } from "../model/delivery.ts";
import type { MarketEvent } from "./market_event.ts";

/**
 * The alerts of a market. They are judged in the turn in which a minute's result was made, so that they rest on just
 * the bars that it rests on; each change is emitted as an `alert` event right after the event that caused it.
 */
export interface MarketAlerts {
  /** Every rule, in the order of the configuration. */
  readonly rules: readonly RuleStatus[];
  /** What fired, was said again and resolved since the start, oldest first: the newest 1,000. */
  readonly history: readonly AlertChange[];
  /** How the channels fare and what became of messages; undefined where there are no channels. */
  readonly deliveries: DeliveryStatus | undefined;
  /**
   * Holds back the messages of a rule; it is judged as before.
   *
   * @param duration `"1h"`, `"30m"`, or local ms from now; 0 ends it.
   * @throws {RangeError} for an unknown rule, or a duration that is none.
   */
  mute(rule: string, duration: number | string): void;
  /** Keeps what was judged and sends at once what has not been tried: before an end, or a look at the receipts. */
  settle(): Promise<void>;
  /** Judges nothing more: minutes that still close are left to the next start. */
  stop(): void;
  /** Called by the market with each of its events. @returns what changed, to be emitted. */
  judge(event: MarketEvent): readonly AlertChange[];
}
