import assert from "node:assert/strict";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { PastTradeDesk } from "../../lib/store/past_trade_desk.ts";
import { CUT_OFF } from "../../lib/store/stored_trades.ts";

type Backfill = Extract<FeedEvent, { kind: "trade-backfill" }>;

/** Trades of these ids, each at ten times its id, received at `receivedAt`. */
function backfill(ids: readonly number[], receivedAt: number): Backfill {
  const fromId = ids[0]!, toId = ids.at(-1)! + 1;
  return {
    kind: "trade-backfill",
    instrument: "A",
    fromId,
    toId,
    from: 10 * fromId,
    to: 10 * toId,
    state: "complete",
    reason: "",
    trades: ids.map((id) => ({ id, time: 10 * id, price: 1, size: 1 })),
    receivedAt,
  };
}

Deno.test("PastTradeDesk gives trades in pieces, each as received, and coverage once all of a stretch is in", () => {
  const desk = new PastTradeDesk("A");
  desk.push(backfill([1, 2, 3], 100));
  desk.push(backfill([4, 5], 200));
  const first = desk.peek(4);
  assert.deepEqual([...first.trades.id], [1, 2, 3, 4]);
  assert.deepEqual([...first.trades.received], [100, 100, 100, 200]);
  assert.deepEqual(first.coverage.map(({ from, to }) => [from, to]), [[10, 40]]);
  assert.deepEqual([...desk.peek(4).trades.id], [1, 2, 3, 4], "held until they are confirmed");
  desk.confirm(first);
  const rest = desk.peek(4);
  assert.deepEqual([[...rest.trades.id], [...rest.trades.received]], [[5], [200]]);
  assert.deepEqual(rest.coverage.map(({ from, to }) => [from, to]), [[40, 60]]);
  desk.confirm(rest);
  assert.equal(desk.length, 0);
});

Deno.test("PastTradeDesk lists what was still being asked for as missing at the end", () => {
  const desk = new PastTradeDesk("A");
  desk.push({ ...backfill([1, 2, 3, 4], 100), state: "healing", trades: [] });
  desk.push(backfill([1, 2], 200));
  desk.confirm(desk.peek(10));
  assert.deepEqual(desk.end().map(({ from, to, state, reason }) => [from, to, state, reason]), [
    [30, 50, "missing", CUT_OFF],
  ]);
});
