import { MINUTE } from "../../model/time.ts";
import type { InstrumentStream } from "./instrument_stream.ts";

/** Questions for the same holes after which history counts as one that does not bring them. */
const MAX_UNANSWERED = 4;

/**
 * Live is: every symbol that can deliver does, and what was missed before has been fetched, unless the
 * venue's history does not bring it: then the hole stays listed while data flow.
 *
 * @param streams those that should deliver.
 * @param goal minutes that end by then were missed before, epoch ms UTC.
 * @param hasWaited there was time enough: the newest minute is not waited for, nor what cannot be had.
 * @param lacksHistory the venue's history cannot be asked.
 */
export function isReady(
  streams: readonly InstrumentStream[],
  { goal, hasWaited, lacksHistory }: {
    readonly goal: number;
    readonly hasWaited: boolean;
    readonly lacksHistory: boolean;
  },
): boolean {
  const delivering = streams.filter((stream) => stream.quiet === undefined);
  const due = hasWaited ? goal - MINUTE : goal;
  return delivering.length > 0 && delivering.every(({ hasBar, writer, unanswered }) => {
    const isInVain = hasWaited && (lacksHistory || unanswered >= MAX_UNANSWERED);
    return hasBar && (writer.ledger.settledTo >= due || isInVain);
  });
}
