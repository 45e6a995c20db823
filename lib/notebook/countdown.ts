import { SECOND } from "../model/time.ts";
import { type Clock, sleep } from "../runtime/clock.ts";

export interface CountdownOptions {
  readonly clock: Clock;
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Shows a line in place of the one before. */
  readonly say: (text: string) => void;
}

/**
 * Lets that much time pass and shows how much is over, once a second. The caller writes the last line.
 *
 * @returns seconds that have passed: fewer than asked when `signal` was aborted.
 */
export async function countdown(
  { clock, seconds, signal, say }: CountdownOptions,
): Promise<number> {
  const startedAt = clock.monotonic();
  const endsAt = startedAt + seconds * SECOND;
  for (let tick = 0;; tick++) {
    say(`running: ${tick} of ${seconds} s, press Stop to end early`);
    const next = Math.min(startedAt + (tick + 1) * SECOND, endsAt);
    try {
      await sleep(clock, next - clock.monotonic(), signal);
    } catch {
      return (clock.monotonic() - startedAt) / SECOND;
    }
    if (next === endsAt) return seconds;
  }
}

/** @throws {RangeError} when it is not a number of seconds. */
export function assertSeconds(name: string, seconds: number): void {
  if (Number.isFinite(seconds) && seconds >= 0) return;
  throw new RangeError(`${name} must be a number of seconds, 0 or more, got ${seconds}`);
}
