import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { CorrelationBoard, pairsOf } from "../../lib/market/correlation_board.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { DEFAULT_WINDOWS } from "../../lib/model/timeframe.ts";
import { correlation } from "../../lib/stats/correlation/correlation.ts";
import { barAt } from "../support/bars.ts";
import { BITCOIN, ES } from "../support/fake_market.ts";

const START = Date.UTC(2025, 11, 3, 14, 0);
const PAIR = { a: "BTCUSDT", b: "ES", name: "BTCUSDT/ES" };

/** A board over two deterministic walks of `minutes` minutes. */
function boardOf(minutes: number, skip: readonly number[] = [], delayed?: string) {
  const ledgers = new Map(["BTCUSDT", "ES"].map((id) => [id, new MinuteLedger(id, () => true)]));
  const price = (id: string, i: number) =>
    1_000 + 5 * Math.sin(i * 0.7) + (id === "ES" ? 3 * Math.sin(i * 1.3) : Math.cos(i * 2.1));
  for (const [id, ledger] of ledgers) {
    ledger.start(START);
    for (let i = 0; i < minutes; i++) {
      if (id === "ES" && skip.includes(i)) continue;
      ledger.offer(barAt(START + i * MINUTE, price(id, i)), "stream");
    }
  }
  const board = new CorrelationBoard({
    pairs: [PAIR],
    ledgers,
    timeframes: ["1m", "5m"],
    windows: DEFAULT_WINDOWS,
    source: "simulated",
    sourceOf: (instrument) => instrument === delayed ? "delayed" : "simulated",
  });
  return { board, ledgers, price };
}

Deno.test("CorrelationBoard gives every pair at every timeframe for each minute", () => {
  const { board, price } = boardOf(300);
  const rows = board.minutePassed(START + 299 * MINUTE);
  assert.deepEqual(rows.map((row) => [row.pair, row.timeframe, row.window]), [
    ["BTCUSDT/ES", "1m", 60],
    ["BTCUSDT/ES", "5m", 48],
  ]);
  const returns = (id: string) =>
    Array.from({ length: 60 }, (_, k) => Math.log(price(id, 240 + k) / price(id, 239 + k)));
  const { estimate } = rows[0]!;
  assert.equal(estimate.kind, "ok");
  assert.equal(estimate.n, 60);
  if (estimate.kind === "ok") {
    const direct = correlation(returns("BTCUSDT"), returns("ES")).value;
    assert.ok(Math.abs(estimate.value - direct) < 1e-12);
    assert.ok(estimate.ci[0] < estimate.value && estimate.value < estimate.ci[1]);
  }
});

Deno.test("CorrelationBoard takes a late heal into account, as if it had never been late", () => {
  const late = boardOf(300, [270]);
  const before = late.board.minutePassed(START + 299 * MINUTE)[0]!.estimate;
  assert.equal(before.n, 58, "the missing minute costs its own return and the next");
  const bar = barAt(START + 270 * MINUTE, late.price("ES", 270));
  late.ledgers.get("ES")!.offer(bar, "history");
  late.board.changed("ES", bar.openTime);
  const prompt = boardOf(300);
  assert.deepEqual(
    late.board.minutePassed(START + 299 * MINUTE)[0]!.estimate,
    prompt.board.minutePassed(START + 299 * MINUTE)[0]!.estimate,
  );
});

Deno.test("CorrelationBoard.query computes any window, and everything", () => {
  const { board } = boardOf(300);
  board.minutePassed(START + 299 * MINUTE);
  const [short] = board.query({ timeframe: "1m", window: 30, minPeriods: 10 });
  assert.equal(short!.estimate.n, 30);
  const [all] = board.query({ timeframe: "5m", window: "all" });
  assert.equal(all!.estimate.n, 59);
  assert.equal(board.query({ timeframe: "15m" })[0]!.estimate.kind, "insufficient");
});

Deno.test("CorrelationBoard.query names a wrong pair, window or minPeriods", () => {
  const { board } = boardOf(10);
  assert.throws(
    () => board.query({ pair: "ES/NQ" }),
    /pair must be one of BTCUSDT\/ES, got ES\/NQ/,
  );
  assert.throws(() => board.query({ window: 3 }), /window must be a whole number of 4 or more/);
  assert.throws(() => board.query({ window: 60, minPeriods: 61 }), RangeError);
});

Deno.test("CorrelationBoard labels a pair by its lesser side", () => {
  const { board } = boardOf(300, [], "ES");
  const [row] = board.minutePassed(START + 299 * MINUTE);
  assert.equal(row!.estimate.source, "delayed");
  assert.equal(board.query({ window: "all" })[0]!.estimate.source, "delayed");
});

Deno.test("CorrelationBoard gives the correlation over time, whose last row is the newest estimate", () => {
  const { board } = boardOf(300, [270]);
  for (const [timeframe, window] of [["1m", 60], ["1m", 30], ["5m", 24]] as const) {
    const series = board.series({ pair: "BTCUSDT/ES", timeframe, window });
    const { estimate } = board.query({ timeframe, window })[0]!;
    assert.equal(series.window, window);
    assert.equal(series.n.at(-1), estimate.n);
    assert.ok(estimate.kind === "ok" && Math.abs(series.r.at(-1)! - estimate.value) < 1e-12);
    const from = START + 200 * MINUTE;
    const late = board.series({ pair: "BTCUSDT/ES", timeframe, window, from });
    assert.equal(late.openTime[0], from);
    assert.deepEqual(late.openTime, series.openTime.subarray(-late.length));
    late.r.forEach((r, i) =>
      assert.ok(Math.abs(r - series.r[series.length - late.length + i]!) < 1e-12)
    );
  }
  assert.throws(() => board.series({ pair: "ES/BTCUSDT" }), {
    name: "RangeError",
    message: "pair must be one of BTCUSDT/ES, got ES/BTCUSDT",
  });
  assert.throws(() => board.series({ pair: "BTCUSDT/ES", window: 3 }), RangeError);
});

Deno.test("pairsOf takes every pair of what is traded, no index, or exactly those that are named", () => {
  const index: Instrument = {
    id: "DVOL",
    venue: "deribit",
    kind: "index",
    exchange: "deribit",
    currency: "USD",
  };
  const all = [BITCOIN, ES, index];
  assert.deepEqual(pairsOf(all).map(({ name }) => name), ["BTCUSDT/ES"]);
  const named = pairsOf(all, ["ES/DVOL", "ES/DVOL", "BTCUSDT/GC"]);
  assert.deepEqual(named, [{ a: "ES", b: "DVOL", name: "ES/DVOL" }]);
  for (const name of ["ES", "ES/", "ES/ES", "A/B/C"]) {
    assert.throws(() => pairsOf(all, [name]), RangeError);
  }
});

/** Six walks, the last of which begins late. */
function wideBoard(minutes: number) {
  const ids = ["A", "B", "C", "D", "E", "F"];
  const ledgers = new Map(ids.map((id) => [id, new MinuteLedger(id, () => true)]));
  const price = (id: string, i: number) =>
    1_000 + 5 * Math.sin(i * 0.7) + 3 * Math.sin(i * (1 + 0.37 * ids.indexOf(id)));
  const offer = (id: string, i: number) =>
    ledgers.get(id)!.offer(barAt(START + i * MINUTE, price(id, i)), "stream");
  for (const [at, id] of ids.entries()) {
    ledgers.get(id)!.start(START);
    for (let i = at * 40; i < minutes; i++) offer(id, i);
  }
  const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b) => ({ a, b, name: `${a}/${b}` })));
  const board = new CorrelationBoard({
    pairs,
    ledgers,
    timeframes: ["1m", "5m", "15m"],
    windows: DEFAULT_WINDOWS,
    source: "simulated",
  });
  return { board, offer };
}

Deno.test("CorrelationBoard makes no row again that nothing has changed", () => {
  const { board, offer } = wideBoard(300);
  const before = board.minutePassed(START + 299 * MINUTE);
  assert.equal(before.length, 15 * 3);
  const again = board.newest();
  assert.ok(again.every((row, i) => row === before[i]));
  offer("C", 300);
  offer("D", 300);
  for (const id of ["C", "D"]) board.changed(id, START + 300 * MINUTE);
  const changed = board.minutePassed(START + 300 * MINUTE)
    .flatMap((row, i) => row === before[i] ? [] : [`${row.pair} ${row.timeframe}`]);
  assert.deepEqual(changed, ["C/D 1m"], "of the others no slot has ended in both");
});

Deno.test("CorrelationBoard revises the rows of an instrument alone, whose history comes in later", () => {
  const { board, offer } = wideBoard(300);
  const before = board.minutePassed(START + 299 * MINUTE);
  for (let i = 0; i < 200; i++) offer("F", i);
  board.changed("F", START, START + 200 * MINUTE);
  const after = board.newest(), fresh = wideBoard(300);
  for (let i = 0; i < 200; i++) fresh.offer("F", i);
  assert.deepEqual(after, fresh.board.minutePassed(START + 299 * MINUTE));
  const made = after.filter((row, i) => row !== before[i]);
  assert.equal(made.length, 10, "5 pairs at 5m and 15m: the window of 1m ends before");
  assert.ok(made.every(({ pair, timeframe }) => pair.endsWith("/F") && timeframe !== "1m"));
});

Deno.test("CorrelationBoard as of the newest minute is what it keeps up to date", () => {
  const { board } = wideBoard(300);
  const newest = board.minutePassed(START + 299 * MINUTE);
  const [asOf] = board.asOf([START + 299 * MINUTE]);
  for (const [i, row] of asOf!.entries()) {
    const { estimate } = row, kept = newest[i]!.estimate;
    assert.deepEqual([row.pair, estimate.kind, estimate.n], [newest[i]!.pair, kept.kind, kept.n]);
    if (estimate.kind !== "ok" || kept.kind !== "ok") continue;
    assert.ok(Math.abs(estimate.value - kept.value) < 1e-12);
  }
});

Deno.test("all pairs at once are as each pair alone, whatever comes late, is healed or changes its label", () => {
  const ids = ["A", "B", "C", "D"], timeframes = ["1m", "5m"] as const;
  const instruments = ids.map((id): Instrument => ({ ...BITCOIN, id }));
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("minute"), late: fc.subarray(ids) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("heal"), late: fc.constant([]) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("label"), late: fc.subarray(ids) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("revise"), late: fc.subarray(ids) }) },
  );
  const open = (sourceOf: (id: string) => "live" | "delayed") => {
    const ledgers = new Map(ids.map((id) => [id, new MinuteLedger(id, () => true)]));
    const pairs = pairsOf(instruments);
    const board = new CorrelationBoard({
      pairs,
      ledgers,
      timeframes,
      windows: { ...DEFAULT_WINDOWS, "1m": 10, "5m": 4 },
      source: "live",
      sourceOf,
    });
    return { ledgers, board, pairs };
  };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
      let delayed: readonly string[] = [], minute = 0;
      const { ledgers, board, pairs } = open((id) => delayed.includes(id) ? "delayed" : "live");
      for (const ledger of ledgers.values()) ledger.start(START);
      const late: (readonly [string, number])[] = [];
      const offer = (id: string, at: number, more = 0) => {
        const close = 100 + more + 3 * Math.sin(at * (0.7 + ids.indexOf(id)));
        ledgers.get(id)!.offer(barAt(START + at * MINUTE, close), "stream");
        board.changed(id, START + at * MINUTE);
      };
      for (const { kind, late: ofStep } of steps) {
        if (kind === "label") delayed = ofStep;
        if (kind === "heal") { for (const [id, at] of late.splice(0)) offer(id, at); }
        if (kind === "revise") { for (const id of ofStep) offer(id, minute - 2, 5); }
        if (kind === "minute") {
          for (const id of ids) {
            if (ofStep.includes(id)) late.push([id, minute]);
            else offer(id, minute);
          }
          for (const ledger of ledgers.values()) ledger.advance(START + (minute + 1) * MINUTE);
          board.minutePassed(START + minute++ * MINUTE);
        }
        for (const timeframe of timeframes) {
          const all = board.query({ timeframe });
          assert.deepEqual(
            all,
            pairs.flatMap(({ name }) => board.query({ timeframe, pair: name })),
          );
          assert.ok(board.query({ timeframe }).every((row, i) => row === all[i]));
        }
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("who takes rows out of an answer changes no other", () => {
  const { board } = boardOf(300);
  board.minutePassed(START + 299 * MINUTE);
  board.query({ timeframe: "1m" }).pop();
  assert.equal(board.query({ timeframe: "1m" }).length, 1);
});
