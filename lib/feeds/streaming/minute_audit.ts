import { type Bar, sameValues } from "../../model/bar.ts";
import { type Interval, MINUTE } from "../../model/time.ts";
import type { MinutesPage, VenueMinute } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";

/** A minute that the venue publishes otherwise than its trades make it. */
export interface AuditFinding {
  readonly openTime: number;
  /** What the trades made; undefined where they made no minute. */
  readonly was: Bar | undefined;
  readonly is: VenueMinute;
}

/** Venues write volumes with eight decimals. */
const VOLUME_STEP = 1e-8;

/**
 * Compares the minutes of `[from, to)` that were made of trades with the venue's own. Where they differ, the
 * venue's is entered as a revision. Rows count once a later one follows them; a minute without a row says nothing,
 * for venues leave some out.
 *
 * @returns what differed.
 */
export function auditMinutes(
  stream: InstrumentStream,
  { minutes, finishedTo }: Pick<MinutesPage, "minutes" | "finishedTo">,
  { from, to }: Interval,
): AuditFinding[] {
  const end = finishedTo ?? Math.max(...minutes.map(({ openTime }) => openTime));
  return minutes.flatMap((is) => {
    const { openTime } = is;
    if (openTime < from || openTime + MINUTE > to || openTime >= end) return [];
    const was = stream.writer.ledger.at(openTime);
    if (was !== undefined && isSame(was, is)) return [];
    const { refusal } = stream.enter(is, "history");
    return refusal === undefined ? [{ openTime, was, is }] : [];
  });
}

function isSame(bar: Bar, minute: VenueMinute): boolean {
  const isClose = Math.abs(bar.volume - minute.volume) <= VOLUME_STEP;
  return isClose && sameValues({ ...bar, volume: minute.volume }, { ...bar, ...minute });
}
