import type { Instrument } from "../model/instrument.ts";
import { MINUTE } from "../model/time.ts";
import type { KnownTrades, TradeHole } from "../model/trade_hole.ts";
import type { HeldMessage } from "./bus_message.ts";
import { subjectOf } from "./bus_subject.ts";
import type { NatsClient } from "./nats_client.ts";
import { readableBatch } from "./readable_batch.ts";

/**
 * A publisher that ended amid the healing of a hole leaves it in what it published of late; so much of that is looked
 * at, by the broker's clock.
 */
const LATE_MS = 15 * MINUTE;

interface Numbered {
  readonly id: number;
  readonly time: number;
}

/** What a stream has of an instrument's trades, by their ids; undefined where it has none, or nobody numbers them. */
export async function publishedTrades(
  client: Pick<NatsClient, "last" | "held">,
  { id, venue, kind }: Instrument,
): Promise<KnownTrades | undefined> {
  if (kind !== "crypto") return undefined;
  const subject = subjectOf({ venue, instrument: id, kind: "trades" });
  const last = await client.last(subject);
  if (last === undefined) return undefined;
  const trades: Numbered[] = [];
  for await (const page of client.held(subject, last.time - LATE_MS)) {
    for (const message of page) trades.push(...tradesIn(message));
  }
  return knownOf(trades);
}

/** The newest of some trades, and what lacks between them; undefined where there are none. Any order. */
export function knownOf(trades: readonly Numbered[]): KnownTrades | undefined {
  const sorted = trades.toSorted((a, b) => a.id - b.id);
  const last = sorted.at(-1);
  if (last === undefined) return undefined;
  const holes: TradeHole[] = [];
  sorted.forEach((trade, i) => {
    const before = sorted[i - 1];
    if (before === undefined || trade.id <= before.id + 1) return;
    const until = Math.max(before.time, trade.time);
    holes.push({ fromId: before.id + 1, toId: trade.id, since: before.time, until });
  });
  return { last, holes };
}

/** A damaged message is left out: its trades are requested again. */
function tradesIn(message: HeldMessage): Numbered[] {
  const { trades = [] } = readableBatch(message);
  return trades.flatMap(({ trades: { id, time } }) =>
    Array.from(id, (one, row) => ({ id: one, time: time[row]! }))
  );
}
