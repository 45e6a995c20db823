/**
 * The store as a market opens it, in a thread of its own: trades written a second, how long the event loop is kept,
 * bars of ten million trades, and a month of ten instruments opened. The peer of the writing is Python's `sqlite3` by
 * `executemany`: the same rows, table, key and transactions, in the same run. `STORE_TRADES=1000000` asks for fewer than
 * ten million.
 */
import { join } from "node:path";
import process from "node:process";
import { resample } from "../../lib/bars/rebar.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { openThreadedStore } from "../../lib/store/sqlite/threaded_store.ts";
import type { Store, TradeColumns } from "../../lib/store/store.ts";
import { watchLoop } from "../support/loop_delays.ts";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { barColumns, BTC } from "../store/support/store_rows.ts";

const TRADES = Number(Deno.env.get("STORE_TRADES") ?? 10_000_000);
/** The peer writes this many: its speed does not depend on more. */
const PEER_TRADES = 1_000_000;
const BATCH = 1_000;
const EVER = { from: -Infinity, to: Infinity };

/** Twelve trades a second, half a tick up or down from one to the next. */
function tradesFrom(first: number, count: number): TradeColumns {
  const column = (of: (i: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => of(first + i));
  return {
    id: column((i) => i),
    time: column((i) => Math.floor(i * 1_000 / 12)),
    received: column((i) => Math.floor(i * 1_000 / 12) + 40),
    price: column((i) => 50_000 + (i * 7_919) % 1_013 / 10),
    size: column((i) => (i % 97 + 1) / 1_000),
    side: Int8Array.from({ length: count }, (_, i) => i % 2 === 0 ? 1 : -1),
  };
}

/** Watches how long the event loop is kept from others. */
function watchTurns() {
  const loop = watchLoop();
  return () => {
    const delays = loop.end();
    const at = (share: number) => delays[Math.floor(share * (delays.length - 1))]!.toFixed(1);
    return `event loop kept p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)} ms`;
  };
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function timed<T>(use: () => T | Promise<T>) {
  const wall = performance.now(), processor = processorSeconds();
  const value = await use();
  const seconds = (performance.now() - wall) / 1_000;
  return { value, seconds, processor: processorSeconds() - processor };
}

async function write(store: Store, from: number, to: number): Promise<number> {
  let spent = 0;
  for (let first = from; first < to; first += BATCH) {
    const trades = tradesFrom(first, BATCH);
    const covered = { from: trades.time[0]!, to: trades.time.at(-1)! + 1 };
    const before = performance.now();
    await store.write({
      trades: [{ instrument: BTC.id, trades }],
      coverage: [{ instrument: BTC.id, stepMs: 0, ...covered, state: "complete", reason: "" }],
    });
    spent += performance.now() - before;
  }
  return spent / 1_000;
}

const PEER = `
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("pragma journal_mode = wal"); db.execute("pragma synchronous = normal")
db.execute("""create table trades (instrument integer not null, time integer not null, id integer not null,
  received integer not null, price real not null, size real not null, side integer not null,
  primary key (instrument, time, id)) without rowid""")
spent = 0
for first in range(0, ${PEER_TRADES}, ${BATCH}):
    rows = [(1, i * 1000 // 12, i, i * 1000 // 12 + 40, 50000 + (i * 7919) % 1013 / 10, (i % 97 + 1) / 1000, 1)
            for i in range(first, first + ${BATCH})]
    before = time.perf_counter()
    db.execute("begin immediate")
    db.executemany("insert into trades values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing", rows)
    db.execute("commit")
    spent += time.perf_counter() - before
print(spent)
`;

/** Seconds that Python's sqlite3 needs; undefined where there is no Python. */
async function peerSeconds(folder: string): Promise<number | undefined> {
  try {
    const args = ["-c", PEER, join(folder, "peer.db")];
    const { stdout } = await new Deno.Command("python3", { args }).output();
    return Number(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const rate = (rows: number, seconds: number) => `${Math.round(rows / seconds / 1_000)} k/s`;

async function trades(): Promise<void> {
  await withTempFolder(async (folder) => {
    const path = join(folder, "bench.db");
    const store = await openThreadedStore({ kind: "sqlite", path, dataKind: "simulated" });
    await store.write({ instruments: [BTC] });
    const endWatch = watchTurns();
    const first = await write(store, 0, PEER_TRADES);
    const turns = endWatch();
    const peer = await peerSeconds(folder);
    say(
      `store: ${PEER_TRADES} trades in batches of ${BATCH} at ${
        rate(PEER_TRADES, first)
      }; ${turns}`,
    );
    if (peer !== undefined) {
      say(
        `store: Python's sqlite3 wrote them at ${rate(PEER_TRADES, peer)}: ` +
          `ours is ${(peer / first).toFixed(2)} times as fast, with a digest of each row`,
      );
    }
    await write(store, PEER_TRADES, TRADES);
    const { bytes } = await store.info();
    const endRead = watchTurns();
    const stored = await timed(() =>
      store.tradeBars({ instrument: BTC.id, stepMs: MINUTE, ...EVER })
    );
    const readTurns = endRead();
    say(
      `store: ${TRADES} trades (${
        (bytes / TRADES).toFixed(0)
      } bytes each) to ${stored.value.openTime.length} ` +
        `minutes in ${stored.seconds.toFixed(2)} s (${
          stored.processor.toFixed(2)
        } s of processor time); ${readTurns}`,
    );
    await store.close();
    const columns = tradesFrom(0, TRADES);
    const made = await timed(() => resample(columns, { stepMs: MINUTE }));
    say(
      `store: the same from columns in memory in ${made.seconds.toFixed(2)} s ` +
        `(${made.processor.toFixed(2)} s of processor time)`,
    );
  });
}

async function month(): Promise<void> {
  const ids = Array.from({ length: 10 }, (_, i) => `COIN${i}USDT`);
  const minutes = 30 * DAY / MINUTE;
  const rows = Array.from({ length: minutes }, (_, i) => ({
    openTime: i * MINUTE,
    close: 100 + (i * 7_919) % 1_013 / 100,
    volume: i % 97,
  }));
  const bars = barColumns(rows);
  await withTempFolder(async (folder) => {
    const path = join(folder, "month.db");
    const store = await openThreadedStore({ kind: "sqlite", path, dataKind: "simulated" });
    for (const id of ids) {
      const instrument: Instrument = { ...BTC, id };
      await store.write({
        instruments: [instrument],
        bars: [{ instrument: id, stepMs: MINUTE, bars }],
        coverage: [{
          instrument: id,
          stepMs: MINUTE,
          from: 0,
          to: 30 * DAY,
          state: "complete",
          reason: "",
        }],
      });
    }
    await store.close();
    const { seconds, processor } = await timed(async () => {
      const store = await openThreadedStore({ kind: "sqlite", path, dataKind: "simulated" });
      for (const instrument of ids) {
        await store.coverage({ instrument, stepMs: MINUTE, ...EVER });
        await store.bars({ instrument, stepMs: MINUTE, ...EVER });
      }
      await store.close();
    });
    say(
      `store: 30 days of 10 instruments (${10 * minutes} bars) opened and read in ${
        seconds.toFixed(2)
      } s ` +
        `(${processor.toFixed(2)} s of processor time)`,
    );
  });
}

await trades();
await month();
