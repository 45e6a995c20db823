import { type Bar, sameValues } from "../../model/bar.ts";
import { type Interval, MINUTE } from "../../model/time.ts";
import type { MinutesPage, VenueMinute } from "./adapter.ts";
import type { InstrumentStream } from "./instrument_stream.ts";

/** A minute that the venue publishes otherwise than its trades make it. */
export interface AuditFinding {
  readonly openTime: number;
  /** What the trades made; undefined where they made no minute. */
  readonly was: Bar | undefined;
  /** What the venue has; undefined where it says that nothing traded. */
  readonly is: VenueMinute | undefined;
}

/** Venues write volumes with eight decimals. */
const VOLUME_STEP = 1e-8;

/**
 * Compares the minutes of `[from, to)` that were made of trades with the venue's own. Where they differ, the
 * venue's is entered as a revision. Rows count once a later one follows them. A minute without a row says nothing,
 * for venues leave some out, but where the venue names the stretch that its rows cover: there nothing traded, and
 * a minute that trades made is a finding. It stays, as nothing can take its place.
 *
 * @returns what differed, in the order of time.
 */
export function auditMinutes(
  stream: InstrumentStream,
  { minutes, rejected, finishedTo, covers }: Omit<MinutesPage, "next">,
  { from, to }: Interval,
): AuditFinding[] {
  const { writer: { ledger } } = stream;
  const end = Math.min(to, finishedTo ?? Math.max(...minutes.map(({ openTime }) => openTime)));
  const differing = minutes.flatMap((is): AuditFinding[] => {
    const { openTime } = is;
    if (openTime < from || openTime + MINUTE > end) return [];
    const was = ledger.at(openTime);
    if (was !== undefined && isSame(was, is)) return [];
    const { refusal } = stream.enter(is, "history");
    return refusal === undefined ? [{ openTime, was, is }] : [];
  });
  const published = new Set(minutes.map(({ openTime }) => openTime));
  const invented: AuditFinding[] = [];
  // A row that could not be read may be any of them.
  if (covers !== undefined && rejected.length === 0) {
    const until = Math.min(end, covers.to);
    for (let time = Math.max(from, covers.from); time + MINUTE <= until; time += MINUTE) {
      const was = published.has(time) ? undefined : ledger.at(time);
      if (was !== undefined) invented.push({ openTime: time, was, is: undefined });
    }
  }
  return [...differing, ...invented].sort((a, b) => a.openTime - b.openTime);
}

function isSame(bar: Bar, minute: VenueMinute): boolean {
  const isClose = Math.abs(bar.volume - minute.volume) <= VOLUME_STEP;
  return isClose && sameValues({ ...bar, volume: minute.volume }, { ...bar, ...minute });
}
