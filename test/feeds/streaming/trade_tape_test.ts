import assert from "node:assert/strict";
import fc from "fast-check";
import type { TradesPage, VenueTrade } from "../../../lib/feeds/streaming/adapter.ts";
import {
  type TradeGap,
  type TradeHeal,
  TradeTape,
} from "../../../lib/feeds/streaming/trade_tape.ts";

const REORDER_MS = 100;
const LATER = 10_000;

/** Price and size follow from the id, so that a trade taken for another one shows. */
const tradeOf = (id: number): VenueTrade => ({ id, time: 5_000 + id, price: 100 + id, size: 1 });

function tapeOf() {
  const trades: VenueTrade[] = [];
  const gaps: TradeGap[] = [];
  const heals: TradeHeal[] = [];
  const tape = new TradeTape({
    onTrade: (trade) => trades.push(trade),
    onGap: (gap) => gaps.push(gap),
    onHeal: (heal) => heals.push(heal),
  }, REORDER_MS);
  const take = (...ids: number[]) => ids.map((id) => tape.take(tradeOf(id), 0));
  return { tape, trades, gaps, heals, take, ids: () => trades.map(({ id }) => id) };
}

/** History's answer for ids `[fromId, toId)`, of which it has those from `oldest` up to `newest`. */
function pageOf(fromId: number, toId: number, oldest = 0, newest = Infinity): TradesPage {
  const first = Math.max(fromId, oldest), end = Math.min(toId, first + 50, newest + 1);
  const trades = Array.from({ length: Math.max(0, end - first) }, (_, i) => tradeOf(first + i));
  return { trades, covers: trades.length === 0 ? undefined : { fromId, toId: end } };
}

/** Asks history for what is missing until nothing is. */
function heal(tape: TradeTape, now = LATER, oldest?: number): number {
  for (let pages = 0;; pages++) {
    const gap = tape.missing(now);
    if (gap === undefined) return pages;
    if (pages > 200) throw new Error("never whole");
    tape.fill(pageOf(gap.fromId, gap.toId, oldest));
  }
}

Deno.test("TradeTape passes each id once and in order, whatever the stream loses, repeats, shuffles and cuts", () => {
  const step = fc.record({
    lost: fc.boolean(),
    late: fc.integer({ min: 0, max: 4 }),
    twice: fc.boolean(),
    cut: fc.option(fc.integer({ min: 1, max: 300 }), { nil: 0, freq: 12 }),
    heals: fc.option(fc.constant(true), { nil: false, freq: 8 }),
  });
  fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 120 }), (steps) => {
    const { tape, trades, gaps, heals } = tapeOf();
    let id = 1_000;
    let now = 0;
    const late: { at: number; id: number }[] = [];
    tape.take(tradeOf(998), now);
    tape.take(tradeOf(999), now);
    for (const { lost, late: by, twice, cut, heals: isHealed } of steps) {
      now += 40;
      id += cut;
      if (by > 0) late.push({ at: now + by * 40, id });
      else if (!lost) tape.take(tradeOf(id), now);
      if (twice) tape.take(tradeOf(id), now);
      id++;
      for (const one of late.filter(({ at }) => at <= now)) tape.take(tradeOf(one.id), now);
      if (isHealed) heal(tape, now);
    }
    for (const last of [id, id + 1, id + 2]) tape.take(tradeOf(last), now);
    heal(tape, now + LATER);
    assert.deepEqual(
      trades,
      Array.from({ length: id + 3 - 998 }, (_, i) => tradeOf(998 + i)),
    );
    const { ranges, holes } = tape.coverage();
    assert.deepEqual([ranges.length, holes], [1, []]);
    assert.equal(gaps.length, heals.length, "each gap is closed once");
    for (const [i, { fromId, toId, filled, missing }] of heals.entries()) {
      assert.deepEqual([fromId, toId], [gaps[i]!.fromId, gaps[i]!.toId]);
      assert.deepEqual([filled, missing], [toId - fromId, 0]);
    }
  }));
});

Deno.test("TradeTape takes a jump for disorder at first, and for a gap when it stays", () => {
  const { tape, gaps, heals, take, ids } = tapeOf();
  take(1, 2, 5, 6);
  assert.equal(tape.missing(REORDER_MS), undefined);
  assert.deepEqual(gaps, []);
  assert.deepEqual(tape.missing(REORDER_MS + 1), { fromId: 3, toId: 5, since: 5_002 });
  tape.missing(REORDER_MS + 2);
  assert.deepEqual(gaps, [{ fromId: 3, toId: 5 }], "a gap is reported once");
  take(3, 4);
  assert.deepEqual(ids(), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(heals, [{ fromId: 3, toId: 5, filled: 2, missing: 0 }]);
  assert.equal(tape.missing(LATER), undefined);
});

Deno.test("TradeTape joins history and the stream at the first id that waits, pages from either end", () => {
  const upwards = tapeOf();
  upwards.take(1, 2, 200, 201);
  assert.equal(heal(upwards.tape), 4, "50 ids a page");
  assert.deepEqual(upwards.ids(), Array.from({ length: 201 }, (_, i) => i + 1));
  // A venue that pages downwards: what comes first is the end of the gap.
  const { tape, take, ids, trades } = tapeOf();
  take(1, 2, 10, 11);
  tape.fill({ trades: [7, 8, 9].map(tradeOf), covers: { fromId: 7, toId: 10 } });
  assert.deepEqual(tape.missing(LATER), { fromId: 3, toId: 7, since: 5_002 });
  assert.deepEqual(ids(), [1, 2]);
  tape.fill({ trades: [3, 4, 5, 6].map(tradeOf), covers: { fromId: 3, toId: 7 } });
  assert.deepEqual(trades, Array.from({ length: 11 }, (_, i) => tradeOf(i + 1)));
  assert.equal(tape.coverage().healed, 7);
});

Deno.test("TradeTape lists what history does not reach back to, and goes on behind it", () => {
  const { tape, take, ids, heals } = tapeOf();
  take(1, 2, 100, 101);
  heal(tape, LATER, 60);
  assert.deepEqual(ids(), [1, 2, ...Array.from({ length: 42 }, (_, i) => i + 60)]);
  const { ranges, holes } = tape.coverage();
  assert.deepEqual(ranges.map(({ fromId, toId }) => [fromId, toId]), [[1, 3], [60, 102]]);
  assert.deepEqual([ranges[0]!.to, ranges[1]!.from], [5_002, 5_060]);
  assert.deepEqual(holes.map(({ fromId, toId }) => [fromId, toId]), [[3, 60]]);
  assert.match(holes[0]!.reason, /history does not have them/);
  assert.deepEqual(heals, [{ fromId: 3, toId: 100, filled: 40, missing: 57 }]);
});

Deno.test("TradeTape proves nothing absent by an answer that ends before, is empty, or begins elsewhere", () => {
  const { tape, take, ids } = tapeOf();
  take(1, 2, 30, 31);
  assert.equal(tape.fill({ trades: [], covers: undefined }), false);
  assert.equal(tape.fill(pageOf(3, 30, 0, 9)), true);
  assert.equal(
    tape.fill({ trades: [20, 21].map(tradeOf), covers: { fromId: 20, toId: 22 } }),
    true,
  );
  assert.deepEqual(tape.coverage().holes, []);
  assert.deepEqual(tape.missing(LATER), { fromId: 10, toId: 20, since: 5_009 });
  assert.deepEqual(ids(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("TradeTape goes on without what is given up, with the reason", () => {
  const { tape, take, ids, heals } = tapeOf();
  take(1, 2, 5, 6);
  tape.missing(LATER);
  tape.giveUp("banned");
  assert.deepEqual(ids(), [1, 2, 5, 6]);
  assert.deepEqual(tape.coverage().holes, [{ fromId: 3, toId: 5, reason: "banned" }]);
  assert.deepEqual(heals, [{ fromId: 3, toId: 5, filled: 0, missing: 2 }]);
  assert.deepEqual(take(4), [false], "too late");
  tape.giveUp("nothing is missing");
  assert.equal(tape.coverage().holes.length, 1);
});

Deno.test("TradeTape is not led astray by a damaged id, be it the first one or one far ahead", () => {
  const { tape, take, ids, gaps } = tapeOf();
  take(9e15, 100, 101, 102);
  assert.deepEqual(ids(), [100, 101, 102]);
  take(5e9);
  assert.equal(tape.missing(LATER), undefined, "alone it opens no gap");
  tape.take(tradeOf(103), LATER);
  tape.take(tradeOf(104), LATER);
  assert.deepEqual([ids(), gaps], [[100, 101, 102, 103, 104], []]);
  // A true gap below a damaged id is seen all the same.
  take(7e9, 110, 111);
  heal(tape);
  assert.deepEqual(ids(), Array.from({ length: 12 }, (_, i) => i + 100));
});

Deno.test("TradeTape learns of lost trades from a venue that says what its newest is", () => {
  const { tape, take, ids } = tapeOf();
  tape.exists(50, 0);
  take(1, 2);
  tape.exists(2, 0);
  assert.equal(tape.missing(LATER), undefined);
  tape.exists(4, 0);
  assert.deepEqual(tape.missing(LATER), { fromId: 3, toId: 5, since: 5_002 });
  heal(tape);
  assert.deepEqual(ids(), [1, 2, 3, 4]);
  assert.equal(tape.missing(LATER), undefined);
});

Deno.test("TradeTape doubts a lone trade behind a jump until another follows or the venue confirms it", () => {
  const { tape, take, ids } = tapeOf();
  take(1, 2);
  assert.equal(tape.doubtedSince, undefined, "nothing waits");
  take(4);
  assert.equal(tape.doubtedSince, 5_002);
  assert.equal(tape.missing(LATER), undefined);
  tape.exists(4, LATER);
  assert.equal(tape.doubtedSince, undefined, "confirmed");
  heal(tape, 2 * LATER);
  assert.deepEqual(ids(), [1, 2, 3, 4]);
  take(6);
  assert.equal(tape.doubtedSince, 5_004);
  take(7);
  assert.equal(tape.doubtedSince, undefined, "a neighbour");
});

Deno.test("TradeTape holds a bounded number of trades behind a gap and loses none of them", () => {
  const { tape, trades } = tapeOf();
  for (let id = 0; id < 60_000; id++) if (id !== 10) tape.take(tradeOf(id), 0);
  assert.equal(trades.length, 10);
  for (let pages = 0, gap; (gap = tape.missing(LATER)) !== undefined; pages++) {
    assert.ok(pages < 2_000);
    tape.fill(pageOf(gap.fromId, gap.toId));
  }
  assert.equal(trades.length, 60_000);
  assert.ok(trades.every(({ id }, i) => id === i));
  assert.ok(tape.coverage().healed >= 20_000, "what was not kept came from history");
});

Deno.test("TradeTape begins anew where the venue counts anew", () => {
  const { tape, take, ids } = tapeOf();
  take(5_000, 5_001, 5_002);
  for (let id = 1; id <= 30; id++) tape.take({ ...tradeOf(id), time: 1e6 + id }, 0);
  assert.ok(ids().includes(29) && ids().at(-1) === 30);
  assert.equal(tape.coverage().ranges.length, 1);
});

Deno.test("TradeTape takes old trades that come along with a subscription for no new numbering", () => {
  const { tape, take, ids } = tapeOf();
  take(5_000, 5_001, 5_002);
  const known = ids();
  for (let id = 4_950; id < 5_000; id++) tape.take({ ...tradeOf(id), time: 1 }, 0);
  assert.deepEqual(ids(), known);
  assert.equal(tape.coverage().repeats, 50);
});

Deno.test("TradeTape believes a first trade that the venue names as its newest", () => {
  const { tape, take, ids } = tapeOf();
  take(5_000);
  assert.deepEqual(ids(), []);
  tape.exists(5_000, 0);
  assert.deepEqual(ids(), [5_000]);
  assert.equal(tape.newest?.id, 5_000);
});
