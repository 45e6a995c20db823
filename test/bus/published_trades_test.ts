import assert from "node:assert/strict";
import fc from "fast-check";
import { messagesOf } from "../../lib/bus/bus_message.ts";
import { knownOf, publishedTrades } from "../../lib/bus/published_trades.ts";
import { knownToBoth, type KnownTrades } from "../../lib/model/trade_hole.ts";
import { BTC, ES, tradeColumns } from "../store/support/store_rows.ts";

Deno.test("what was published of late tells the newest trade and what lacks before it", async () => {
  const message = (...ids: readonly number[]) => {
    const trades = tradeColumns(ids.map((id) => ({ id, time: id, price: 1, size: 1, side: 1 })));
    const { rows } = messagesOf({ trades: [{ instrument: BTC.id, trades }] }, () => BTC);
    return { ...rows[0]!, sequence: 1, time: 9_000_000 };
  };
  // The hole of 4 to 6 was healed in part, after newer ones had come.
  const messages = [message(1, 2, 3), message(7, 8), message(5), { ...message(1), text: "{" }];
  let since = NaN;
  const client = {
    last: () => Promise.resolve(messages.at(-1)),
    async *held(_: string, from: number) {
      since = from;
      yield messages.slice(0, 2);
      yield messages.slice(2);
    },
  };
  assert.deepEqual(await publishedTrades(client, BTC), {
    last: { id: 8, time: 8 },
    holes: [
      { fromId: 4, toId: 5, since: 3, until: 5 },
      { fromId: 6, toId: 7, since: 5, until: 7 },
    ],
  });
  assert.equal(since, 9_000_000 - 15 * 60_000);
  assert.equal(await publishedTrades(client, ES), undefined, "nobody numbers them");
  assert.equal(knownOf([]), undefined);
});

Deno.test("what either of two keepers lacks is lacking, and nothing else", () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1 });
  fc.assert(fc.property(ids, ids, (one, other) => {
    const known = (list: readonly number[]) => knownOf(list.map((id) => ({ id, time: id })))!;
    const both = knownToBoth(known(one), known(other));
    const last = Math.min(Math.max(...one), Math.max(...other));
    assert.equal(both.last.id, last);
    const begin = Math.min(...one, ...other);
    for (let id = begin; id <= last; id++) {
      const isLacking = (list: readonly number[]) => id > Math.min(...list) && !list.includes(id);
      assert.equal(covers(both, id), isLacking(one) || isLacking(other), `${id}`);
    }
  }));
});

function covers({ holes }: KnownTrades, id: number): boolean {
  return holes.filter(({ fromId, toId }) => id >= fromId && id < toId).length === 1;
}
