const ZONE = "America/New_York";
const SATURDAY = 6;
/** New York wall clock, in minutes of the day. */
const NIGHTLY = { from: 15, to: 105 };
/** From Friday 23:00 to Saturday 03:00. */
const WEEKLY = { from: 23 * 60, to: 3 * 60 };

/**
 * True while IBKR resets its servers in North America, when TWS is cut off for a while each night: 00:15 to
 * 01:45 New York time, and from Friday 23:00 to Saturday 03:00. Source: Interactive Brokers, "System Status".
 *
 * @param time epoch ms UTC; NaN is never within.
 */
export function isNightlyReset(time: number): boolean {
  if (!Number.isFinite(time)) return false;
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(time)).toZonedDateTimeISO(ZONE);
  const minute = local.hour * 60 + local.minute;
  if (minute >= NIGHTLY.from && minute < NIGHTLY.to) return true;
  if (local.dayOfWeek === SATURDAY) return minute < WEEKLY.to;
  return local.dayOfWeek === SATURDAY - 1 && minute >= WEEKLY.from;
}

/** How long TWS has been cut off from IBKR, over all connections. Venue times. */
export class UpstreamOutage {
  #since: number | undefined;

  /** TWS said so at `time`; NaN when that is not known. */
  begin(time: number): void {
    if (Number.isFinite(time)) this.#since ??= time;
  }

  /** Data came. */
  end(): void {
    this.#since = undefined;
  }

  /** Venue ms since it began; NaN while unknown. */
  lastsMs(now: number): number {
    return this.#since === undefined ? NaN : now - this.#since;
  }
}
