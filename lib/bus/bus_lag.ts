import type { Clock } from "../runtime/clock.ts";
import type { NatsClient, StreamState } from "./nats_client.ts";

/** How far somebody is behind the end of a stream. */
export interface BusLag {
  /** Messages that the stream holds and this one has not come to. */
  readonly messages: number;
  /** Age of the oldest of them by this machine's clock and the broker's time of it, ms; 0 where there is none. */
  readonly ageMs: number;
}

/** How far behind a place in the stream is. @param sequence of the newest message that is done; 0 for none */
export async function lagAt(
  client: Pick<NatsClient, "at">,
  sequence: number,
  { firstSequence, lastSequence }: StreamState,
  clock: Pick<Clock, "now">,
): Promise<BusLag> {
  // What the broker has let go of is never come to.
  const next = Math.max(sequence + 1, firstSequence);
  if (next > lastSequence) return { messages: 0, ageMs: 0 };
  const oldest = await client.at(next);
  const ageMs = oldest === undefined ? NaN : Math.max(0, clock.now() - oldest.time);
  return { messages: lastSequence - next + 1, ageMs };
}
