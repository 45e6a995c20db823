import type { StreamSnapshot } from "./feed.ts";

/**
 * The streams of a venue with their places in its queue for history: who may ask sooner goes first, and of
 * equals the one named first.
 */
export function inQueue(streams: readonly StreamSnapshot[]): readonly StreamSnapshot[] {
  const waiting = streams.flatMap(({ backlog }) => backlog === undefined ? [] : [backlog])
    .sort((a, b) => a.nextInMs - b.nextInMs);
  return streams.map((stream) =>
    stream.backlog === undefined
      ? stream
      : { ...stream, backlog: { ...stream.backlog, position: waiting.indexOf(stream.backlog) } }
  );
}
