import type { Venue } from "./instrument.ts";

/**
 * What to do about a failure:
 * - `retry`: passing; connect again after a back-off.
 * - `wait`: the venue requires a pause (rate limit, held client id); retry after `retryAfterMs`.
 * - `configure`: nothing changes until the user changes a setting, a permission or the place.
 * - `give-up`: a defect or an unsupported peer; retrying cannot help.
 */
export type Remedy = "retry" | "wait" | "configure" | "give-up";

/** A failure of a venue, a feed or a setting. Its message says what failed, why, and what to do next. */
export class MarketError extends Error {
  override readonly name: string = "MarketError";
  /** Stable short name for programs: `refused`, `not-tws`, `geo-blocked`, … */
  readonly code: string;
  readonly remedy: Remedy;
  readonly venue: Venue | undefined;
  /** Instrument it is about; undefined when it concerns the whole venue. */
  readonly instrument: string | undefined;
  /** With remedy `wait`: how long, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    remedy: Remedy,
    message: string,
    options: { venue?: Venue; instrument?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = remedy;
    this.venue = options.venue;
    this.instrument = options.instrument;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** True when trying again may help without the user doing anything. */
  get isPassing(): boolean {
    return this.remedy === "retry" || this.remedy === "wait";
  }
}
