import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { barCells } from "../../lib/model/bar_cells.ts";
import { MinuteStatus } from "../../lib/model/minute_grid.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { barAt, MONDAY } from "../sync/grids.ts";

const at = (minute: number) => MONDAY + minute * MINUTE;
const always = () => true;

function started(isOpen: (openTime: number) => boolean | undefined = always): MinuteLedger {
  const ledger = new MinuteLedger("ES", isOpen);
  ledger.start(MONDAY + 30_000);
  return ledger;
}

/** Minutes of intervals, as numbers from the start. */
const minutesOf = (intervals: readonly { from: number; to: number }[]) =>
  intervals.flatMap(({ from, to }) =>
    Array.from({ length: (to - from) / MINUTE }, (_, i) => (from - MONDAY) / MINUTE + i)
  );

/** What must hold of every ledger at every moment. */
function assertConsistent(ledger: MinuteLedger): void {
  const { grid, from, to, settledTo } = ledger;
  assert.equal(to - from, grid.length * MINUTE);
  const unknown = [...grid.status.keys()].filter((row) =>
    grid.status[row] === MinuteStatus.Unknown
  );
  assert.deepEqual(minutesOf(ledger.wanted(to)), unknown);
  assert.equal(settledTo, unknown.length === 0 ? to : at(unknown[0]!));
  const coverage = ledger.coverage();
  const { expected, streamed, backfilled, healed, absent, missing } = coverage;
  const unhealed = missing.filter((m) => m.reason === "not healed yet");
  const sum = (list: readonly { minutes: number }[]) => list.reduce((n, m) => n + m.minutes, 0);
  assert.equal(sum(unhealed), unknown.length);
  assert.equal(sum(missing), unknown.length + absent);
  assert.equal(expected, streamed + backfilled + healed + absent + sum(unhealed));
  assert.equal(ledger.bars().length, streamed + backfilled + healed);
  assert.equal(ledger.last?.openTime, ledger.bars().at(-1)?.openTime);
  for (let row = 0; row < grid.length; row++) {
    const bar = ledger.at(at(row));
    const values = [grid.open[row], grid.high[row], grid.low[row], grid.close[row]];
    if (bar !== undefined) assert.deepEqual([bar.open, bar.high, bar.low, bar.close], values);
    else assert.ok(values.every(Number.isNaN) && Number.isNaN(grid.volume[row]));
  }
}

const SPAN = 40;
const truth = fc.array(
  fc.record({
    kind: fc.constantFrom("bar", "bar", "bar", "bar", "absent", "shut"),
    price: fc.integer({ min: 1, max: 1_000 }),
  }),
  { minLength: SPAN, maxLength: SPAN },
);
const action = fc.record({
  kind: fc.constantFrom("stream", "stream", "history", "advance", "live", "nonsense"),
  minute: fc.nat(SPAN - 1),
  length: fc.integer({ min: 1, max: 12 }),
});

Deno.test("MinuteLedger has each minute of the truth exactly once, whatever order it comes in", () => {
  fc.assert(
    fc.property(truth, fc.array(action, { maxLength: 80, size: "max" }), (minutes, actions) => {
      const ledger = started((time) => minutes[(time - MONDAY) / MINUTE]?.kind !== "shut");
      const barOf = (minute: number): Bar | undefined => {
        const { kind, price } = minutes[minute]!;
        return kind === "bar" ? { ...barAt(at(minute), price), trades: 3, vwap: price } : undefined;
      };
      const entered = new Map<number, number>();
      const kept: [Bar, Bar][] = [];
      const offer = (minute: number, origin: "stream" | "history") => {
        const bar = barOf(minute);
        if (bar === undefined) return;
        const outcome = ledger.offer(bar, origin);
        if (outcome.kind === "new") entered.set(minute, (entered.get(minute) ?? 0) + 1);
        else assert.equal(outcome.kind, "repeat");
        kept.push([ledger.at(at(minute))!, structuredClone(ledger.at(at(minute))!)]);
      };
      const history = (from: number, to: number) => {
        for (let minute = to - 1; minute >= from; minute--) offer(minute, "history");
        ledger.markAbsent({ from: at(from), to: at(to) });
      };
      for (const { kind, minute, length } of actions) {
        if (kind === "stream") offer(minute, "stream");
        else if (kind === "history") history(minute, Math.min(SPAN, minute + length));
        else if (kind === "advance") ledger.advance(at(minute) + 59_999);
        else if (kind === "live") ledger.markLive(at(minute));
        else assert.equal(ledger.offer(barAt(at(-1 - minute), 5), "history").kind, "rejected");
        assertConsistent(ledger);
      }
      ledger.advance(at(SPAN));
      for (const { from, to } of ledger.wanted(ledger.to)) {
        history((from - MONDAY) / MINUTE, (to - MONDAY) / MINUTE);
      }
      assertConsistent(ledger);
      const expected = minutes.flatMap((_, minute) => barOf(minute) ?? []);
      assert.deepEqual(ledger.bars(), expected);
      assert.deepEqual(ledger.cells(), expected.map(barCells));
      assert.equal(ledger.settledTo, at(SPAN));
      assert.deepEqual(ledger.wanted(at(SPAN)), []);
      assert.ok([...entered.values()].every((times) => times === 1));
      assert.equal(entered.size, expected.length);
      for (const [bar, copy] of kept) assert.deepEqual(bar, copy);
    }),
  );
});

Deno.test("MinuteLedger numbers revisions and keeps where the minute first came from", () => {
  const ledger = started();
  ledger.markLive(MONDAY);
  const first = ledger.offer(barAt(MONDAY, 10), "stream");
  assert.ok(first.kind === "new" && first.bar.revision === 0);
  const second = ledger.offer(barAt(MONDAY, 11), "history");
  assert.ok(second.kind === "revision" && second.bar.revision === 1 && second.bar.close === 11);
  const third = ledger.offer(barAt(MONDAY, 10), "history");
  assert.ok(third.kind === "revision" && third.bar.revision === 2);
  assert.equal(ledger.offer({ ...barAt(MONDAY, 10), revision: 7 }, "stream").kind, "repeat");
  assert.equal(first.bar.close, 10, "a bar given out earlier does not change");
  const { streamed, healed, revisions, repeats } = ledger.coverage();
  assert.deepEqual([streamed, healed, revisions, repeats], [1, 0, 2, 1]);
});

Deno.test("MinuteLedger stops numbering revisions at 255", () => {
  const ledger = started();
  for (let i = 0; i < 300; i++) ledger.offer(barAt(MONDAY, 10 + i), "stream");
  assert.equal(ledger.at(MONDAY)?.revision, 255);
  assert.equal(ledger.coverage().revisions, 299);
});

Deno.test("MinuteLedger rejects what is unfinished, unbelievable, too early or far too late", () => {
  const fresh = new MinuteLedger("ES", always);
  const reasonOf = (ledger: MinuteLedger, bar: Bar) => {
    const outcome = ledger.offer(bar, "stream");
    return outcome.kind === "rejected" ? outcome.reason : outcome.kind;
  };
  assert.equal(reasonOf(fresh, barAt(MONDAY, 1)), "coverage has not begun");
  assert.ok(Number.isNaN(fresh.from) && fresh.bars().length === 0 && fresh.last === undefined);
  assert.deepEqual(fresh.wanted(MONDAY), []);
  const ledger = started();
  assert.equal(
    reasonOf(ledger, { ...barAt(MONDAY, 1), closed: false }),
    "the bar is still forming",
  );
  assert.equal(reasonOf(ledger, barAt(at(-1), 1)), "before the time covered");
  assert.match(reasonOf(ledger, barAt(MONDAY + 1, 1)), /not a whole multiple of 60000 ms/);
  assert.match(reasonOf(ledger, { ...barAt(MONDAY, 1), high: 0 }), /high 0 is below low 1/);
  assert.match(reasonOf(ledger, barAt(MONDAY + 4_000 * DAY, 1)), /more than a month after/);
  assert.equal(ledger.grid.length, 0, "nothing of it entered the grid");
  const { rejected } = ledger.coverage();
  assert.equal(Object.values(rejected).reduce((a, b) => a + b, 0), 5);
});

Deno.test("MinuteLedger bounds the list of rejection reasons", () => {
  const ledger = started();
  for (let i = 1; i < 500; i++) ledger.offer(barAt(MONDAY + i, 1), "stream");
  const { rejected } = ledger.coverage();
  assert.equal(Object.keys(rejected).length, 101);
  assert.equal(rejected["other reasons"], 399);
});

Deno.test("MinuteLedger takes a bar where it thought there was none", () => {
  const ledger = started((time) => time !== at(1));
  ledger.advance(at(3));
  ledger.markAbsent({ from: at(0), to: at(3) });
  assert.deepEqual([0, 1, 2].map((m) => ledger.statusAt(at(m))), [
    MinuteStatus.Absent,
    MinuteStatus.OutOfSession,
    MinuteStatus.Absent,
  ]);
  assert.equal(ledger.coverage().expected, 2);
  for (const minute of [0, 1]) {
    assert.equal(ledger.offer(barAt(at(minute), 5), "history").kind, "new");
  }
  const { expected, backfilled, absent } = ledger.coverage();
  assert.deepEqual([expected, backfilled, absent], [3, 2, 1]);
});

Deno.test("MinuteLedger.markAbsent settles whole empty minutes of the grid only", () => {
  const ledger = started();
  ledger.offer(barAt(at(2), 5), "stream");
  ledger.advance(at(6));
  assert.equal(ledger.markAbsent({ from: at(0) + 1, to: at(4) + 59_999 }), 2);
  assert.deepEqual(minutesOf(ledger.wanted(at(6))), [0, 4, 5]);
  assert.deepEqual(minutesOf(ledger.wanted(at(5) + 59_999)), [0, 4], "minute 5 has not ended");
  assert.equal(ledger.markAbsent({ from: -Infinity, to: Infinity }), 3);
  assert.equal(ledger.settledTo, at(6));
});

Deno.test("MinuteLedger distinguishes backfilled from healed by where live began", () => {
  const ledger = started();
  ledger.offer(barAt(at(3), 1), "stream");
  for (const minute of [0, 1, 2, 4]) ledger.offer(barAt(at(minute), 1), "history");
  ledger.markLive(at(2));
  ledger.markLive(at(4));
  const { streamed, backfilled, healed } = ledger.coverage();
  assert.deepEqual([streamed, backfilled, healed], [1, 2, 2]);
});

Deno.test("MinuteLedger lists missing stretches by reason and remembers heals", () => {
  const ledger = started();
  ledger.advance(at(5));
  ledger.offer(barAt(at(4), 1), "stream");
  ledger.markAbsent({ from: at(1), to: at(3) });
  for (let i = 0; i < 1_001; i++) {
    ledger.recordHeal({ from: at(i), to: at(i + 1), filled: 0, absent: 1 });
  }
  const { missing, heals } = ledger.coverage();
  assert.deepEqual(missing, [
    { from: at(0), to: at(1), minutes: 1, reason: "not healed yet" },
    { from: at(1), to: at(3), minutes: 2, reason: "the venue has no bar" },
    { from: at(3), to: at(4), minutes: 1, reason: "not healed yet" },
  ]);
  assert.deepEqual([heals.length, heals[0]?.from], [1_000, at(1)]);
});

Deno.test("MinuteLedger grows without losing a minute, and later starts change nothing", () => {
  const ledger = started();
  const months = 45_000;
  for (let minute = 0; minute < months; minute += 7) ledger.offer(barAt(at(minute), 5), "stream");
  ledger.start(MONDAY - DAY);
  ledger.advance(at(3));
  assert.equal(ledger.from, MONDAY);
  assert.equal(ledger.to, at(months - 3));
  const bars = ledger.bars(at(7) + 1, at(22));
  assert.deepEqual(bars.map((bar) => bar.openTime), [at(14), at(21)]);
  assert.deepEqual(ledger.cells(at(7) + 1, at(22)), bars.map(barCells));
  assert.equal(ledger.bars().length, Math.ceil(months / 7));
});

Deno.test("MinuteLedger keeps contract and source of each bar", () => {
  const ledger = started();
  ledger.offer({ ...barAt(at(0), 1), contract: "ESH6" }, "stream");
  ledger.offer({ ...barAt(at(1), 1), contract: "ESM6", source: "delayed" }, "stream");
  ledger.offer(barAt(at(2), 1), "stream");
  assert.deepEqual(ledger.bars().map((bar) => [bar.contract, bar.source]), [
    ["ESH6", "simulated"],
    ["ESM6", "delayed"],
    [undefined, "simulated"],
  ]);
  assert.deepEqual([...ledger.grid.contract], [1, 2, 0]);
});

Deno.test("MinuteLedger waits for minutes whose session is not known", () => {
  const ledger = started((time) => time === at(1) ? undefined : false);
  ledger.advance(at(3));
  assert.deepEqual(minutesOf(ledger.wanted(at(3))), [1]);
  assert.equal(ledger.settledTo, at(1));
});

Deno.test("MinuteLedger.markAbsent settles minutes of a closed market as out of session", () => {
  const ledger = started();
  ledger.advance(at(4));
  ledger.offer(barAt(at(1), 10), "stream");
  assert.equal(ledger.markAbsent({ from: at(0), to: at(3) }, { isClosed: true }), 2);
  assert.deepEqual(minutesOf(ledger.wanted(at(4))), [3]);
  const { expected, absent, missing } = ledger.coverage();
  assert.deepEqual({ expected, absent, missing: missing.length }, {
    expected: 2,
    absent: 0,
    missing: 1,
  });
  ledger.expect([{ from: at(3), to: at(9) }]);
  assert.deepEqual(minutesOf(ledger.wanted(at(4))), [3], "and stay so");
  ledger.offer(barAt(at(2), 10), "stream");
  assert.equal(ledger.at(at(2))?.close, 10, "a bar is believed before any word about hours");
});

Deno.test("MinuteLedger.expect waits for minutes that the rule took for out of session", () => {
  const ledger = started((time) => time < at(2) || time >= at(5));
  ledger.advance(at(8));
  assert.deepEqual(minutesOf(ledger.wanted(at(8))), [0, 1, 5, 6, 7]);
  for (const minute of [0, 1, 3]) ledger.offer(barAt(at(minute), 10), "stream");
  assert.equal(ledger.settledTo, at(5));
  ledger.expect([{ from: at(-9), to: at(4) }, { from: at(20), to: at(21) }]);
  assert.deepEqual(minutesOf(ledger.wanted(at(8))), [2, 5, 6, 7], "not what has its bar");
  assertConsistent(ledger);
  assert.equal(ledger.to, at(8), "it does not grow");
});

Deno.test("MinuteLedger.expect goes for minutes that are still to come, too", () => {
  const ledger = started((time) => time < at(2));
  ledger.expect([{ from: at(3), to: at(5) }]);
  ledger.advance(at(4));
  assert.deepEqual(minutesOf(ledger.wanted(at(4))), [0, 1, 3], "at once, not at the next look");
  ledger.advance(at(9));
  assert.deepEqual(minutesOf(ledger.wanted(at(9))), [0, 1, 3, 4]);
});

Deno.test("MinuteLedger of an index takes bars without volume, and only those", () => {
  const ledger = new MinuteLedger("DVOL", () => true, { hasVolume: false });
  ledger.start(at(0));
  const bar = { ...barAt(at(0), 41), volume: NaN };
  assert.equal(ledger.offer(bar, "stream").kind, "new");
  assert.equal(ledger.offer(bar, "history").kind, "repeat", "NaN is the same volume as NaN");
  assert.equal(ledger.offer({ ...bar, openTime: at(1), volume: 3 }, "stream").kind, "rejected");
  const traded = started(() => true);
  assert.equal(traded.offer({ ...bar, openTime: at(0) }, "stream").kind, "rejected");
});

Deno.test("MinuteLedger begins anew in another era and lists what lies between, without making its minutes", () => {
  const ledger = new MinuteLedger("ES", () => true);
  ledger.start(MONDAY);
  ledger.offer(barAt(MONDAY, 100), "stream");
  const before = ledger.to;
  const from = Date.UTC(2099, 0, 1);
  ledger.advance(from);
  assert.deepEqual([ledger.from, ledger.to, ledger.grid.length], [from, from, 0]);
  const [missing] = ledger.coverage().missing;
  assert.deepEqual([missing!.from, missing!.to], [before, from]);
  assert.equal(missing!.minutes, (from - before) / MINUTE);
  assert.match(missing!.reason, /jumped/);
  assert.equal(ledger.offer(barAt(from, 100), "stream").kind, "new");
  assert.equal(ledger.startAnew(MONDAY), undefined, "back again");
  assert.equal(ledger.offer(barAt(MONDAY, 100), "stream").kind, "new");
  for (const time of [NaN, Infinity, -Infinity, -1]) ledger.advance(time);
  assert.equal(ledger.to, MONDAY + MINUTE);
});

Deno.test("MinuteLedger lists a bounded number of jumps", () => {
  const ledger = new MinuteLedger("ES", () => true);
  ledger.start(MONDAY);
  for (let i = 1; i <= 1_000; i++) ledger.advance(MONDAY + i * 40 * DAY);
  assert.equal(ledger.coverage().missing.length, 100);
});
