import type { KnownTrades, TradeHole } from "../model/trade_hole.ts";
import { NOT_KEPT } from "../model/trade_hole.ts";
import { DAY, HOUR, type Interval, MINUTE, SECOND } from "../model/time.ts";
import { storedSpan } from "./recall_minutes.ts";
import type { StoredCoverage, StoreReader, TradeColumns } from "./store.ts";
import { AS_RECEIVED } from "./trade_desk.ts";

/** How far the trades of an instrument are stored, and what lacks between them. */
export interface StoredTrades {
  /** Time of the newest one. */
  readonly to: number;
  /** End of what is known to be whole. */
  readonly wholeTo: number;
  /** By the venue's ids; undefined where the venue numbers none. */
  readonly known?: KnownTrades;
  /** What the ids prove beyond what coverage says: to be written. */
  readonly coverage: readonly StoredCoverage[];
}

const NONE = new Float64Array();

type Reader = Pick<StoreReader, "coverage" | "trades">;

/** Reason of what a run asked for that was killed. */
export const CUT_OFF = "the run that asked for them ended";
/** The trade before a stretch is looked for in so much time before it, one after the other. */
const LOOKS_BACK = [SECOND, MINUTE, HOUR, DAY];
/** Stretches that are looked at: the newest ones. */
const MOST_STRETCHES = 1_000;
/** Trades within a stretch that lacks some; one with more is left as it is. */
const MOST_WITHIN = 20_000;
/** Trades looked at after a stretch: clocks of matching engines step back a little. */
const AFTER = 20;

/** How far the trades of an instrument are stored, from coverage and ids; undefined where none are. */
export async function storedTrades(
  reader: Reader,
  instrument: string,
): Promise<StoredTrades | undefined> {
  const span = await storedSpan(reader, instrument, 0);
  if (span === undefined) return undefined;
  // Coverage stays a little behind the trades.
  const { id, time } = await reader.trades({ instrument, from: span.to, to: Infinity });
  const to = time.at(-1) ?? span.to;
  const rows = await reader.coverage({ instrument, stepMs: 0, from: -Infinity, to: Infinity });
  const isNumbered = !rows.some(({ reason }) => reason === AS_RECEIVED);
  // Of an imported file coverage may reach beyond the last trade.
  const { id: ids, time: times } = id.length > 0
    ? { id, time }
    : await tradesBefore(reader, instrument, span.to);
  const last = isNumbered ? newest(ids, times) : undefined;
  if (last === undefined) return { to, wholeTo: span.to, coverage: [] };
  const cutOff = rows.filter(({ state }) => state === "healing").map((row): StoredCoverage => ({
    instrument,
    stepMs: 0,
    from: row.from,
    to: row.to,
    state: "missing",
    reason: CUT_OFF,
  }));
  const holes: TradeHole[] = [], whole: StoredCoverage[] = [];
  const lacking = [
    ...rows.filter(({ state, reason }) => state !== "complete" && reason !== NOT_KEPT),
    { from: span.to, to: to + 1 },
  ];
  for (const stretch of joined(lacking).slice(-MOST_STRETCHES)) {
    const trades = await tradesAround(reader, instrument, stretch);
    const found = judged(trades, stretch);
    holes.push(...found.holes);
    for (const { from, to } of found.whole) {
      whole.push({ instrument, stepMs: 0, from, to, state: "complete", reason: "" });
    }
  }
  const known: KnownTrades = { last, holes };
  const wholeTo = whole.at(-1)?.to === to ? to : span.to;
  return { to, wholeTo, known, coverage: [...cutOff, ...whole] };
}

interface Numbered {
  readonly id: number;
  readonly time: number;
}

function newest(ids: Float64Array, times: Float64Array): Numbered | undefined {
  let last: Numbered | undefined;
  ids.forEach((id, row) => {
    if (last === undefined || id > last.id) last = { id, time: times[row]! };
  });
  return last;
}

/** Those within a stretch, the one before, and a few after, by id. Empty where there are too many. */
async function tradesAround(
  reader: Reader,
  instrument: string,
  { from, to }: Interval,
): Promise<Numbered[]> {
  const within = await reader.trades({ instrument, from, to, limit: MOST_WITHIN + 1 });
  if (within.id.length > MOST_WITHIN) return [];
  const after = await reader.trades({ instrument, from: to, to: Infinity, limit: AFTER });
  const before = await tradesBefore(reader, instrument, from);
  return [before, within, after].flatMap(({ id, time }) =>
    Array.from(id, (one, row): Numbered => ({ id: one, time: time[row]! }))
  ).sort((a, b) => a.id - b.id);
}

/** What lacks of a stretch and what does not, by the ids of the trades around and within it. */
function judged(trades: readonly Numbered[], stretch: Interval) {
  const holes: TradeHole[] = [], whole: { from: number; to: number }[] = [];
  trades.forEach((trade, i) => {
    const before = trades[i - 1];
    if (before === undefined) return;
    if (trade.id > before.id + 1) {
      const hole = {
        fromId: before.id + 1,
        toId: trade.id,
        since: before.time,
        until: Math.max(before.time, trade.time),
      };
      if (hole.since < stretch.to && hole.until >= stretch.from) holes.push(hole);
      return;
    }
    // Others of the millisecond of the first may have come before it.
    const isFirst = trades[i - 2]?.id !== before.id - 1;
    const from = Math.max(before.time + (isFirst ? 1 : 0), stretch.from);
    const to = Math.min(trade.time, stretch.to);
    const last = whole.at(-1);
    if (to <= from) return;
    if (last?.to === from) last.to = to;
    else whole.push({ from, to });
  });
  return { holes, whole };
}

/** The newest ones before a time, oldest first; none where none is within a day. */
async function tradesBefore(
  reader: Reader,
  instrument: string,
  to: number,
): Promise<Pick<TradeColumns, "id" | "time">> {
  for (const back of LOOKS_BACK) {
    const found = await reader.trades({ instrument, from: to - back, to });
    if (found.id.length > 0) return found;
  }
  return { id: NONE, time: NONE };
}

/** Stretches that touch, as one: a store cuts them at midnight. */
function joined(rows: readonly Interval[]): Interval[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { from, to } of [...rows].sort((a, b) => a.from - b.from)) {
    const last = stretches.at(-1);
    if (last !== undefined && last.to >= from) last.to = Math.max(last.to, to);
    else stretches.push({ from, to });
  }
  return stretches;
}
