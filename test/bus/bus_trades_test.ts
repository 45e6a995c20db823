import assert from "node:assert/strict";
import { BusTrades } from "../../lib/bus/bus_trades.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { tradeColumns } from "../store/support/store_rows.ts";

/** The trade of an id: ten ms after the one before. */
const row = (id: number, time = 10 * id) => ({ id, time, price: id, size: 1, side: 1 });

function reading(isNumbered = true) {
  const events: FeedEvent[] = [];
  const trades = new BusTrades({
    instrument: "A",
    isNumbered,
    emit: (event) => events.push(event),
    clock: { now: () => 0 },
  });
  const take = (...ids: readonly number[]) => trades.take(tradeColumns(ids.map((id) => row(id))));
  const said = () =>
    events.splice(0).map((event) => {
      if (event.kind === "trade") return `${event.id}`;
      if (!("fromId" in event)) return event.kind;
      return `${event.kind} ${event.fromId}-${event.toId}`;
    });
  return { trades, events, take, said };
}

Deno.test("what a publisher has lost is a gap, what comes of it later no news, and the whole is a heal", () => {
  const { trades, events, take, said } = reading();
  take(1, 2, 3, 10, 11);
  assert.deepEqual(said(), ["1", "2", "3", "trade-gap 4-10", "10", "11"]);
  const { holes } = trades.coverage();
  assert.deepEqual(holes.map(({ fromId, toId }) => [fromId, toId]), [[4, 10]]);
  take(4, 5, 6, 8);
  const [first] = events;
  assert.ok(first?.kind === "trade-backfill" && first.state === "complete");
  assert.deepEqual(first.trades.map(({ id, side }) => [id, side]), [[4, "buy"], [5, "buy"], [
    6,
    "buy",
  ]]);
  assert.deepEqual([first.from, first.to], [40, 61]);
  assert.deepEqual(said(), ["trade-backfill 4-7", "trade-backfill 8-9"]);
  take(12);
  take(9, 7);
  assert.deepEqual(said(), [
    "12",
    "trade-backfill 7-8",
    "trade-backfill 9-10",
    "trade-heal 4-10",
  ]);
  assert.deepEqual(trades.coverage(), {
    ranges: [{ fromId: 1, toId: 13, from: 10, to: 120 }],
    holes: [],
    trades: 6,
    healed: 6,
    repeats: 0,
  });
});

Deno.test("a trade that comes again is left out, also one in a gap, one of before, and one whose clock stepped back", () => {
  const { trades, take, said } = reading();
  take(5, 6, 9);
  take(7);
  said();
  take(5, 6, 7, 9, 1, 2);
  trades.take(tradeColumns([row(10, 88), row(9, 90)]));
  assert.deepEqual(said(), ["10"]);
  assert.equal(trades.coverage().repeats, 7);
});

Deno.test("a venue that numbers anew begins anew; one that numbers none has no gaps", () => {
  const anew = reading();
  anew.take(100, 101);
  anew.trades.take(tradeColumns([row(1, 2_000), row(2, 2_001)]));
  assert.deepEqual(anew.said(), ["100", "101", "1", "2"]);
  const none = reading(false);
  none.take(1, 2, 7);
  none.take(5);
  assert.deepEqual(none.said(), ["1", "2", "7"]);
  assert.deepEqual(
    [none.trades.coverage().numbering, none.trades.coverage().holes],
    ["received", []],
  );
});

Deno.test("an id that was damaged swallows nothing of what comes after it", () => {
  const { trades, take, said } = reading();
  take(1, 2);
  trades.take(tradeColumns([row(1e12, 30)]));
  said();
  trades.take(tradeColumns([row(3, 1_031), row(4, 1_040)]));
  assert.deepEqual(said(), ["3", "4"]);
});

Deno.test("ranges are bounded, whatever a stream holds", () => {
  const { trades, take } = reading();
  for (let id = 1; id < 6_000; id += 2) take(id);
  assert.equal(trades.coverage().ranges.length, 1_000);
});
