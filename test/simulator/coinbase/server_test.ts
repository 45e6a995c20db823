import assert from "node:assert/strict";
import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { embeddedCoinbase } from "../../../lib/simulator/coinbase/embedded.ts";
import { onPairStage } from "../pair_stage.ts";

const SUBSCRIBE = {
  type: "subscribe",
  product_ids: ["BTC-USD"],
  channels: ["matches", "heartbeat"],
};
const iso = (time: number) => new Date(time).toISOString();

Deno.test("the Coinbase server begins with the last match, then sends each trade once and a heartbeat a second", () =>
  onPairStage(embeddedCoinbase, async ({ open, pass, truth, time }) => {
    const client = await open("/");
    client.send(SUBSCRIBE);
    await pass(2 * MINUTE);
    const messages = client.messages();
    assert.deepEqual(messages.slice(0, 2).map(({ type }) => type), ["subscriptions", "last_match"]);
    const first = messages[1]!.trade_id as number;
    const matches = messages.filter(({ type }) => type === "match");
    assert.ok(matches.length >= 4);
    assert.deepEqual(matches.map(({ trade_id }) => trade_id), matches.map((_, i) => first + 1 + i));
    const [match] = matches;
    const at = Date.parse(match!.time as string);
    const real = truth.trades("BTC-USD@coinbase", floorTo(at, MINUTE))
      .find(({ id }) => id === match!.trade_id)!;
    assert.equal(Number(match!.price), real.price);
    assert.equal(match!.side, real.buyerIsMaker ? "buy" : "sell", "the side is the maker's");
    const beats = messages.filter(({ type }) => type === "heartbeat");
    assert.ok(beats.length >= 118 && beats.length <= 120, `${beats.length}`);
    const last = matches.findLast(({ time }) =>
      Date.parse(time as string) <= Date.parse(beats.at(-1)!.time as string)
    );
    assert.equal(beats.at(-1)!.last_trade_id, last!.trade_id);
    assert.ok(time.now() - Date.parse(beats.at(-1)!.time as string) < 2 * SECOND);
  }));

Deno.test("the Coinbase server closes who does not subscribe, and names what it refuses", () =>
  onPairStage(embeddedCoinbase, async ({ open, pass, server }) => {
    const idle = await open("/");
    await pass(10 * SECOND);
    assert.ok(idle.ended());
    assert.match(server.stats().violations.join(), /within five seconds/);
    const client = await open("/");
    client.send({ ...SUBSCRIBE, product_ids: ["BTC-NOSUCH"] });
    client.send({ ...SUBSCRIBE, channels: ["full"] });
    client.send({ ...SUBSCRIBE, channels: ["nothing"] });
    client.send("{");
    await pass(SECOND);
    const reasons = client.messages().map(({ type, reason }) => `${type} ${reason}`);
    assert.match(reasons[0]!, /^error BTC-NOSUCH is not a valid product/);
    assert.match(reasons[1]!, /now require authentication/);
    assert.match(reasons[2]!, /nothing is not a valid channel/);
    assert.match(reasons[3]!, /^error type has to be/);
    client.send(SUBSCRIBE);
    client.send({ ...SUBSCRIBE, type: "unsubscribe" });
    await pass(SECOND);
    const last = client.messages().findLast(({ type }) => type === "subscriptions");
    assert.deepEqual(last, { type: "subscriptions", product_ids: [], channels: [] });
  }));

Deno.test("the Coinbase server has candles newest first without empty minutes, 300 at most, as the truth makes them", () =>
  onPairStage(embeddedCoinbase, async ({ get, truth, time }) => {
    const end = floorTo(time.now(), MINUTE) - MINUTE;
    const start = end - 299 * MINUTE;
    const path = `/products/BTC-USD/candles?granularity=60&start=${iso(start)}&end=${iso(end)}`;
    const { body, headers } = await get(path);
    assert.equal(headers["x-comove-simulated"], "1");
    const rows = body as number[][];
    const opens = rows.map(([second]) => second! * SECOND);
    assert.deepEqual(opens, opens.toSorted((a, b) => b - a));
    assert.ok(opens.length < 300, "some minutes had no trade");
    assert.ok(opens.at(-1)! < start, "a row from before the start came along");
    for (let at = start; at <= end; at += MINUTE) {
      const real = truth.minute("BTC-USD@coinbase", at);
      const row = rows[opens.indexOf(at)];
      const made = real && [at / SECOND, real.low, real.high, real.open, real.close, real.volume];
      assert.deepEqual(row, made);
    }
    const long = await get(
      `/products/BTC-USD/candles?granularity=60&start=${iso(start)}&end=${iso(end + MINUTE)}`,
    );
    assert.equal(long.status, 400);
    assert.match(JSON.stringify(long.body), /requested exceeds 300/);
    const odd = await get("/products/BTC-USD/candles?granularity=61");
    assert.deepEqual([odd.status, odd.body], [400, { message: "Unsupported granularity" }]);
  }));

Deno.test("the Coinbase server pages through trades downwards by id, and refuses more than ten requests a second", () =>
  onPairStage(embeddedCoinbase, async ({ get, pass, server }) => {
    const { body, headers } = await get("/products/BTC-USD/trades?limit=50");
    const ids = (body as { trade_id: number }[]).map(({ trade_id }) => trade_id);
    assert.deepEqual(ids, ids.map((_, i) => ids[0]! - i));
    assert.deepEqual([headers["cb-before"], headers["cb-after"]], [`${ids[0]}`, `${ids[49]}`]);
    const next = await get(`/products/BTC-USD/trades?limit=2&after=${ids[49]}`);
    const older = (next.body as { trade_id: number }[]).map(({ trade_id }) => trade_id);
    assert.deepEqual(older, [ids[49]! - 1, ids[49]! - 2]);
    assert.deepEqual((await get("/products/NOSUCH/trades")).body, { message: "NotFound" });
    const answers = await Promise.all(Array.from({ length: 30 }, () => get("/time")));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 5, `${refused.length}`);
    assert.deepEqual(refused[0]!.body, { message: "Public rate limit exceeded" });
    assert.ok(server.stats().violations.length >= 5);
    await pass(2 * SECOND);
    assert.equal((await get("/time")).status, 200);
  }));

Deno.test("the Coinbase server names no newest trade in heartbeats while that is the fault", () =>
  onPairStage(embeddedCoinbase, async ({ open, pass, server }) => {
    const client = await open("/");
    client.send(SUBSCRIBE);
    await pass(5 * SECOND);
    server.strike({ kind: "no-last-trade", durationMs: 10 * SECOND });
    await pass(20 * SECOND);
    const beats = client.messages().filter(({ type }) => type === "heartbeat");
    const zeros = beats.filter(({ last_trade_id }) => last_trade_id === 0).length;
    assert.ok(zeros >= 9 && zeros <= 11, `${zeros} of ${beats.length}`);
    assert.throws(() => server.strike({ kind: "lifetime" }), /a fault of coinbase/);
  }));

Deno.test("the Coinbase server says of one product that it is not traded, and has no trade of it until it is over", () =>
  onPairStage(embeddedCoinbase, async ({ get, open, pass, server, time }) => {
    const client = await open("/");
    client.send({ type: "subscribe", product_ids: ["BTC-USD", "ETH-USD"], channels: ["matches"] });
    await pass(MINUTE);
    const product = async (id = "BTC-USD") =>
      (await get(`/products/${id}`)).body as Record<string, unknown>;
    const idsOf = (from: number, id = "BTC-USD") =>
      client.messages().filter(({ type, product_id, time }) =>
        type === "match" && product_id === id && Date.parse(String(time)) >= from
      ).map(({ trade_id }) => Number(trade_id));
    const flags = [
      ["offline", { status: "offline", trading_disabled: true }],
      ["delisted", { status: "delisted", trading_disabled: true }],
      ["auction", { status: "online", auction_mode: true }],
      ["cancel-only", { status: "online", cancel_only: true }],
      ["post-only", { status: "online", post_only: true }],
    ] as const;
    for (const [kind, expected] of flags) {
      const from = time.now();
      server.strike({ kind, durationMs: 3 * MINUTE });
      await pass(2 * MINUTE);
      const told = await product();
      for (const [name, value] of Object.entries(expected)) assert.equal(told[name], value, kind);
      assert.equal((await product("ETH-USD")).status, "online", "of one product only");
      await pass(MINUTE - 2_000);
      assert.deepEqual(idsOf(from), [], `${kind}: nothing is traded`);
      assert.ok(idsOf(from, "ETH-USD").length > 5, "others go on");
      const rows = (await get("/products/BTC-USD/candles?granularity=60")).body as number[][];
      assert.ok(rows.every(([second]) => second! * 1_000 < from), `${kind}: no candle`);
      await pass(2 * MINUTE);
      assert.ok(idsOf(from).length > 5, `${kind}: it is traded again`);
      assert.equal((await product()).cancel_only, false);
    }
    const all = idsOf(0);
    assert.deepEqual(all, all.map((_, i) => all[0]! + i), "ids go on where they stopped");
    server.strike({ kind: "limit-only", durationMs: 3 * MINUTE });
    const from = time.now();
    await pass(2 * MINUTE);
    assert.equal((await product()).limit_only, true);
    assert.ok(idsOf(from).length > 5, "limit orders are matched");
  }, { tradesPerMinute: 12 }));
