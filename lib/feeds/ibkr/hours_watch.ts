import type { TradingCalendar } from "../../calendar/calendar.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { StreamState } from "../feed.ts";
import type { Liveness } from "./liveness.ts";
import type { SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Delayed data begins that much later than its market. Source: CME, delayed data: 10 to 15 minutes. */
export const DELAY_MS = 15 * MINUTE;

export interface HoursWatchOptions {
  readonly tools: SessionTools;
  readonly record: StreamRecord;
  readonly setState: (state: StreamState) => void;
}

/**
 * Holds a stream against the hours of its market: in a closed market no data is due, in an open one silence is
 * judged, and where nobody has said which of both it is, silence is `unknown`.
 */
export class HoursWatch {
  readonly #options: HoursWatchOptions;

  constructor(options: HoursWatchOptions) {
    this.#options = options;
  }

  /** @param calendar undefined until the venue has listed its contracts. */
  tick(calendar: TradingCalendar | undefined, isSubscribed: boolean, liveness: Liveness): void {
    const { tools: { venueClock }, record, setState } = this.#options;
    const isOpen = calendar?.isOpen(venueClock.estimate());
    if (calendar === undefined || isOpen === false || !isSubscribed) {
      liveness.pause();
      if (isOpen === false) setState("closed");
      return;
    }
    const isKnown = isOpen === true;
    if (isKnown && mayBeClosed(record.state)) setState("waiting");
    if (!isKnown && record.state === "closed") setState("unknown");
    const isStillToCome = record.isDelayed &&
      calendar.isOpen(venueClock.estimate() - DELAY_MS) === false;
    if (isStillToCome) liveness.pause();
    else liveness.watch(isKnown);
  }

  /** Neither a fault nor calm: nobody has said whether the market is open, and no data comes. */
  silent(silentMs: number): void {
    const { tools: { context }, record: { instrument, state }, setState } = this.#options;
    if (state === "unknown") return;
    context.log.warn(
      `${instrument} has been silent for ${
        Math.round(silentMs / SECOND)
      } s, and whether its market is open is not known: IBKR has published no hours for now, and the table of holidays does not reach here. History is asked whether it trades`,
      { instrument },
    );
    setState("unknown");
  }
}

/** True where no data need come: the market is closed, or nobody knows. */
export function mayBeClosed(state: StreamState): boolean {
  return state === "closed" || state === "unknown";
}
