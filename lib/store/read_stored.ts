import { KnownMinutes } from "../bars/known_minutes.ts";
import { type FundingPayment, LONGEST_FUNDING_MS } from "../model/funding.ts";
import { hasFunding, type Instrument, type Source } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import { recallMinutes, storedSpan } from "./recall_minutes.ts";
import type { DataKind, StoreReader } from "./store.ts";

/** All that is kept in memory of one instrument, where no feed runs. */
export interface StoredMinutes {
  readonly instrument: Instrument;
  readonly minutes: KnownMinutes;
  /** What it paid of funding, if it is a perpetual. */
  readonly fundings: readonly FundingPayment[];
  /** What its data is. */
  readonly source: Source;
}

/** Minutes that are kept in memory at most, over all instruments: 60 bytes each. */
const MOST_MINUTES = 5_000_000;
/** Two of the longest times between payments before the first minute: they show how far apart payments lie. */
const BEFORE_MS = 2 * LONGEST_FUNDING_MS;

/** The minutes of every instrument that has some; the newest where there are very many. */
export async function readStored(
  reader: StoreReader,
  { mostMinutes = MOST_MINUTES }: { readonly mostMinutes?: number } = {},
): Promise<StoredMinutes[]> {
  const instruments = await reader.instruments();
  const most = Math.floor(mostMinutes / Math.max(1, instruments.length));
  const found: StoredMinutes[] = [];
  for (const instrument of instruments) {
    const span = await storedSpan(reader, instrument.id);
    if (span === undefined) continue;
    const from = Math.max(span.from, span.to - most * MINUTE);
    const minutes = await recallMinutes(reader, instrument.id, { from, to: span.to });
    if (minutes.length === 0) continue;
    const fundings = hasFunding(instrument)
      ? await reader.fundings({ instrument: instrument.id, from: from - BEFORE_MS, to: Infinity })
      : [];
    found.push({ instrument, minutes, fundings, source: sourceOf(reader.dataKind, minutes) });
  }
  return found;
}

/** Never `live`: nothing that is stored is of now. */
function sourceOf(kind: DataKind, { bars: { source } }: KnownMinutes): Source {
  if (kind !== "live") return kind;
  return source.every((one) => one === "imported") ? "imported" : "stored";
}
