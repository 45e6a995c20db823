import { MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import type { Truth } from "../../../lib/simulator/truth.ts";
import {
  startTwsServer,
  type TwsServer,
  type TwsServerOptions,
} from "../../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { handTruth, START } from "./hand_truth.ts";

export interface Fixture {
  readonly truth: Truth;
  readonly time: VenueTime;
  readonly server: TwsServer;
}

/** Runs a server over the hand-made truth for the length of a test. */
export async function withServer(
  options: TwsServerOptions & { start?: number; speed?: number; truth?: Truth },
  body: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const { start = START, speed = 1, truth = handTruth(), ...rest } = options;
  const time = new VenueTime({ clock: systemClock, start, speed });
  const server = await startTwsServer({ truth, time, clock: systemClock, options: rest });
  try {
    await body({ truth, time, server });
  } finally {
    await server.close();
  }
}

/** Resolves when `isDone`, or rejects with what was waited for. */
export async function until(what: string, isDone: () => boolean, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isDone()) {
    if (performance.now() > end) throw new Error(`${what} did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The truth's minutes in `[from, to)`. */
export function minutesOf(truth: Truth, symbol: string, from: number, to: number) {
  const bars = [];
  for (let time = Math.ceil(from / MINUTE) * MINUTE; time < to; time += MINUTE) {
    const bar = truth.minute(symbol, time);
    if (bar !== undefined) bars.push(bar);
  }
  return bars;
}
