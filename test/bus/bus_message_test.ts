import assert from "node:assert/strict";
import fc from "fast-check";
import { batchOf, messagesOf } from "../../lib/bus/bus_message.ts";
import { addressOf, subjectOf } from "../../lib/bus/bus_subject.ts";
import { MINUTE } from "../../lib/model/time.ts";
import type { StoreBatch } from "../../lib/store/store.ts";
import { barColumns, ES, tradeColumns } from "../store/support/store_rows.ts";

Deno.test("a batch comes back from its messages as it was, unknown values included", () => {
  const bars = barColumns([
    { openTime: 0, close: 0.1 + 0.2, volume: 1e-8, trades: 3, vwap: 0.30001, revision: 255 },
    { openTime: MINUTE, close: 1e300, source: "imported" },
  ]);
  const batch: StoreBatch = {
    bars: [{ instrument: "ES", stepMs: MINUTE, bars, contract: ["ESZ6", undefined] }],
    trades: [{
      instrument: "ES",
      trades: tradeColumns([{ id: 7, time: 5, price: 1 / 3, size: 0, side: -1 }]),
    }],
    coverage: [{
      instrument: "ES",
      stepMs: 0,
      from: 0,
      to: 9,
      state: "missing",
      reason: "away, “for” good",
    }],
  };
  const { rows, coverage } = messagesOf(batch, () => ES);
  const parts = [...rows, ...coverage].map(({ subject, text }) => batchOf(subject, text)!);
  assert.equal(parts.length, 3);
  for (const { instruments } of parts) assert.deepEqual(instruments, [ES]);
  assert.deepEqual(parts.flatMap(({ bars = [] }) => bars), batch.bars);
  assert.deepEqual(parts.flatMap(({ trades = [] }) => trades), batch.trades);
  assert.deepEqual(parts.flatMap(({ coverage = [] }) => coverage), batch.coverage);
});

Deno.test("a message holds 500 rows at most, and its id is that of its rows", () => {
  const trades = (from: number) => ({
    trades: [{
      instrument: "ES",
      trades: tradeColumns(
        Array.from({ length: 1_001 }, (_, i) => ({
          id: from + i,
          time: i,
          price: 1,
          size: 1,
          side: 0,
        })),
      ),
    }],
  });
  const ids = (from: number) => messagesOf(trades(from), () => ES).rows.map(({ id }) => id);
  assert.equal(ids(0).length, 3);
  assert.deepEqual(ids(0), ids(0));
  assert.equal(new Set([...ids(0), ...ids(1)]).size, 6);
});

Deno.test("every id of an instrument makes a subject of four tokens, and comes back from it", () => {
  fc.assert(fc.property(fc.string({ minLength: 1, unit: "binary" }), (instrument) => {
    fc.pre(instrument.isWellFormed());
    const address = { venue: "deribit", instrument, kind: "minutes" } as const;
    const subject = subjectOf(address);
    assert.match(subject, /^comove\.deribit\.[\w@/%-]+\.minutes$/);
    assert.deepEqual(addressOf(subject), address);
  }));
});
