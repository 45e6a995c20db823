import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { StoreFollower } from "../../lib/store/store_follower.ts";
import type { RowNotice, Store } from "../../lib/store/store.ts";
import { afterTurn } from "../../lib/runtime/after_turn.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { barColumns, BTC, ES } from "./support/store_rows.ts";

const START = Date.UTC(2026, 0, 26);
const LOOK_MS = 10_000;

Deno.test("StoreFollower looks every ten seconds where nothing is told, and finds what came late within the hour", () =>
  withStore(async (store) => {
    const clock = new ManualClock();
    const found: string[] = [];
    const follower = followerOf(store, clock, found);
    follower.start();
    await write(store, "ES", 1, 2);
    await settled();
    assert.deepEqual(found, []);
    await clock.advance(LOOK_MS);
    await settled();
    assert.deepEqual(found.splice(0), ["BTCUSDT 0", "ES 0 1 2"]);
    await write(store, "BTCUSDT", 1);
    await clock.advance(LOOK_MS);
    await settled();
    assert.deepEqual(found.splice(0), ["BTCUSDT 0 1", "ES 0 1 2"]);
    await follower.close();
    await clock.advance(LOOK_MS);
    await settled();
    assert.deepEqual(found, []);
  }));

Deno.test("StoreFollower reads what it is told of and nothing else, and a day where it may have missed something", () =>
  withStore(async (store) => {
    const clock = new ManualClock();
    const found: string[] = [];
    let tell: (rows: readonly RowNotice[] | undefined) => void = () => {};
    let isEnded = false;
    const onRows = (callback: typeof tell) => {
      tell = callback;
      return () => Promise.resolve(void (isEnded = true));
    };
    const follower = followerOf(
      {
        bars: (query) => store.bars(query),
        contracts: (id) => store.contracts(id),
        coverage: (query) => store.coverage(query),
        fundings: (query) => store.fundings(query),
        onRows,
      },
      clock,
      found,
    );
    follower.start();
    await write(store, "ES", 1, 2, 3);
    const at = (minute: number, stepMs = MINUTE, instrument = "ES") => ({
      instrument,
      stepMs,
      from: START + minute * MINUTE,
      to: START + (minute + 1) * MINUTE,
    });
    tell([at(2)]);
    await settled();
    assert.deepEqual(found.splice(0), ["ES 2"]);
    // Of trades, and of an instrument that is not followed.
    tell([at(2, 0), at(2, MINUTE, "NQ")]);
    await settled();
    assert.deepEqual(found, []);
    // Reported while another stretch is read: they are joined.
    tell([at(1)]);
    tell([at(3)]);
    tell([at(2)]);
    await settled();
    assert.deepEqual(found.splice(0), ["ES 1", "ES 2 3"]);
    tell(undefined);
    await settled();
    assert.deepEqual(found.splice(0), ["BTCUSDT 0", "ES 0 1 2 3"]);
    await follower.close();
    assert.ok(isEnded);
  }));

Deno.test("StoreFollower goes on after a store that could not be read", () =>
  withStore(async (store) => {
    const clock = new ManualClock();
    const found: string[] = [];
    let isAway = true;
    const follower = followerOf(
      {
        bars: (query) => isAway ? Promise.reject(new Error("away")) : store.bars(query),
        contracts: (id) => store.contracts(id),
        coverage: (query) => store.coverage(query),
        fundings: (query) => store.fundings(query),
      },
      clock,
      found,
    );
    follower.start();
    await clock.advance(LOOK_MS);
    await settled();
    assert.deepEqual(found, []);
    isAway = false;
    await clock.advance(LOOK_MS);
    await settled();
    assert.deepEqual(found.toSorted(), ["BTCUSDT 0", "ES 0"]);
    await follower.close();
  }));

Deno.test("StoreFollower reads what a perpetual paid beside its minutes, though it was written later", () =>
  withStore(async (store) => {
    const clock = new ManualClock();
    const found: string[] = [];
    const follower = new StoreFollower({
      reader: store,
      clock,
      log: silentLog,
      known: new Map([[BTC.id, START + MINUTE], [ES.id, START + MINUTE]]),
      onMinutes: () => {},
      perpetuals: new Set([BTC.id]),
      onFundings: (id, payments) =>
        found.push(`${id} ${payments.map(({ time }) => (time - START) / HOUR)}`),
    });
    follower.start();
    await write(store, BTC.id, 1, 2, 3);
    const payments = [-32, -16, 0].map((hour) => ({
      time: START + hour * HOUR,
      rate: 1e-4,
      markPrice: null,
    }));
    await store.write({ fundings: [{ instrument: BTC.id, payments }] });
    await clock.advance(LOOK_MS);
    await settled();
    assert.deepEqual(found, ["BTCUSDT -16,0"]);
    await follower.close();
  }));

/** Follows two instruments of which a minute is known; `found` is added to, such as `ES 0 1`. */
function followerOf(
  reader: ConstructorParameters<typeof StoreFollower>[0]["reader"],
  clock: ManualClock,
  found: string[],
): StoreFollower {
  return new StoreFollower({
    reader,
    clock,
    log: silentLog,
    known: new Map([[BTC.id, START + MINUTE], [ES.id, START + MINUTE]]),
    onMinutes(id, { bars: { openTime } }) {
      found.push([id, ...Array.from(openTime, (time) => (time - START) / MINUTE)].join(" "));
    },
  });
}

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ kind: "memory", dataKind: "simulated" });
  for (const id of ["BTCUSDT", "ES"]) await write(store, id, 0);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

async function write(store: Store, instrument: string, ...minutes: number[]): Promise<void> {
  const rows = minutes.map((minute) => ({ openTime: START + minute * MINUTE, volume: 1 }));
  await store.write({
    instruments: [BTC, ES],
    bars: [{ instrument, stepMs: MINUTE, bars: barColumns(rows) }],
  });
}

/** Lets reads of a store in memory come to their end: they take turns, however long one lasts. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise<void>(afterTurn);
}
