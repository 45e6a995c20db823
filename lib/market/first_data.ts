import type { Venue } from "../model/instrument.ts";
import { hasBar, isSettled, type MinuteGrid } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Market } from "./market.ts";

/** How long to wait, in local ms, for every venue to deliver or to say why not. */
const FIRST_DATA_MS = 15_000;
/** How often it is looked how fast history comes, local ms. */
const LOOK_MS = 1_000;
/** How often it is looked whether the newest of it is in, local ms. */
const NEWEST_LOOK_MS = 50;
/** Minutes younger than this are not waited for: delayed data come late. */
const YOUNG_MS = 30 * MINUTE;

/** Resolves when every venue has its history in, is live, or has reported a failure; or when time or tape is up. */
export async function firstData(
  market: Market,
  { clock, signal, waitMs }: {
    readonly clock: Clock;
    readonly signal: AbortSignal | undefined;
    readonly waitMs: number;
  },
): Promise<void> {
  const running = market.status().venues.filter(({ state }) => state !== "stopped");
  if (running.length === 0) return;
  const pending = new Set(running.map(({ venue }) => venue));
  const isBackfilled = (venue: Venue) =>
    market.instruments.every((i) => i.venue !== venue || market.isBackfilled(i.id));
  const hasNewestOf = (venue: Venue) => {
    const own = market.instruments.filter((one) => one.venue === venue);
    const traded = own.filter(({ kind }) => kind !== "index");
    // An index beside a venue's markets comes when it comes: delayed ones take seconds to begin.
    return (traded.length > 0 ? traded : own).every(({ id }) =>
      market.isBackfilled(id) || hasNewest(market.minuteGrid(id), waitMs)
    );
  };
  await new Promise<void>((resolve, reject) => {
    const end = (settle: () => void) => {
      timer.cancel();
      looking.cancel();
      newest?.cancel();
      stopListening();
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = () => end(() => reject(signal?.reason));
    const timer = clock.setTimer(() => end(resolve), FIRST_DATA_MS);
    const look = () => {
      market.status();
      looking = clock.setTimer(look, LOOK_MS);
    };
    let looking = clock.setTimer(look, LOOK_MS);
    const lookAtNewest = () => {
      for (const venue of pending) if (hasNewestOf(venue)) pending.delete(venue);
      if (pending.size === 0) return end(resolve);
      newest = clock.setTimer(lookAtNewest, NEWEST_LOOK_MS);
    };
    let newest = Number.isFinite(waitMs) ? clock.setTimer(lookAtNewest, NEWEST_LOOK_MS) : undefined;
    void market.replay?.outcome.then(() => end(resolve));
    const stopListening = market.onEvent((event) => {
      if (event.kind === "failure") pending.delete(event.venue);
      else if (event.kind === "transition" && event.to === "live") pending.delete(event.venue);
      else if (event.kind === "bar" || event.kind === "heal") {
        for (const venue of pending) if (isBackfilled(venue)) pending.delete(venue);
      }
      if (pending.size === 0) end(resolve);
    });
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Whether the newest so many ms of a grid are known, but for the youngest minutes. */
function hasNewest({ length, status }: MinuteGrid, waitMs: number): boolean {
  const first = length - waitMs / MINUTE, end = length - YOUNG_MS / MINUTE;
  if (first < 0) return false;
  let bars = 0;
  for (let row = Math.ceil(first); row < end; row++) {
    if (!isSettled(status[row])) return false;
    if (hasBar(status[row])) bars++;
  }
  return bars > 0;
}
