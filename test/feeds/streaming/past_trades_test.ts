import assert from "node:assert/strict";
import { PastTrades, type PastTradesNews } from "../../../lib/feeds/streaming/past_trades.ts";
import type { VenueTrade } from "../../../lib/feeds/streaming/adapter.ts";

/** The trade of an id: ten ms after the one before. */
const trade = (id: number): VenueTrade => ({ id, time: id * 10, price: id, size: 1 });
const page = (fromId: number, toId: number) =>
  Array.from({ length: toId - fromId }, (_, i) => trade(fromId + i));

function pastOf(
  holes: readonly [fromId: number, toId: number][],
  most?: number,
) {
  const news: PastTradesNews[] = [];
  const past = new PastTrades(
    {
      last: { id: 1_000, time: 10_000 },
      holes: holes.map(([fromId, toId]) => ({
        fromId,
        toId,
        since: (fromId - 1) * 10,
        until: toId * 10,
      })),
    },
    { id: 2_001, time: 20_010 },
    (one) => news.push(one),
    most,
  );
  const said = () =>
    news.map(({ fromId, toId, from, to, state }) => `${state} ${fromId}-${toId} ${from}-${to}`);
  return { past, news, said };
}

Deno.test("PastTrades fetches the newest hole first, each upwards, and says what becomes of every id once", () => {
  const { past, news, said } = pastOf([[11, 13]]);
  assert.deepEqual(said(), ["healing 1001-2001 10000-20011", "healing 11-13 100-131"]);
  assert.deepEqual(past.next, { fromId: 1_001, toId: 2_001, since: 10_000 });
  assert.equal(past.fill({ trades: page(1_001, 1_501), covers: undefined }), true);
  assert.deepEqual(past.next, { fromId: 1_501, toId: 2_001, since: 15_000 });
  // Beyond the hole, again, and in another order: no harm.
  past.fill({ trades: page(1_400, 2_010).reverse(), covers: undefined });
  assert.deepEqual(past.next, { fromId: 11, toId: 13, since: 100 });
  past.fill({ trades: page(11, 13), covers: undefined });
  assert.equal(past.next, undefined);
  assert.deepEqual(said().slice(2), [
    "complete 1001-1501 10000-15000",
    "complete 1501-2001 15000-20011",
    "complete 11-13 100-131",
  ]);
  const ids = news.flatMap(({ trades }) => trades.map(({ id }) => id));
  assert.deepEqual(ids, [...page(1_001, 2_001), ...page(11, 13)].map(({ id }) => id));
  assert.deepEqual([past.fetched, past.missing], [1_002, 0]);
});

Deno.test("PastTrades fetches so many at most, the newest, and lists the others with the reason", () => {
  const { past, news, said } = pastOf([[11, 13]], 300);
  assert.deepEqual(said(), ["healing 1001-2001 10000-20011", "missing 11-13 100-131"]);
  assert.match(news[1]!.reason, /^more than 1,000,000 trades were missed/);
  assert.equal(past.next?.fromId, 1_701);
  past.fill({ trades: page(1_701, 2_001), covers: undefined });
  assert.equal(past.next, undefined);
  assert.deepEqual(said().slice(2), [
    "missing 1001-1701 10000-17011",
    "complete 1701-2001 17011-20011",
  ]);
  assert.match(news[2]!.reason, /the newest are fetched, and the next run goes on$/);
});

Deno.test("PastTrades lists ids that the venue proves not to have, within a page and at its ends", () => {
  const { past, news, said } = pastOf([]);
  const trades = [...page(1_101, 1_201), ...page(1_301, 2_001)];
  assert.equal(past.fill({ trades, covers: { fromId: 1_001, toId: 2_001 } }), true);
  assert.deepEqual(said().slice(1), [
    "missing 1001-1101 10000-11011",
    "complete 1101-1201 11011-12000",
    "missing 1201-1301 12000-13011",
    "complete 1301-2001 13011-20011",
  ]);
  assert.equal(news[1]!.reason, "the venue's history does not have them");
  assert.equal(past.missing, 200);
});

Deno.test("PastTrades waits for what an answer leaves open", () => {
  const { past, said } = pastOf([]);
  assert.equal(past.fill({ trades: page(1_101, 1_201), covers: undefined }), false);
  assert.equal(past.fill({ trades: [], covers: undefined }), false);
  assert.equal(past.next?.fromId, 1_001);
  past.giveUp("the venue is down");
  assert.deepEqual(said().slice(1), ["missing 1001-2001 10000-20011"]);
  assert.equal(past.next, undefined);
});

Deno.test("PastTrades finds where a history begins by halves, and asks in vain a few times only", () => {
  const begins = 123_456;
  const news: PastTradesNews[] = [];
  const past = new PastTrades(
    { last: { id: 0, time: 0 }, holes: [] },
    { id: 1_000_001, time: 10_000_010 },
    (one) => news.push(one),
  );
  let asked = 0, next;
  while ((next = past.next) !== undefined) {
    asked++;
    const to = Math.min(next.fromId + 1_000, next.toId);
    const trades = to <= begins ? [] : page(Math.max(begins, next.fromId), to);
    const covers = trades.length === 0
      ? undefined
      : { fromId: next.fromId, toId: trades.at(-1)!.id + 1 };
    if (!past.fill({ trades, covers })) past.lookLater();
    assert.ok(asked < 2_000);
  }
  assert.ok(asked < 880 + 15, `${asked} requests`);
  const [, missing, ...rest] = news;
  assert.equal(missing!.state, "missing");
  assert.ok(missing!.toId >= begins && missing!.toId < begins + 500, `${missing!.toId}`);
  assert.equal(rest.reduce((sum, { trades }) => sum + trades.length, 0), 1_000_001 - missing!.toId);
});

Deno.test("PastTrades does not look later in a short hole, nor where some have come: history may lag", () => {
  const { past } = pastOf([[11, 13]]);
  past.fill({ trades: page(1_001, 1_301), covers: undefined });
  past.lookLater();
  assert.equal(past.next?.fromId, 1_301);
  past.fill({ trades: page(1_301, 2_001), covers: undefined });
  past.lookLater();
  assert.equal(past.next?.fromId, 11);
});

Deno.test("PastTrades gives up where trades of these ids are of another time: they are numbered otherwise", () => {
  const { past, said, news } = pastOf([]);
  const trades = page(1_001, 1_100).map((one) => ({ ...one, time: 5 }));
  past.fill({ trades, covers: undefined });
  assert.deepEqual(said().slice(1), ["missing 1001-2001 10000-20011"]);
  assert.match(news[1]!.reason, /not numbered as the venue/);
  assert.equal(news.some((one) => one.trades.length > 0), false);
});

Deno.test("PastTrades takes on what is lost meanwhile, once, and brings the hole under way to its end first", () => {
  const { past, said } = pastOf([]);
  past.fill({ trades: page(1_001, 1_501), covers: undefined });
  const lost = { fromId: 3_001, toId: 3_003, since: 30_000, until: 30_030 };
  past.add([lost]);
  past.add([lost]);
  assert.deepEqual(past.next, { fromId: 1_501, toId: 2_001, since: 15_000 });
  past.fill({ trades: page(1_501, 2_001), covers: undefined });
  assert.deepEqual(past.next, { fromId: 3_001, toId: 3_003, since: 30_000 });
  past.fill({ trades: page(3_001, 3_003), covers: undefined });
  assert.equal(past.next, undefined);
  assert.deepEqual(said(), [
    "healing 1001-2001 10000-20011",
    "complete 1001-1501 10000-15000",
    "healing 3001-3003 30000-30031",
    "complete 1501-2001 15000-20011",
    "complete 3001-3003 30000-30031",
  ]);
  past.add([{ fromId: 4_001, toId: 4_002, since: 40_000, until: 40_020 }]);
  assert.deepEqual(past.next, { fromId: 4_001, toId: 4_002, since: 40_000 }, "it goes on");
});
