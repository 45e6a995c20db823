import assert from "node:assert/strict";
import fc from "fast-check";
import { DAY, HOUR, MINUTE } from "../../../lib/model/time.ts";
import type { FundingPayment } from "../../../lib/model/funding.ts";
import type {
  CoverageState,
  RangeQuery,
  Store,
  StoreBatch,
  StoredAlert,
  StoredCoverage,
} from "../../../lib/store/store.ts";
import { resample } from "../../../lib/bars/rebar.ts";
import { PlainStore, rowOf } from "./plain_store.ts";
import { barColumns, type BarRow, BTC, ES, tradeColumns } from "./store_rows.ts";

/** What every kind of store must do. */
export interface StoreCase {
  readonly kind: string;
  /** Gives an empty store of simulated data, and closes and removes it whatever happens. */
  readonly withStore: (use: (store: Store) => Promise<void>) => Promise<void>;
}

const EVER = { from: -Infinity, to: Infinity };
/** The last minutes of a day of UTC and the first of the next. */
const EVE = DAY - 5 * MINUTE;

/** Registers the tests of one kind of store. */
export function testStore({ kind, withStore }: StoreCase): void {
  const test = (name: string, use: (store: Store) => Promise<void>) =>
    Deno.test(`a ${kind} store ${name}`, () => withStore(use));

  test("gives back bars as they were written, unknown values included", async (store) => {
    const bars = barColumns([
      { openTime: 0, close: 0.1 + 0.2, volume: 1e-8, trades: 3, vwap: 0.30001 },
      { openTime: MINUTE, close: 100 },
      { openTime: 5 * MINUTE, close: 1e300, volume: 0, source: "imported", revision: 65_535 },
    ]);
    const written = await store.write({
      instruments: [BTC],
      bars: [{ instrument: "BTCUSDT", stepMs: MINUTE, bars }],
    });
    assert.deepEqual(written, { bars: 3, revisions: 0, trades: 0 });
    assert.deepEqual(await minutes(store), bars);
    assert.deepEqual(await store.instruments(), [BTC]);
  });

  test("reads half-open ranges, and pages", async (store) => {
    const rows = Array.from({ length: 10 }, (_, i): BarRow => ({ openTime: i * MINUTE }));
    await store.write({ instruments: [BTC], bars: [barsOf("BTCUSDT", rows)] });
    const range = { instrument: "BTCUSDT", stepMs: MINUTE, from: 2 * MINUTE, to: 8 * MINUTE };
    const times = async (limit?: number) =>
      [...(await store.bars({ ...range, ...(limit === undefined ? {} : { limit }) })).openTime]
        .map((time) => time / MINUTE);
    assert.deepEqual(await times(), [2, 3, 4, 5, 6, 7]);
    assert.deepEqual(await times(2), [2, 3]);
    assert.deepEqual(await times(0), []);
    assert.equal((await store.bars({ ...range, instrument: "ES" })).openTime.length, 0);
    assert.equal((await store.bars({ ...range, stepMs: HOUR })).openTime.length, 0);
  });

  test("takes bounds between two milliseconds", async (store) => {
    const rows = [0, 1, 2].map((time) => trade(time, time));
    await store.write({
      instruments: [BTC],
      bars: [barsOf("BTCUSDT", [{ openTime: 0 }, { openTime: MINUTE }])],
      trades: [{ instrument: "BTCUSDT", trades: tradeColumns(rows) }],
      coverage: [stretch("BTCUSDT", 0, MINUTE, "complete")],
    });
    const between = { instrument: "BTCUSDT", from: 0.5, to: MINUTE + 0.5 };
    assert.deepEqual([...(await store.bars({ ...between, stepMs: MINUTE })).openTime], [MINUTE]);
    assert.deepEqual([...(await store.trades({ ...between, to: 1.5 })).id], [1]);
    const range = { instrument: "BTCUSDT", stepMs: MINUTE };
    assert.equal((await store.coverage({ ...range, from: MINUTE - 0.5, to: 1e9 })).length, 1);
    assert.equal((await store.coverage({ ...range, from: -9, to: 0.5 })).length, 1);
    assert.equal((await store.coverage({ ...range, from: -9, to: -0.5 })).length, 0);
    assert.deepEqual(await store.alerts({ from: 0.5, to: 1.5 }), []);
    assert.equal(await store.dropTrades(1.5), 2);
  });

  test("pages trades of one millisecond by their ids", async (store) => {
    const rows = [[1, 5], [1, 6], [1, 7], [2, 8]].map(([time, id]) => trade(time!, id!));
    await store.write({
      instruments: [BTC],
      trades: [{ instrument: "BTCUSDT", trades: tradeColumns(rows) }],
    });
    const page = async (from: number, afterId?: number) => {
      const query = { instrument: "BTCUSDT", from, to: Infinity, limit: 2 };
      const { id } = await store.trades(afterId === undefined ? query : { ...query, afterId });
      return [...id];
    };
    assert.deepEqual(await page(-Infinity), [5, 6]);
    assert.deepEqual(await page(1, 6), [7, 8]);
    assert.deepEqual(await page(2, 8), []);
  });

  test("takes a revision once, and neither a repeat nor an older one", async (store) => {
    const write = (close: number, revision: number) =>
      store.write({
        instruments: [BTC],
        bars: [barsOf("BTCUSDT", [{ openTime: 0, close, revision }])],
      });
    assert.deepEqual(await write(100, 0), { bars: 1, revisions: 0, trades: 0 });
    assert.deepEqual(await write(101, 1), { bars: 0, revisions: 1, trades: 0 });
    for (const [close, revision] of [[101, 1], [150, 1], [100, 0]] as const) {
      assert.deepEqual(await write(close, revision), { bars: 0, revisions: 0, trades: 0 });
    }
    const { close, revision } = await minutes(store);
    assert.deepEqual([close[0], revision[0]], [101, 1]);
  });

  test("keeps what a perpetual paid, the unknown as unknown, and takes a later word for a time", async (store) => {
    const write = (...payments: readonly FundingPayment[]) =>
      store.write({
        instruments: [BTC, ES],
        fundings: [{ instrument: "BTCUSDT", payments }, { instrument: "ES", payments: [] }],
      });
    const at = (hour: number, rate: number | null, markPrice: number | null = 97_000.5) => ({
      time: hour * HOUR,
      rate,
      markPrice,
    });
    const seen = (query: Partial<RangeQuery> = {}) =>
      store.fundings({ instrument: "BTCUSDT", ...EVER, ...query });
    await write(at(8, 1e-4), at(0, -0.000_123_45), at(16, null, null));
    assert.deepEqual(await seen(), [at(0, -0.000_123_45), at(8, 1e-4), at(16, null, null)]);
    await write(at(16, 2e-5), at(8, 1e-4));
    assert.deepEqual((await seen()).map(({ rate }) => rate), [-0.000_123_45, 1e-4, 2e-5]);
    await write(at(-8, 0), at(24, -0));
    assert.deepEqual((await seen({ from: -Infinity, to: 0.5 })).length, 2);
    assert.deepEqual((await seen({ from: 8 * HOUR, to: 16 * HOUR })).length, 1);
    assert.deepEqual((await seen({ limit: 2 })).map(({ time }) => time / HOUR), [-8, 0]);
    assert.ok(Object.is((await seen()).at(-1)!.rate, 0), "a zero has one sign");
    assert.deepEqual(await seen({ instrument: "ES" }), []);
    assert.deepEqual(await seen({ instrument: "none" }), []);
    assert.deepEqual((await store.check()).findings, []);
    const refused: readonly (readonly [FundingPayment, RegExp])[] = [
      [{ ...at(1, 0), time: HOUR + 1 }, /time must be a whole hour in ms, got 3600001/],
      [{ ...at(1, 0), time: NaN }, /time must be a whole hour/],
      [{ ...at(1, 0), time: 1e300 * HOUR }, /time must be a whole hour/],
      [at(1, NaN), /rate must be a finite number, got NaN/],
      [at(1, 0.2), /rate must be at most 0.1 in size, got 0.2/],
      [at(1, 0, Infinity), /markPrice must be a finite number, got Infinity/],
    ];
    for (const [payment, message] of refused) {
      await assert.rejects(write(at(32, 0), payment), { name: "RangeError", message });
    }
    assert.equal((await seen({ from: 25 * HOUR })).length, 0, "nothing of a batch that is refused");
    await assert.rejects(
      store.write({ fundings: [{ instrument: "NQ", payments: [at(0, 0)] }] }),
      /does not know NQ/,
    );
  });

  test("cuts coverage at midnight, and joins what says the same", async (store) => {
    const write = (from: number, to: number, state: CoverageState, reason = "") =>
      store.write({ instruments: [ES], coverage: [stretch("ES", from, to, state, reason)] });
    for (let minute = 0; minute < 10; minute++) {
      await write(EVE + minute * MINUTE, EVE + (minute + 1) * MINUTE, "complete");
    }
    assert.deepEqual(await states(store, "ES"), [
      [EVE, DAY, "complete"],
      [DAY, DAY + 5 * MINUTE, "complete"],
    ]);
    await write(EVE + MINUTE, EVE + 2 * MINUTE, "missing", "the connection was lost");
    assert.deepEqual(await states(store, "ES"), [
      [EVE, EVE + MINUTE, "complete"],
      [EVE + MINUTE, EVE + 2 * MINUTE, "missing"],
      [EVE + 2 * MINUTE, DAY, "complete"],
      [DAY, DAY + 5 * MINUTE, "complete"],
    ]);
    await write(EVE, DAY, "complete");
    assert.equal((await states(store, "ES")).length, 2);
  });

  test("keeps the contract months of a future's bars", async (store) => {
    const write = (from: number, to: number, contract: string, revision = 0) => {
      const rows = Array.from({ length: to - from }, (_, i): BarRow => ({
        openTime: (from + i) * MINUTE,
        revision,
      }));
      const batch = { ...barsOf("ES", rows), contract: rows.map(() => contract) };
      return store.write({ instruments: [ES], bars: [batch] });
    };
    await write(0, 3, "ESZ6");
    await write(3, 5, "ESZ6");
    await write(8, 10, "ESZ6");
    await write(10, 12, "ESH7");
    const seen = async () =>
      (await store.contracts("ES")).map((
        { from, to, contract },
      ) => [from / MINUTE, to / MINUTE, contract]);
    assert.deepEqual(await seen(), [[0, 10, "ESZ6"], [10, 12, "ESH7"]]);
    await write(0, 1, "ESH7");
    assert.deepEqual(await seen(), [[0, 10, "ESZ6"], [10, 12, "ESH7"]], "not a revision");
    await write(9, 10, "ESH7", 1);
    assert.deepEqual(await seen(), [[0, 9, "ESZ6"], [9, 12, "ESH7"]]);
    assert.deepEqual(await store.contracts("BTCUSDT"), []);
  });

  test("stores all of a batch or nothing of it", async (store) => {
    const bad = { ...barColumns([{ openTime: 0 }]), low: Float64Array.of(NaN) };
    const batch: StoreBatch = {
      instruments: [BTC],
      bars: [barsOf("BTCUSDT", [{ openTime: 0 }]), {
        instrument: "BTCUSDT",
        stepMs: HOUR,
        bars: bad,
      }],
    };
    await assert.rejects(store.write(batch), /bars of BTCUSDT: low must be a finite number.*row 0/);
    const unknown: StoreBatch = {
      bars: [barsOf("BTCUSDT", [{ openTime: 0 }]), barsOf("NOPE", [{ openTime: 0 }])],
    };
    await assert.rejects(
      store.write({ instruments: [BTC], ...unknown }),
      /does not know NOPE; write it with the batch's instruments/,
    );
    assert.deepEqual(await store.instruments(), []);
    assert.equal((await minutes(store)).openTime.length, 0);
  });

  test("writes batches in their order, and none after one that it refuses", async (store) => {
    const first = { instruments: [BTC], bars: [barsOf("BTCUSDT", [{ openTime: 0 }])] };
    const second = { bars: [barsOf("BTCUSDT", [{ openTime: MINUTE }, { openTime: 2 * MINUTE }])] };
    const third = { bars: [barsOf("BTCUSDT", [{ openTime: 3 * MINUTE }])] };
    const refused = { bars: [barsOf("NOPE", [{ openTime: 0 }])] };
    await assert.rejects(store.write(first, refused, second, third), /does not know NOPE/);
    assert.deepEqual([...(await minutes(store)).openTime], [0]);
    const change = await store.write(first, second, third);
    assert.deepEqual(change, { bars: 3, revisions: 0, trades: 0 });
    assert.deepEqual([...(await minutes(store)).openTime], [0, 1, 2, 3].map((i) => i * MINUTE));
  });

  test("keeps alerts, deliveries, runs and notes by their keys", async (store) => {
    const alert: StoredAlert = {
      id: "calm/ES/0",
      rule: "calm",
      subject: "ES",
      state: "firing",
      started: 0,
      ended: null,
      value: 2.5,
      evidence: '{"n":60}',
    };
    const delivery = {
      alert: alert.id,
      channel: "desk",
      kind: "firing",
      created: 7,
      body: '{"id":"calm/ES/0"}',
      attempts: 0,
      nextAt: 7,
      receipt: null,
      error: null,
    };
    await store.write({ alerts: [alert], deliveries: [delivery], notes: { judged: "0" } });
    const resolved: StoredAlert = { ...alert, state: "resolved", ended: MINUTE };
    const sent = { ...delivery, attempts: 1, nextAt: null, receipt: "200" };
    await store.write({ alerts: [resolved], deliveries: [sent] });
    assert.deepEqual(await store.alerts(), [resolved]);
    assert.deepEqual(await store.alerts({ from: 1 }), []);
    assert.deepEqual(await store.deliveries(), [sent]);
    await store.write({ notes: { judged: "60000" } });
    assert.equal(await store.note("judged"), "60000");
    assert.equal(await store.note("schema"), undefined);
    const [run] = await store.runs();
    assert.deepEqual([run!.ended, run!.config], [null, "{}"]);
  });

  test("makes the same bars of its trades as of columns", async (store) => {
    const rows = Array.from(
      { length: 30_000 },
      (_, i) => trade(i * 37, i, 100 + (i * 7) % 13, 0.1),
    );
    const trades = tradeColumns(rows);
    await store.write({ instruments: [BTC], trades: [{ instrument: "BTCUSDT", trades }] });
    for (const stepMs of [1_000, MINUTE, HOUR]) {
      const bars = await store.tradeBars({ instrument: "BTCUSDT", stepMs, ...EVER });
      assert.deepEqual(bars, resample(trades, { stepMs }));
    }
  });

  test("drops old trades, and what was known of them", async (store) => {
    const rows = Array.from({ length: 5_000 }, (_, i) => trade(EVE + i * 100, i));
    await store.write({
      instruments: [BTC],
      trades: [{ instrument: "BTCUSDT", trades: tradeColumns(rows) }],
      coverage: [{ ...stretch("BTCUSDT", EVE, DAY + 5 * MINUTE, "complete"), stepMs: 0 }],
    });
    assert.equal(await store.dropTrades(DAY), 3_000);
    const left = await store.trades({ instrument: "BTCUSDT", ...EVER });
    assert.deepEqual([left.time[0], left.time.length], [DAY, 2_000]);
    assert.deepEqual(await states(store, "BTCUSDT", 0), [[DAY, DAY + 5 * MINUTE, "complete"]]);
    assert.deepEqual(await store.check(), { rows: 2_000, findings: [] });
    assert.equal(await store.dropTrades(DAY), 0);
  });

  test("counts its rows by day", async (store) => {
    const rows = Array.from({ length: 10 }, (_, i): BarRow => ({ openTime: EVE + i * MINUTE }));
    await store.write({ instruments: [ES], bars: [barsOf("ES", rows)] });
    const { days, dataKind, bytes } = await store.info();
    assert.deepEqual(days, [
      { instrument: "ES", stepMs: MINUTE, day: 0, rows: 5 },
      { instrument: "ES", stepMs: MINUTE, day: DAY, rows: 5 },
    ]);
    assert.equal(dataKind, "simulated");
    assert.ok(bytes > 4_096);
  });

  test("holds what a plain map holds, whatever is written in whatever order", async () => {
    const batches = fc.array(anyBatch(), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, (batches) =>
        withStore(async (store) => {
          const plain = new PlainStore();
          await store.write({ instruments: [BTC, ES] });
          for (const batch of batches) {
            plain.write(batch);
            await store.write(batch);
          }
          await assertSame(store, plain);
          // All of it once more, in the other order of trades and coverage: bars and trades stay as they are.
          for (const { bars = [], trades = [] } of batches.toReversed()) {
            assert.deepEqual(await store.write({ bars, trades }), {
              bars: 0,
              revisions: 0,
              trades: 0,
            });
          }
          await assertSame(store, plain);
        })),
      { numRuns: 40 },
    );
  });
}

async function assertSame(store: Store, plain: PlainStore): Promise<void> {
  const bars = new Map<string, unknown>(), trades = new Map<string, unknown>();
  const coverage = new Map<string, string>(), contracts = new Map<string, string>();
  for (const { id } of [BTC, ES]) {
    const months = await store.contracts(id);
    for (const stepMs of [MINUTE, HOUR]) {
      const columns = await store.bars({ instrument: id, stepMs, ...EVER });
      columns.openTime.forEach((time, row) =>
        bars.set(`${id} ${stepMs} ${time}`, rowOf(columns, row))
      );
    }
    for (const key of plain.contracts.keys()) {
      const [instrument, time] = key.split(" ");
      const month = months.find(({ from, to }) => from <= Number(time) && Number(time) < to);
      if (instrument === id && month !== undefined) contracts.set(key, month.contract);
    }
    const columns = await store.trades({ instrument: id, ...EVER });
    columns.id.forEach((trade, row) =>
      trades.set(`${id} ${columns.time[row]} ${trade}`, rowOf(columns, row))
    );
    for (const stepMs of [0, MINUTE, HOUR]) {
      const rows = await store.coverage({ instrument: id, stepMs, ...EVER });
      assertTidy(rows);
      for (const { from, to, state, reason } of rows) {
        for (let minute = from; minute < to; minute += MINUTE) {
          coverage.set(`${id} ${stepMs} ${minute}`, `${state}: ${reason}`);
        }
      }
    }
  }
  assert.deepEqual(sorted(bars), sorted(plain.bars));
  assert.deepEqual(sorted(trades), sorted(plain.trades));
  assert.deepEqual(sorted(coverage), sorted(plain.coverage));
  assert.deepEqual(sorted(contracts), sorted(plain.contracts));
  const { findings, rows } = await store.check();
  // Rows that were made at random contradict each other, and not what was written.
  const contradictions =
    /lie outside|lie where|is none: its time|imported data in|complete|its trades make/;
  assert.deepEqual(findings.filter((finding) => !contradictions.test(finding)), []);
  assert.equal(rows, bars.size + trades.size);
}

/** Ascending, within days, never overlapping, and never two that say the same side by side within a day. */
function assertTidy(rows: readonly StoredCoverage[]): void {
  rows.forEach((row, i) => {
    assert.ok(row.from < row.to && Math.floor(row.from / DAY) === Math.floor((row.to - 1) / DAY));
    const next = rows[i + 1];
    if (next === undefined) return;
    assert.ok(row.to <= next.from, "overlap");
    const isSame = row.state === next.state && row.reason === next.reason;
    assert.ok(!isSame || row.to < next.from || next.from % DAY === 0, "not joined");
  });
}

function sorted(map: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...map].sort(([a], [b]) => a < b ? -1 : 1);
}

/** Some minutes on both sides of two midnights. */
function anyMinute() {
  return fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -4, max: 4 }))
    .map(([day, minute]) => day * DAY + minute * MINUTE);
}

function anyBatch(): fc.Arbitrary<StoreBatch> {
  const id = fc.constantFrom("BTCUSDT", "ES");
  const maybe = (value: fc.Arbitrary<number>) => fc.option(value, { nil: NaN });
  const price = fc.double({ min: 1, max: 1e6, noNaN: true });
  const bar = fc.record({
    openTime: anyMinute(),
    close: price,
    volume: maybe(fc.double({ min: 0, max: 1e9, noNaN: true })),
    trades: maybe(fc.integer({ min: 0, max: 1e6 })),
    vwap: maybe(price),
    revision: fc.integer({ min: 0, max: 3 }),
    source: fc.constantFrom("simulated", "imported"),
  });
  const month = fc.constantFrom("ESZ6", "ESH7");
  const bars = fc.tuple(id, fc.constantFrom(MINUTE, HOUR), fc.array(fc.tuple(bar, month)))
    .map(([instrument, stepMs, rows]) => {
      const known = { instrument, stepMs, bars: barColumns(rows.map(([row]) => row)) };
      // Only the minutes of futures name their months here, so that the plain store can look them up by minute.
      const hasMonths = instrument === "ES" && stepMs === MINUTE;
      return hasMonths ? { ...known, contract: rows.map(([, month]) => month) } : known;
    });
  const trades = fc.tuple(
    id,
    fc.array(fc.record({
      id: fc.integer({ min: 0, max: 20 }),
      time: anyMinute(),
      price,
      size: fc.double({ min: 0, max: 1e6, noNaN: true }),
      side: fc.constantFrom(-1, 0, 1),
    })),
  ).map(([instrument, rows]) => ({ instrument, trades: tradeColumns(rows) }));
  const coverage = fc.tuple(
    id,
    fc.constantFrom(0, MINUTE, HOUR),
    fc.tuple(anyMinute(), anyMinute()),
    fc.constantFrom<CoverageState>("complete", "missing", "closed", "healing"),
    fc.constantFrom("", "the connection was lost"),
  ).map(([instrument, stepMs, [a, b], state, reason]) => {
    const from = Math.min(a, b), to = Math.max(a, b) + MINUTE;
    return { ...stretch(instrument, from, to, state, reason), stepMs };
  });
  return fc.record({
    bars: fc.array(bars, { maxLength: 3 }),
    trades: fc.array(trades, { maxLength: 2 }),
    coverage: fc.array(coverage, { maxLength: 4 }),
  });
}

function barsOf(instrument: string, rows: readonly BarRow[]) {
  return { instrument, stepMs: MINUTE, bars: barColumns(rows) };
}

function trade(time: number, id: number, price = 100, size = 1) {
  return { id, time, price, size, side: 1 };
}

function stretch(
  instrument: string,
  from: number,
  to: number,
  state: CoverageState,
  reason = "",
): StoredCoverage {
  return { instrument, stepMs: MINUTE, from, to, state, reason };
}

function minutes(store: Store) {
  return store.bars({ instrument: "BTCUSDT", stepMs: MINUTE, ...EVER });
}

async function states(store: Store, instrument: string, stepMs = MINUTE) {
  const rows = await store.coverage({ instrument, stepMs, ...EVER });
  return rows.map(({ from, to, state }) => [from, to, state]);
}
