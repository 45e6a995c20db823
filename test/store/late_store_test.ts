import assert from "node:assert/strict";
import { afterTurn } from "../../lib/runtime/after_turn.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { LateStore } from "../../lib/store/late_store.ts";
import { MarketStore } from "../../lib/store/market_store.ts";
import { openStore, openStoreReader } from "../../lib/store/open_store.ts";
import type { Store, StoreBatch, StoredDelivery } from "../../lib/store/store.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const NOTHING = { bars: 0, revisions: 0, trades: 0 };
const checkpoint = (minute: number): StoreBatch => ({ notes: { alerts: `${minute}` } });

/** A store that takes each batch when it is let to. */
function slowStore() {
  const written: StoreBatch[] = [];
  const waiting: (() => void)[] = [];
  const write = (batch: StoreBatch) =>
    new Promise<typeof NOTHING>((resolve) =>
      waiting.push(() => {
        written.push(batch);
        resolve(NOTHING);
      })
    );
  /** Lets the oldest be written, and what rests on it go on. */
  const next = async () => {
    waiting.shift()?.();
    await new Promise<void>(afterTurn);
  };
  return { store: { write } as unknown as Store, written, next };
}

function message(attempts: number): StoredDelivery {
  return {
    alert: "r/X/1",
    channel: "hook",
    kind: "firing",
    created: START,
    body: "{}",
    attempts,
    nextAt: attempts === 0 ? START : null,
    receipt: attempts === 0 ? null : "HTTP 200",
    error: null,
  };
}

Deno.test("what alerts write while the store opens is written behind what waited for it", async () => {
  const { store, written, next } = slowStore();
  const late = new LateStore({ found: undefined, isSure: false });
  for (const minute of [1, 2, 3]) await late.write(checkpoint(minute));
  let isOpen = false;
  const opening = late.open(store).then(() => isOpen = true);
  await next();
  const meanwhile = late.write(checkpoint(4));
  for (let i = 0; i < 2; i++) await next();
  assert.equal(isOpen, false, "one still waits");
  await next();
  await Promise.all([opening, meanwhile]);
  const direct = late.write(checkpoint(5));
  await next();
  await direct;
  assert.deepEqual(written.map(({ notes }) => notes?.alerts), ["1", "2", "3", "4", "5"]);
});

Deno.test("what became of a message waits where the message waits, and goes at once where it was stored", async () => {
  const { store, written, next } = slowStore();
  const late = new LateStore({ found: store, isSure: false });
  const ofBefore = late.write({ deliveries: [{ ...message(1), alert: "r/X/0" }] });
  await next();
  await ofBefore;
  assert.equal(written.length, 1);
  await late.write({ ...checkpoint(1), deliveries: [message(0)] });
  await late.write({ deliveries: [message(1)] });
  const opening = late.open(store);
  for (let i = 0; i < 2; i++) await next();
  await opening;
  assert.deepEqual(written.map(({ deliveries }) => deliveries?.[0]?.attempts), [1, 0, 1]);
});

Deno.test("a market that closes while its store still opens keeps what its alerts came to", async () => {
  await withTempFolder(async (folder) => {
    const target = { kind: "sqlite", path: `${folder}/s.db` } as const;
    const gate = Promise.withResolvers<void>();
    const market = await MarketStore.open({
      clock: systemClock,
      afterTurn,
      log: silentLog,
      kinds: ["live", "simulated"],
      targetOf: () => target,
      market: { seed: 1, start: START },
      runNote: { config: "{}", versions: "{}" },
      exists: () => Promise.resolve(false),
      window: undefined,
      source: "live",
      openStore: async (options) => {
        await gate.promise;
        return slowedStore(await openStore(options));
      },
    });
    const alerts = await market.forAlerts();
    const ledger = new MinuteLedger("BTCUSDT", () => true);
    ledger.start(START);
    market.onLedger(
      { id: "BTCUSDT", venue: "binance", kind: "crypto", exchange: "spot", currency: "USDT" },
      ledger,
    );
    for (let minute = 0; minute < 5; minute++) {
      ledger.offer(barAt(minute), "stream");
      await alerts.write(checkpoint(minute));
    }
    // As a market closes its sinks: all flushes at once, then all are closed.
    const flushing = market.sink.flush();
    gate.resolve();
    await flushing;
    await market.sink.close();
    await market.close();
    const reader = await openStoreReader(target);
    assert.equal(await reader.note("alerts"), "4");
    await reader.close();
  });
});

/** Writes of a real store that take a turn each, as in a thread. */
function slowedStore(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "write") return value.bind(target);
      return async (...batches: readonly StoreBatch[]) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return await target.write(...batches);
      };
    },
  });
}

function barAt(minute: number) {
  return {
    openTime: START + minute * MINUTE,
    open: 100,
    high: 101,
    low: 99,
    close: 100,
    volume: 1,
    closed: true,
    revision: 0,
    source: "live",
  } as const;
}
