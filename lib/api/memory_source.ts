import type { Market } from "../market/market.ts";
import type { AlertBody } from "../model/alert.ts";
import type { Instrument } from "../model/instrument.ts";
import { MinuteStatus, stretchesOf } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { barColumnsOf } from "../store/bar_columns.ts";
import { openStore } from "../store/open_store.ts";
import { dataKindOf } from "../store/store_path.ts";
import type { Store, StoreBatch, StoredAlert, StoredCoverage } from "../store/store.ts";
import type { Clock } from "../runtime/clock.ts";

/** What of a market is wanted. */
export interface MemorySourceOptions {
  readonly market: Market;
  readonly instruments: readonly Instrument[];
  readonly alerts: readonly AlertBody[];
  readonly clock: Clock;
}

/**
 * What a market holds, as a store in memory: so an export without a store is made by the code that makes one of a
 * store. It is of the moment; to be closed.
 */
export async function memoryStoreOf(
  { market, instruments, alerts, clock }: MemorySourceOptions,
): Promise<Store> {
  const dataKind = dataKindOf(market.source);
  const store = await openStore({ kind: "memory", dataKind, clock });
  try {
    await store.write({ instruments, alerts: excursionsOf(alerts) });
    for (const instrument of instruments) await store.write(minutesOf(market, instrument));
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function minutesOf(market: Market, { id }: Instrument): StoreBatch {
  const grid = market.minuteGrid(id);
  const bars = market.bars(id);
  // Only which minutes are of the same month matters.
  const contract = bars.map(({ openTime }) => {
    const number = grid.contract[(openTime - grid.start) / MINUTE] ?? 0;
    return number === 0 ? undefined : `${number}`;
  });
  const states = [
    [MinuteStatus.Absent, "closed"],
    [MinuteStatus.OutOfSession, "closed"],
    [MinuteStatus.Unknown, "missing"],
  ] as const;
  const coverage = states.flatMap(([status, state]) =>
    stretchesOf(grid, status).map(({ from, to }): StoredCoverage => ({
      instrument: id,
      stepMs: MINUTE,
      from,
      to,
      state,
      reason: "",
    }))
  );
  return {
    bars: [{ instrument: id, stepMs: MINUTE, bars: barColumnsOf(bars), contract }],
    coverage,
    fundings: [{ instrument: id, payments: market.funding(id).payments }],
  };
}

/** A row an excursion, by its newest body. */
function excursionsOf(bodies: readonly AlertBody[]): StoredAlert[] {
  const newest = new Map(bodies.map((body) => [body.id, body]));
  return [...newest.values()].map((body) => ({
    id: body.id,
    rule: body.rule,
    subject: body.of,
    state: body.state,
    started: body.since,
    ended: body.state === "resolved" ? body.time : null,
    value: body.value,
    evidence: JSON.stringify(body),
  }));
}
