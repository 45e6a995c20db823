import assert from "node:assert/strict";
import fc from "fast-check";
import { BusFormatError } from "../../lib/bus/bus_fields.ts";
import { batchOf, messagesOf } from "../../lib/bus/bus_message.ts";
import { addressOf, subjectOf } from "../../lib/bus/bus_subject.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
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
    fundings: [{
      instrument: "ES",
      payments: [
        { time: HOUR, rate: -1e-4, markPrice: 0.1 + 0.2 },
        { time: 2 * HOUR, rate: null, markPrice: null },
      ],
    }],
    coverage: [{
      instrument: "ES",
      stepMs: MINUTE,
      from: 0,
      to: 9,
      state: "missing",
      reason: "away, “for” good",
    }],
  };
  const { rows, coverage } = messagesOf(batch, () => ES);
  const parts = [...rows, ...coverage].map(({ subject, text }) => batchOf(subject, text)!);
  assert.equal(parts.length, 4);
  for (const { instruments } of parts) assert.deepEqual(instruments, [ES]);
  assert.deepEqual(parts.flatMap(({ bars = [] }) => bars), batch.bars);
  assert.deepEqual(parts.flatMap(({ trades = [] }) => trades), batch.trades);
  assert.deepEqual(parts.flatMap(({ coverage = [] }) => coverage), batch.coverage);
  assert.deepEqual(parts.flatMap(({ fundings = [] }) => fundings), batch.fundings);
});

Deno.test("coverage of trades is in their message where that is one, else behind all of them", () => {
  const tradesOf = (instrument: string, count: number) => ({
    instrument,
    trades: tradeColumns(
      Array.from({ length: count }, (_, id) => ({ id, time: id, price: 1, size: 1, side: 0 })),
    ),
  });
  const row = (instrument: string, stepMs: number, from: number) => ({
    instrument,
    stepMs,
    from,
    to: from + 1,
    state: "complete" as const,
    reason: "",
  });
  const instrumentOf = (id: string) => ({ ...ES, id });
  const batch: StoreBatch = {
    trades: [tradesOf("A", 500), tradesOf("B", 501), tradesOf("C", 1), tradesOf("C", 1)],
    coverage: [
      row("A", 0, 1),
      row("A", 0, 2),
      row("A", MINUTE, 3),
      row("B", 0, 4),
      row("C", 0, 5),
      row("D", 0, 6),
    ],
  };
  const { rows, coverage } = messagesOf(batch, instrumentOf);
  const read = ({ subject, text }: { readonly subject: string; readonly text: string }) =>
    batchOf(subject, text)!;
  const within = rows.map(read).map(({ coverage = [] }) => coverage.map(({ from }) => from));
  assert.deepEqual(within, [[1, 2], [], [], [], []]);
  const behind = coverage.map(read).flatMap(({ coverage = [] }) => coverage);
  assert.deepEqual(behind, batch.coverage!.slice(2));
});

Deno.test("funding and coverage that no venue could have sent are refused", () => {
  const text = (body: object) => JSON.stringify({ v: 1, instrument: ES, ...body });
  const payment = { time: HOUR, rate: 1e-4, markPrice: 5 };
  const columns = { id: [], time: [], received: [], price: [], size: [], side: [] };
  const paid = (change: object) => text({ payments: [{ ...payment, ...change }] });
  const good = batchOf("comove.ibkr.ES.funding", paid({}));
  assert.deepEqual(good?.fundings, [{ instrument: "ES", payments: [payment] }]);
  const bad: [subject: string, text: string][] = [
    ["comove.ibkr.ES.funding", paid({ rate: 5 })],
    ["comove.ibkr.ES.funding", paid({ time: 5 })],
    ["comove.ibkr.ES.funding", paid({ markPrice: "5" })],
    ["comove.ibkr.ES.funding", text({ payments: {} })],
    ["comove.ibkr.ES.funding", text({ payments: Array.from({ length: 501 }, () => payment) })],
    ["comove.ibkr.ES.trades", text({ columns, coverage: [{ stepMs: 0, from: 5, to: 1 }] })],
    ["comove.ibkr.ES.trades", text({ columns, coverage: 5 })],
    ["comove.ibkr.ES.trades", text({ columns: { ...columns, price: ["1"] } })],
    ["comove.ibkr.ES.trades", text({ columns: { ...columns, price: [1] } })],
    ["comove.ibkr.ES.trades", text({ columns: { ...columns, price: undefined } })],
  ];
  for (const [subject, one] of bad) {
    assert.throws(
      () => batchOf(subject, one),
      (error: Error) => error instanceof BusFormatError || error instanceof RangeError,
      one,
    );
  }
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
