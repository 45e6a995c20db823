import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { SinkRunner } from "../../lib/market/sink_runner.ts";
import type { Bar } from "../../lib/model/bar.ts";
import type { Instrument, Source } from "../../lib/model/instrument.ts";
import { HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { afterTurn } from "../../lib/runtime/after_turn.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { StoreSink, type StoreSinkOptions } from "../../lib/store/store_sink.ts";
import type { StoreBatch } from "../../lib/store/store.ts";
import { knownOf } from "../support/known_minutes.ts";
import { turns, worldOf } from "../support/test_sink.ts";
import { fakeStore } from "./support/fake_store.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const at = (minute: number) => START + minute * MINUTE;
const BTC: Instrument = {
  id: "BTCUSDT",
  venue: "binance",
  kind: "crypto",
  exchange: "spot",
  currency: "USDT",
};

function barAt(minute: number, close = 100, source: Source = "live"): Bar {
  return {
    openTime: at(minute),
    open: 100,
    high: 200,
    low: 1,
    close,
    volume: 1,
    closed: true,
    revision: 0,
    source,
  };
}

/** A sink over a fake store, fed as a market feeds it: the ledger first, then the event. */
function sinkWith(options: Partial<StoreSinkOptions> = {}) {
  const world = worldOf();
  const fake = fakeStore();
  const sink = new StoreSink({
    open: () => Promise.resolve(fake.store),
    clock: world.clock,
    afterTurn,
    log: world.options.log,
    source: "live",
    ...options,
  });
  const ledger = new MinuteLedger("BTCUSDT", () => true);
  ledger.start(START);
  sink.add(BTC, ledger);
  const bar = (minute: number, close = 100): MarketEvent => {
    const offer = ledger.offer(barAt(minute, close), "stream");
    assert.ok(offer.kind === "new" || offer.kind === "revision");
    return {
      kind: "bar",
      instrument: "BTCUSDT",
      bar: offer.bar,
      origin: "stream",
      change: offer.kind,
      receivedAt: 0,
    };
  };
  const pass = async (ms = 200) => {
    await world.clock.advance(ms);
    await turns(20);
  };
  const safe = () =>
    world.lines.filter(({ message }) => message === "stored").map(({ fields }) => [
      (Number(fields.from) - START) / MINUTE,
      (Number(fields.to) - START) / MINUTE,
    ]);
  return { ...world, ...fake, sink, ledger, bar, pass, safe };
}

const trade = (id: number, time: number): MarketEvent => ({
  kind: "trade",
  instrument: "BTCUSDT",
  id,
  time,
  price: 100,
  size: 1,
  side: "buy",
  receivedAt: time,
});

const barTimes = (batches: readonly StoreBatch[]) =>
  batches.flatMap(({ bars = [] }) =>
    bars.flatMap((one) => [...one.bars.openTime].map((time) => (time - START) / MINUTE))
  );

const coverageOf = (batches: readonly StoreBatch[], stepMs: number) =>
  batches.flatMap(({ coverage = [] }) =>
    coverage.filter((row) => row.stepMs === stepMs).map((row) =>
      [(row.from - START) / MINUTE, (row.to - START) / MINUTE, row.state, row.reason] as const
    )
  );

Deno.test("a minute and its coverage go to the store in one transaction, and are then reported as stored", async () => {
  const { sink, bar, pass, batches, safe } = sinkWith();
  sink.take(bar(0));
  sink.take(bar(1));
  assert.deepEqual(safe(), []);
  await pass();
  assert.equal(batches.length, 1);
  assert.deepEqual(barTimes(batches), [0, 1]);
  assert.deepEqual(coverageOf(batches, MINUTE), [[0, 2, "complete", ""]]);
  assert.deepEqual(batches[0]!.instruments, [BTC]);
  assert.deepEqual(safe(), [[0, 2]]);
  sink.take(bar(1, 150));
  await pass();
  assert.deepEqual(barTimes(batches), [0, 1, 1], "only what was revised is written again");
  assert.deepEqual([...batches[1]!.bars![0]!.bars.revision], [1]);
  assert.deepEqual(batches[1]!.instruments, []);
});

Deno.test("what a perpetual paid is written once, again after a refusal, and where a full queue dropped its event", async () => {
  const { sink, pass, batches, state } = sinkWith();
  const paid = (hour: number, rate: number | null): MarketEvent => ({
    kind: "funding-payments",
    instrument: "BTCUSDT",
    payments: [{ time: hour * HOUR, rate, markPrice: 100 }],
    receivedAt: 0,
  });
  const written = () =>
    batches.splice(0).flatMap(({ fundings = [] }) => fundings).map(({ instrument, payments }) =>
      [instrument, ...payments.map(({ time, rate }) => `${time / HOUR} ${rate}`)].join(" ")
    );
  sink.take(paid(8, 1e-4));
  sink.take(paid(0, null));
  await pass();
  assert.deepEqual(written(), ["BTCUSDT 8 0.0001 0 null"]);
  await pass();
  assert.deepEqual(written(), []);
  state.refusal = new Error("database or disk is full");
  sink.take(paid(16, 2e-4));
  await pass();
  state.refusal = undefined;
  // The failure of the timer is thrown where it is counted; the later word for a time is the one that counts.
  assert.throws(() => sink.take(paid(16, 3e-4)), /disk is full/);
  sink.dropped(paid(24, 4e-4));
  await pass(5 * SECOND);
  assert.deepEqual(written(), ["BTCUSDT 16 0.0003 24 0.0004"]);
  assert.equal(sink.progress.lost, 0);
  state.refusal = new Error("database or disk is full");
  sink.take(paid(32, 5e-4));
  await pass();
  await sink.close();
  assert.equal(sink.progress.lost, 1, "it was never written");
});

Deno.test("a payment that is corrected while it is being written is written again", async () => {
  const fake = fakeStore(), opened = Promise.withResolvers<typeof fake.store>();
  const { sink, pass } = sinkWith({ open: () => opened.promise });
  const pay = (rate: number) =>
    sink.take({
      kind: "funding-payments",
      instrument: "BTCUSDT",
      payments: [{ time: 8 * HOUR, rate, markPrice: null }],
      receivedAt: 0,
    });
  pay(1e-4);
  await pass();
  pay(2e-4);
  opened.resolve(fake.store);
  await pass();
  const rates = fake.batches.flatMap(({ fundings = [] }) =>
    fundings.flatMap(({ payments }) => payments.map(({ rate }) => rate))
  );
  assert.deepEqual(rates, [1e-4, 2e-4]);
});

Deno.test("keep has a page of history stored before the next is asked for, and waits for no disk that refuses", async () => {
  const { sink, ledger, batches, state } = sinkWith();
  for (const minute of [0, 1, 2]) ledger.offer(barAt(minute), "history");
  await sink.keep("BTCUSDT", { from: at(0), to: at(2) });
  assert.deepEqual(barTimes(batches), [0, 1], "although no event has come yet");
  state.refusal = new Error("database or disk is full");
  await sink.keep("BTCUSDT", { from: at(2), to: at(3) });
  assert.deepEqual(barTimes(batches), [0, 1]);
  assert.equal(sink.progress.failures, 1);
});

Deno.test("gaps are missing with the feed's reason, then complete, closed at the venue, or shut", async () => {
  const { sink, ledger, bar, pass, batches } = sinkWith();
  sink.take(bar(4));
  sink.take({
    kind: "gap",
    instrument: "BTCUSDT",
    from: at(0),
    to: at(3),
    reason: "there was no connection",
    receivedAt: 0,
  });
  await pass();
  assert.deepEqual(coverageOf(batches, MINUTE), [
    [0, 3, "missing", "there was no connection"],
    [4, 5, "complete", ""],
  ]);
  ledger.offer(barAt(0), "history");
  ledger.markAbsent({ from: at(1), to: at(2) });
  ledger.markAbsent({ from: at(2), to: at(3) }, { isClosed: true });
  sink.take({
    kind: "heal",
    instrument: "BTCUSDT",
    from: at(0),
    to: at(3),
    filled: 1,
    absent: 2,
    receivedAt: 0,
  });
  await pass();
  assert.deepEqual(coverageOf(batches.slice(1), MINUTE), [
    [0, 1, "complete", ""],
    [1, 2, "closed", "the venue has no bar"],
    [2, 3, "closed", "the market is shut"],
  ]);
});

Deno.test("what the store holds already is not written again", async () => {
  const world = worldOf(), { store, batches } = fakeStore();
  const known = knownOf([barAt(0), barAt(1)]);
  const ledger = new MinuteLedger("BTCUSDT", () => true, { recall: () => known });
  const sink = new StoreSink({
    open: () => Promise.resolve(store),
    clock: world.clock,
    afterTurn,
    log: world.options.log,
    source: "live",
    before: () => ({ minutes: known }),
  });
  sink.add(BTC, ledger);
  ledger.start(START);
  ledger.recall(at(2), false);
  ledger.offer(barAt(2), "history");
  await sink.flush();
  assert.deepEqual(barTimes(batches), [2]);
});

Deno.test("a gap covers no minute of which an earlier run has stored the bar", async () => {
  const { sink, bar, pass, batches } = sinkWith({
    before: () => ({ minutes: knownOf([barAt(1)]) }),
  });
  sink.take(bar(0));
  sink.take({
    kind: "gap",
    instrument: "BTCUSDT",
    from: at(1),
    to: at(3),
    reason: "the connection was lost",
    receivedAt: 0,
  });
  sink.take(bar(3));
  await pass();
  assert.deepEqual(coverageOf(batches, MINUTE), [
    [0, 1, "complete", ""],
    [2, 3, "missing", "the connection was lost"],
    [3, 4, "complete", ""],
  ]);
});

Deno.test("a full queue is a missing row, and the minute is written from the ledger all the same", async () => {
  const { sink, bar, clock, pass, batches, options } = sinkWith();
  const runner = new SinkRunner({
    name: "store",
    capacity: 2,
    take: (event) => sink.take(event),
    dropped: (event) => sink.dropped(event),
    flush: () => sink.flush(),
    close: () => sink.close(),
  }, { ...options, clock });
  for (const minute of [0, 1, 2, 3]) runner.take(bar(minute));
  await turns(5);
  await pass();
  assert.equal(runner.status.dropped, 2);
  assert.deepEqual(coverageOf(batches, MINUTE), [
    [0, 2, "missing", "the store's queue was full"],
    [2, 4, "complete", ""],
    [0, 2, "complete", ""],
  ]);
  assert.deepEqual(barTimes(batches), [2, 3, 0, 1]);
  assert.equal(sink.progress.lost, 0);
});

Deno.test("a disk that refuses costs no minute: it is written from the ledger once the disk takes it", async () => {
  const { sink, bar, pass, batches, state, safe, lines } = sinkWith();
  state.refusal = new Error("database or disk is full");
  sink.take(bar(0));
  await pass();
  assert.throws(() => sink.take(bar(1)), /disk is full/, "counted where sinks are counted");
  assert.equal(sink.progress.failures, 1);
  await pass(3 * SECOND);
  assert.deepEqual(safe(), []);
  assert.equal(lines.filter(({ level }) => level === "error").length, 1, "logged once");
  state.refusal = undefined;
  await pass(10 * SECOND);
  assert.deepEqual(barTimes(batches), [0, 1]);
  assert.deepEqual(safe(), [[0, 2]]);
  await sink.close();
  assert.equal(sink.progress.lost, 0);
});

Deno.test("what a disk refuses until the end is counted as lost", async () => {
  const { sink, bar, state } = sinkWith({ keepsTrades: true });
  state.refusal = new Error("database or disk is full");
  sink.take(bar(0));
  sink.take(trade(1, at(0)));
  await assert.rejects(sink.flush(), /disk is full/);
  await sink.close();
  assert.equal(sink.progress.lost, 2);
});

Deno.test("trades are stored with ids, sides and coverage; a jump of ids is missing, with its reason", async () => {
  const { sink, pass, batches } = sinkWith({
    keepsTrades: true,
    before: () => ({ trades: { to: at(-1), wholeTo: at(-1) - SECOND, coverage: [] } }),
  });
  for (const [id, second] of [[7, 0], [8, 10], [9, 20], [12, 30], [13, 60]] as const) {
    sink.take(trade(id, START + second * SECOND));
  }
  sink.dropped(trade(14, START + 70 * SECOND));
  sink.take(trade(15, START + 80 * SECOND));
  await pass();
  await sink.close();
  const stored = batches.flatMap(({ trades = [] }) => trades.flatMap((one) => [...one.trades.id]));
  assert.deepEqual(stored, [7, 8, 9, 12, 13, 15]);
  assert.deepEqual([...batches[0]!.trades![0]!.trades.side], [1, 1, 1, 1, 1, 1]);
  const rows = batches.flatMap(({ coverage = [] }) => coverage).filter(({ stepMs }) => stepMs === 0)
    .map(({ from, to, state, reason }) => [from - START, to - START, state, reason]);
  assert.deepEqual(rows, [
    [-MINUTE - SECOND, 1, "missing", "nothing ran that kept trades"],
    [1, 20 * SECOND, "complete", ""],
    [
      20 * SECOND,
      30 * SECOND + 1,
      "missing",
      "trades are missing, and the venue's history does not have them",
    ],
    [30 * SECOND + 1, 60 * SECOND, "complete", ""],
    [60 * SECOND, 80 * SECOND + 1, "missing", "the store's queue was full"],
  ]);
  assert.equal(sink.progress.lost, 1);
});

/** Rows of trades as they were written, in ms from {@link START}. */
const tradeRows = (batches: readonly StoreBatch[]) =>
  batches.flatMap(({ coverage = [] }) => coverage).filter(({ stepMs }) => stepMs === 0)
    .map(({ from, to, state, reason }) => [from - START, to - START, state, reason]);

const STORED = {
  to: at(-1),
  wholeTo: at(-1),
  known: { last: { id: 6, time: at(-1) }, holes: [] },
  coverage: [],
};

Deno.test("what is dropped for its age is not covered any more, however long the run goes on", async () => {
  const store = await openStore({ kind: "memory", dataKind: "live" });
  let now = START;
  const { sink, pass } = sinkWith({
    keepsTrades: true,
    open: () => Promise.resolve(store),
    venueTime: () => now,
    keepTradesMs: 10 * MINUTE,
  });
  for (let id = 1; id <= 40; id++) {
    now = START + id * MINUTE;
    sink.take(trade(id, now));
    await pass(MINUTE);
  }
  const rows = await store.coverage({ instrument: "BTCUSDT", stepMs: 0, from: 0, to: now });
  const { time } = await store.trades({ instrument: "BTCUSDT", from: 0, to: now });
  const covered = rows.map(({ from, to, state }) => [from - START, to - START, state]);
  // Dropped every ten minutes, to what was kept then.
  const oldest = time[0]! - START;
  assert.ok(oldest >= 20 * MINUTE, `${oldest}`);
  assert.equal(covered.length, 1);
  assert.ok(Number(covered[0]![0]) > oldest - MINUTE, `${covered}`);
  assert.equal(covered[0]![1], 40 * MINUTE - SECOND);
  await sink.close();
});

/** Trades as a rush brings them: one each millisecond. */
const rush = (count: number) => Array.from({ length: count }, (_, i) => trade(1 + i, START + i));

const idsOf = ({ trades = [] }: StoreBatch) => trades.flatMap((one) => [...one.trades.id]);

/** No batch claims trades to be complete that neither it nor one before it has brought. */
function assertNoClaimAhead(batches: readonly StoreBatch[]): void {
  const stored = new Set<number>();
  for (const batch of batches) {
    for (const id of idsOf(batch)) stored.add(id);
    for (const { from, to } of (batch.coverage ?? []).filter((row) => row.stepMs === 0)) {
      // Trade i is at i - 1 ms; the first millisecond is never known to be whole.
      for (let ms = from - START; ms < to - START; ms++) assert.ok(stored.has(ms + 1), `${ms} ms`);
    }
  }
}

Deno.test("a rush of trades goes to the store in transactions of 1,000, eight at once, each in its order", async () => {
  const { sink, pass, batches, writes } = sinkWith({ keepsTrades: true });
  for (const event of rush(7_500)) sink.take(event);
  await pass();
  assert.deepEqual(batches.map((batch) => idsOf(batch).length), [
    ...Array.from({ length: 7 }, () => 1_000),
    500,
  ]);
  assert.deepEqual(batches.flatMap(idsOf), rush(7_500).map((event) => "id" in event && event.id));
  assert.ok(Math.max(...writes) > 4, `batches of each write: ${writes}`);
  assert.equal(sink.progress.waiting, 0);
  assertNoClaimAhead(batches);
});

Deno.test("where the disk refuses in the middle of a rush, what it took stays and the rest comes again", async () => {
  const { sink, pass, batches, state } = sinkWith({ keepsTrades: true });
  state.takes = 3;
  for (const event of rush(7_500)) sink.take(event);
  await pass();
  assert.equal(batches.length, 3);
  assertNoClaimAhead(batches);
  state.takes = Infinity;
  state.refusal = undefined;
  await pass(5_000);
  const stored = batches.flatMap(idsOf);
  assert.deepEqual([...new Set(stored)], rush(7_500).map((event) => "id" in event && event.id));
  assert.deepEqual(sink.progress.lost, 0);
  assertNoClaimAhead(batches);
});

Deno.test("trades that go on where the stored ones ended leave no hole", async () => {
  const { sink, pass, batches } = sinkWith({
    keepsTrades: true,
    before: () => ({ trades: STORED }),
  });
  for (const id of [7, 8, 9]) sink.take(trade(id, at(id - 7)));
  await pass();
  await sink.close();
  assert.deepEqual(tradeRows(batches), [
    [-MINUTE, 2 * MINUTE - SECOND, "complete", ""],
    [2 * MINUTE - SECOND, 2 * MINUTE, "complete", ""],
  ]);
});

const backfill = (
  ids: readonly [fromId: number, toId: number],
  [from, to]: readonly [from: number, to: number],
  state: "healing" | "complete" | "missing",
): MarketEvent => ({
  kind: "trade-backfill",
  instrument: "BTCUSDT",
  fromId: ids[0],
  toId: ids[1],
  from: START + from,
  to: START + to,
  state,
  reason: "",
  trades: state !== "complete" ? [] : Array.from({ length: ids[1] - ids[0] }, (_, i) => ({
    id: ids[0] + i,
    time: START + from + i,
    price: 100,
    size: 1,
  })),
  receivedAt: 0,
});

Deno.test("trades of before the run are healing, then complete, in batches of 1,000; what is left at the end is missing", async () => {
  const { sink, pass, batches } = sinkWith({
    keepsTrades: true,
    before: () => ({ trades: STORED }),
  });
  sink.take(trade(3_000, at(1)));
  sink.take(backfill([7, 3_000], [-MINUTE, MINUTE + 1], "healing"));
  sink.take(backfill([7, 1_507], [-MINUTE, 0], "complete"));
  sink.take(backfill([1_507, 1_508], [0, 10], "complete"));
  await pass();
  const stored = batches.map(({ trades = [] }) =>
    trades.reduce((sum, one) => sum + one.trades.id.length, 0)
  );
  assert.deepEqual(stored, [1_000, 502]);
  assert.deepEqual(tradeRows(batches.slice(0, 1)), [
    [-MINUTE, MINUTE + 1, "missing", "nothing ran that kept trades"],
    [-MINUTE, MINUTE + 1, "healing", ""],
  ], "what is not whole is not said to be complete");
  assert.deepEqual(tradeRows(batches.slice(1)), [
    [-MINUTE, 0, "complete", ""],
    [0, 10, "complete", ""],
  ]);
  await sink.close();
  assert.deepEqual(tradeRows(batches.slice(2)), [
    [10, MINUTE + 1, "missing", "the run that asked for them ended"],
  ]);
});

Deno.test("a minute is reported as stored only when its trades are too, or do not come", async () => {
  const { sink, bar, pass, safe } = sinkWith({ keepsTrades: true });
  sink.take(bar(0));
  sink.take(trade(1, at(1) + 5 * SECOND));
  sink.take(bar(1));
  await pass();
  assert.deepEqual(safe(), [[0, 1]], "no trade of it was owed");
  sink.take(trade(2, at(2) + SECOND / 2));
  await pass();
  assert.deepEqual(safe(), [[0, 1]], "others may still come");
  sink.take(trade(3, at(2) + 2 * SECOND));
  await pass();
  assert.deepEqual(safe(), [[0, 1], [1, 2]]);
  sink.take(bar(2));
  await pass(70 * SECOND);
  sink.take(bar(3));
  await pass();
  assert.deepEqual(safe().at(-1), [2, 3], "a stream of trades that stops holds nothing back");
});

Deno.test("data of another kind is not stored, and said so once", async () => {
  const { sink, bar, pass, batches, lines } = sinkWith();
  sink.take(bar(0));
  await pass();
  sink.take({ kind: "label", instrument: "BTCUSDT", source: "simulated", receivedAt: 0 });
  sink.take(bar(1));
  await pass();
  sink.take(bar(2));
  await pass();
  assert.deepEqual(barTimes(batches), [0]);
  assert.ok(sink.progress.lost > 0);
  const said = lines.filter(({ level }) => level === "error");
  assert.equal(said.length, 1);
  assert.match(said[0]!.message, /BTCUSDT sends simulated data, and the store holds live data/);
});

Deno.test("trades older than are kept are dropped by venue time", async () => {
  const { sink, bar, pass, calls } = sinkWith({
    venueTime: () => at(100),
    keepTradesMs: 10 * MINUTE,
  });
  sink.take(bar(0));
  await pass();
  assert.deepEqual(calls, [`drop ${at(90)}`]);
});

Deno.test("trades beyond what may wait are missing once the disk takes rows again, asked of the venue, and then lost no more", async () => {
  let refuses = true;
  const { sink, store, batches, pass } = sinkWith({
    keepsTrades: true,
    mostHeld: 4,
    open: () => refuses ? Promise.reject(new Error("away")) : Promise.resolve(store),
  });
  for (let id = 1; id <= 10; id++) sink.take(trade(id, START + id * SECOND));
  await pass(20 * SECOND);
  assert.deepEqual([sink.progress.lost, sink.takeHoles("BTCUSDT")], [6, []]);
  refuses = false;
  sink.tryNow();
  await pass(0);
  const hole = { fromId: 1, toId: 7, since: START + SECOND, until: START + 7 * SECOND };
  assert.deepEqual(sink.takeHoles("BTCUSDT"), [hole]);
  const [first] = coverageOf(batches, 0);
  assert.deepEqual(first?.slice(2), ["missing", "the store's queue was full"]);
  const part = { fromId: 1, toId: 7, from: hole.since, to: hole.until + 1, reason: "" };
  const event = { kind: "trade-backfill", instrument: "BTCUSDT", receivedAt: 0, ...part } as const;
  // It is taken; what the attempt before failed with is thrown where that is counted.
  assert.throws(() => sink.take({ ...event, state: "healing", trades: [] }), /away/);
  const trades = Array.from({ length: 6 }, (_, i) => ({
    id: i + 1,
    time: START + (i + 1) * SECOND,
    price: 100,
    size: 1,
  }));
  sink.take({ ...event, state: "complete", trades });
  await pass();
  assert.equal(sink.progress.lost, 0);
  const ids = batches.flatMap(({ trades = [] }) => trades.flatMap(({ trades: { id } }) => [...id]));
  assert.deepEqual(ids.toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(coverageOf(batches, 0).at(-1)?.[2], "complete");
  await sink.close();
});

Deno.test("a target that is back is not waited for any longer", async () => {
  let refuses = true;
  const { sink, store, batches, pass } = sinkWith({
    keepsTrades: true,
    open: () => refuses ? Promise.reject(new Error("away")) : Promise.resolve(store),
  });
  sink.take(trade(1, START));
  await pass(100 * SECOND);
  refuses = false;
  await pass(SECOND);
  assert.equal(batches.length, 0, "the next attempt is a minute later");
  sink.tryNow();
  await pass(0);
  assert.equal(batches.length, 1);
  sink.tryNow();
  await sink.close();
});
