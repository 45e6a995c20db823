import assert from "node:assert/strict";
import { DAY, SECOND } from "../../lib/model/time.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { CoverageState, Store, StoredCoverage } from "../../lib/store/store.ts";
import { storedTrades } from "../../lib/store/stored_trades.ts";
import { BTC, tradeColumns } from "./support/store_rows.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);

/** A store with a trade each second, of ids that count up by one but for those left out, and coverage as given. */
async function withTrades(
  seconds: readonly number[],
  coverage: readonly (readonly [from: number, to: number, state: CoverageState, reason?: string])[],
  use: (store: Store, found: Awaited<ReturnType<typeof storedTrades>>) => Promise<void> | void,
): Promise<void> {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  try {
    const trades = tradeColumns(
      seconds.map((second) => ({
        id: second,
        time: START + second * SECOND,
        price: 1,
        size: 1,
        side: 1,
      })),
    );
    await store.write({
      instruments: [BTC],
      trades: [{ instrument: BTC.id, trades }],
      coverage: coverage.map(([from, to, state, reason = ""]): StoredCoverage => ({
        instrument: BTC.id,
        stepMs: 0,
        from: START + from,
        to: START + to,
        state,
        reason,
      })),
    });
    await use(store, await storedTrades(store, BTC.id));
  } finally {
    await store.close();
  }
}

const rowsOf = (rows: readonly StoredCoverage[] = []) =>
  rows.map(({ from, to, state }) => [from - START, to - START, state]);

Deno.test("storedTrades knows the newest trade, and that what a kill left uncovered is whole", async () => {
  await withTrades([1, 2, 3, 4], [[1_001, 3_000, "complete"]], (_, found) => {
    assert.deepEqual(found?.known, { last: { id: 4, time: START + 4_000 }, holes: [] });
    assert.deepEqual(rowsOf(found?.coverage), [[3_000, 4_000, "complete"]]);
    assert.deepEqual([found!.to - START, found!.wholeTo - START], [4_000, 4_000]);
  });
});

Deno.test("storedTrades knows the newest trade where coverage reaches beyond it, as that of a file may", async () => {
  await withTrades([1, 2, 3, 4], [[1_000, 60_000, "complete"]], (_, found) => {
    assert.deepEqual(found?.known, { last: { id: 4, time: START + 4_000 }, holes: [] });
    assert.deepEqual([found!.to - START, found!.wholeTo - START], [60_000, 60_000]);
  });
});

Deno.test("storedTrades finds the holes of listed stretches by the ids on both sides, over midnight too", async () => {
  const day = DAY - (START % DAY), late = day / SECOND + 30;
  const rows = [
    [1_001, 3_000, "complete"],
    [3_000, 9_001, "missing", "nothing ran that kept trades"],
    [9_001, 12_000, "complete"],
    [12_000, late * SECOND + 1, "missing", "the queue was full"],
    [late * SECOND + 1, (late + 2) * SECOND, "complete"],
  ] as const;
  await withTrades([1, 2, 3, 9, 10, 11, 12, late, late + 1, late + 2], rows, (_, found) => {
    assert.deepEqual(found?.known?.holes, [
      { fromId: 4, toId: 9, since: START + 3_000, until: START + 9_000 },
      { fromId: 13, toId: late, since: START + 12_000, until: START + late * SECOND },
    ]);
    assert.deepEqual(rowsOf(found?.coverage), [], "all that is known is listed");
  });
});

Deno.test("storedTrades takes what a killed run was asking for as missing, but for what had come", async () => {
  const rows = [
    [1_001, 3_000, "complete"],
    [3_000, 9_001, "healing"],
    [9_001, 10_000, "complete"],
  ] as const;
  // A page of the trades had come, its coverage had not.
  await withTrades([1, 2, 3, 4, 5, 9, 10], rows, async (store, found) => {
    assert.deepEqual(found?.known?.holes, [
      { fromId: 6, toId: 9, since: START + 5_000, until: START + 9_000 },
    ]);
    await store.write({ coverage: found!.coverage });
    const all = { instrument: BTC.id, stepMs: 0, from: -Infinity, to: Infinity };
    const after = await store.coverage(all);
    assert.deepEqual(rowsOf(after), [
      [1_001, 5_000, "complete"],
      [5_000, 9_001, "missing"],
      [9_001, 10_000, "complete"],
    ]);
    assert.equal(after[1]!.reason, "the run that asked for them ended");
  });
});

Deno.test("storedTrades leaves what the venue does not have, and what no id bounds", async () => {
  const kept = "the venue's history does not have them";
  const rows = [
    [-9_000, 1_001, "missing", "nothing ran that kept trades"],
    [1_001, 3_000, "complete"],
    [3_000, 9_001, "missing", kept],
    [9_001, 10_000, "complete"],
  ] as const;
  await withTrades([1, 2, 3, 9, 10], rows, (_, found) => {
    assert.deepEqual(found?.known?.holes, []);
    assert.deepEqual(rowsOf(found?.coverage), []);
  });
});

Deno.test("storedTrades has no ids where the venue numbers no trades", async () => {
  const received = "as received: the venue numbers no trades";
  await withTrades([1, 2, 3], [[1_001, 2_000, "complete", received]], (_, found) => {
    assert.equal(found?.known, undefined);
    assert.deepEqual([found!.to - START, found!.wholeTo - START], [3_000, 2_000]);
  });
});

Deno.test("storedTrades is undefined where no trade is stored", async () => {
  await withTrades([], [], (_, found) => assert.equal(found, undefined));
});
