/** A running timer. */
export interface Timer {
  cancel(): void;
}

/**
 * The local clock, as a parameter. Venue time is another matter: see `feeds/venue_clock.ts`.
 * Tests pass a clock they move by hand.
 */
export interface Clock {
  /** Local wall clock, epoch ms UTC. May jump; used only to show and to measure offsets. */
  now(): number;
  /** Monotonic ms since an arbitrary start; measures silence and delays. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delayMs) {
    const id = setTimeout(callback, Math.max(0, delayMs));
    return { cancel: () => clearTimeout(id) };
  },
};

/**
 * Resolves after `delayMs`, or at once rejects with the signal's reason when it is aborted. Leaves no
 * timer and no listener behind either way.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.setTimer(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
