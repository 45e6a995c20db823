import { MarketError } from "../model/errors.ts";
import { SECOND } from "../model/time.ts";
import { type Clock, sleep } from "./clock.ts";
import type { Log } from "./log.ts";

export interface TriedAgainOptions {
  /** The machine's. */
  readonly clock: Clock;
  readonly log: Log;
  /** Local ms after which a failure is final. */
  readonly forMs: number;
  /** Ends a wait. */
  readonly signal?: AbortSignal | undefined;
}

/** Waits between attempts: doubled from the first to the last, local ms. */
const RETRY_MS = SECOND;
const RETRY_CAP_MS = 30 * SECOND;

/**
 * What `work` resolves to, tried again while it fails by what may pass. The same failure is logged once.
 *
 * @throws what `work` throws once `forMs` are over, and at once what does not pass; the signal's reason.
 */
export async function triedAgain<T>(
  work: () => Promise<T>,
  { clock, log, forMs, signal }: TriedAgainOptions,
): Promise<T> {
  const until = clock.monotonic() + forMs;
  let said = "";
  for (let waitMs = RETRY_MS;; waitMs = Math.min(RETRY_CAP_MS, waitMs * 2)) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof MarketError && error.isPassing;
      if (!isPassing || clock.monotonic() >= until) throw error;
      if (error.message !== said) log.warn(error.message);
      said = error.message;
    }
    await sleep(clock, Math.min(waitMs, Math.max(0, until - clock.monotonic())), signal);
  }
}
