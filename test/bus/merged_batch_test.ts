import assert from "node:assert/strict";
import fc from "fast-check";
import { mergedBatch } from "../../lib/bus/merged_batch.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store, StoreBatch } from "../../lib/store/store.ts";
import { barColumns, BTC, ES, tradeColumns } from "../store/support/store_rows.ts";

const EVER = { from: -Infinity, to: Infinity };
const small = fc.integer({ min: 0, max: 12 });

const instrument = fc.constantFrom(BTC, ES);
const bars = fc.record({ of: instrument, rows: fc.array(fc.tuple(small, small, small)) });
const trades = fc.record({ of: instrument, rows: fc.array(fc.tuple(small, small)) });
const coverage = fc.record({
  of: instrument,
  from: small,
  length: fc.integer({ min: 1, max: 5 }),
  stepMs: fc.constantFrom(0, MINUTE),
  state: fc.constantFrom("complete" as const, "missing" as const, "healing" as const),
});

const alerts = fc.array(fc.tuple(small, small));

const batch = fc.record({ bars, trades, coverage, alerts }).map((
  { bars, trades, coverage, alerts },
): StoreBatch => ({
  alerts: alerts.map(([id, started]) => ({
    id: `${id}`,
    rule: "up",
    subject: "ES",
    state: "firing" as const,
    started,
    ended: null,
    value: null,
    evidence: "{}",
  })),
  fundings: [{
    instrument: bars.of.id,
    payments: alerts.map(([hour, rate]) => ({
      time: hour * HOUR,
      rate: rate / 1e4,
      markPrice: null,
    })),
  }],
  deliveries: alerts.map(([id, created]) => ({
    alert: `${id}`,
    channel: "desk",
    kind: "firing",
    created,
    body: "{}",
    attempts: created,
    nextAt: null,
    receipt: null,
    error: null,
  })),
  notes: Object.fromEntries(alerts.map(([id, value]) => [`note ${id}`, `${value}`])),
  instruments: [bars.of, trades.of, coverage.of],
  bars: [{
    instrument: bars.of.id,
    stepMs: MINUTE,
    bars: barColumns(
      bars.rows.map(([minute, close, revision]) => ({
        openTime: minute * MINUTE,
        close: 100 + close,
        revision,
      })),
    ),
    ...(bars.of === ES
      ? { contract: bars.rows.map(([minute]) => minute < 6 ? "ESZ6" : "ESH7") }
      : {}),
  }],
  trades: [{
    instrument: trades.of.id,
    trades: tradeColumns(
      trades.rows.map(([id, time]) => ({ id, time, price: id + 1, size: 1, side: 1 })),
    ),
  }],
  coverage: [{
    instrument: coverage.of.id,
    stepMs: coverage.stepMs,
    from: coverage.from * MINUTE,
    to: (coverage.from + coverage.length) * MINUTE,
    state: coverage.state,
    reason: coverage.state === "complete" ? "" : "away",
  }],
}));

Deno.test("batches that are merged leave a store as they would one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async (parts) => {
      const run = { id: "one" };
      const apart = await openStore({ kind: "memory", dataKind: "simulated", run });
      const merged = await openStore({ kind: "memory", dataKind: "simulated", run });
      for (const part of parts) await apart.write(part);
      await merged.write(mergedBatch(parts));
      assert.deepEqual(await heldBy(merged), await heldBy(apart));
      await Promise.all([apart.close(), merged.close()]);
    }),
  );
});

Deno.test("rows of an instrument stand together, and a stretch that goes on is one", () => {
  const row = (id: number) => ({ id, time: id, price: 1, size: 1, side: 1 });
  const stretch = (instrument: string, from: number, to: number) => ({
    instrument,
    stepMs: 0,
    from,
    to,
    state: "complete" as const,
    reason: "",
  });
  const part = (instrument: string, id: number): StoreBatch => ({
    trades: [{ instrument, trades: tradeColumns([row(id)]) }],
    coverage: [stretch(instrument, id, id + 1)],
  });
  const { trades = [], coverage } = mergedBatch([
    part("ES", 1),
    part("BTCUSDT", 1),
    part("ES", 2),
    part("BTCUSDT", 5),
  ]);
  assert.deepEqual(trades.map(({ instrument, trades: { id } }) => [instrument, [...id]]), [
    ["ES", [1, 2]],
    ["BTCUSDT", [1, 5]],
  ]);
  assert.deepEqual(coverage, [
    stretch("ES", 1, 3),
    stretch("BTCUSDT", 1, 2),
    stretch("BTCUSDT", 5, 6),
  ]);
});

async function heldBy(store: Store) {
  const notes = Array.from({ length: 13 }, (_, id) => store.note(`note ${id}`));
  const held: unknown[] = [
    await store.alerts(),
    await store.deliveries(),
    await Promise.all(notes),
  ];
  for (const { id } of [BTC, ES]) {
    const query = { instrument: id, stepMs: MINUTE, ...EVER };
    held.push({
      bars: await store.bars(query),
      fundings: await store.fundings({ instrument: id, ...EVER }),
      minutes: await store.coverage(query),
      trades: await store.trades({ instrument: id, ...EVER }),
      coverage: await store.coverage({ ...query, stepMs: 0 }),
      contracts: await store.contracts(id),
    });
  }
  return held;
}
