import assert from "node:assert/strict";
import { TradeDesk } from "../../lib/store/trade_desk.ts";

const trade = (id: number) => ({ id, time: 10 * id, price: 1, size: 1, receivedAt: 0 });
/** As many as a desk holds. */
const MOST = 200_000;

/** A desk with so many trades, ids from 1 on. */
function deskOf(count: number): TradeDesk {
  const desk = new TradeDesk("A");
  for (let id = 1; id <= count; id++) desk.push(trade(id));
  return desk;
}

Deno.test("a batch after another one takes what is behind it, and both are let go of in their order", () => {
  const desk = deskOf(5);
  const first = desk.peek(2);
  const second = desk.peek(2, first);
  assert.deepEqual([[...first.trades.id], [...second.trades.id]], [[1, 2], [3, 4]]);
  assert.deepEqual([...desk.peek(9, second).trades.id], [5]);
  assert.equal(desk.length, 5, "held until they are confirmed");
  desk.confirm(first);
  assert.deepEqual([...desk.peek(9).trades.id], [3, 4, 5]);
  desk.confirm(second);
  assert.deepEqual([...desk.peek(9).trades.id], [5]);
});

Deno.test("what a full desk drops while a batch is being written costs no trade behind the batch", () => {
  const desk = deskOf(MOST);
  const first = desk.peek(3);
  const second = desk.peek(2, first);
  for (let id = MOST + 1; id <= MOST + 4; id++) desk.push(trade(id));
  assert.equal(desk.lost, 4);
  assert.deepEqual([...desk.peek(2, first).trades.id], [...desk.peek(2).trades.id]);
  desk.confirm(first);
  desk.confirm(second);
  assert.deepEqual([...desk.peek(2).trades.id], [6, 7]);
  assert.equal(desk.length, MOST - 1);
});

Deno.test("what a full desk dropped is listed as missing between its neighbours, and named once as a hole for the venue", () => {
  const desk = new TradeDesk("A", 3);
  desk.push(trade(1));
  desk.confirm(desk.peek(9));
  for (let id = 2; id <= 9; id++) desk.push(trade(id));
  const batch = desk.peek(9);
  assert.deepEqual([...batch.trades.id], [7, 8, 9]);
  assert.deepEqual(
    batch.coverage.map(({ from, to, state, reason }) => [from, to, state, reason]),
    [[10, 71, "missing", "the store's queue was full"]],
  );
  assert.deepEqual(desk.takeHoles(), [], "what is not written yet may change");
  desk.confirm(batch);
  const hole = { fromId: 2, toId: 7, since: 10, until: 70 };
  assert.deepEqual([desk.takeHoles(), desk.takeHoles()], [[hole], []]);
  assert.equal(desk.lost, 5);
  desk.recovered({ fromId: 1, toId: 4 });
  assert.equal(desk.lost, 3);
  desk.recovered({ fromId: 1, toId: 4 });
  desk.recovered({ fromId: 4, toId: 7 });
  assert.equal(desk.lost, 0);
});

Deno.test("trades that were dropped before any was written are a hole too; of a venue that numbers none they are lost", () => {
  for (const isNumbered of [true, false]) {
    const desk = new TradeDesk("A", 2);
    desk.isNumbered = isNumbered;
    for (let id = 1; id <= 5; id++) desk.push(trade(id));
    const batch = desk.peek(9);
    assert.deepEqual(batch.coverage.map(({ from, to, state }) => [from, to, state]), [
      [10, 41, "missing"],
    ]);
    desk.confirm(batch);
    const holes = isNumbered ? [{ fromId: 1, toId: 4, since: 10, until: 40 }] : [];
    assert.deepEqual(desk.takeHoles(), holes);
  }
});
