import assert from "node:assert/strict";
import { coinbaseAdapter } from "../../../lib/feeds/coinbase/adapter.ts";
import { MINUTE } from "../../../lib/model/time.ts";

const { history, subscribe, explain, decode, trading } = coinbaseAdapter;
const TIME = "2026-09-22T07:20:00.716579Z";
const reply = (value: unknown, status = 200) => ({
  status,
  headers: {},
  text: typeof value === "string" ? value : JSON.stringify(value),
});
const row = (trade_id: number) => ({ trade_id, time: TIME, price: "1.5", size: "2", side: "sell" });

Deno.test("coinbaseAdapter asks for each product in a frame of its own, both channels at once", () => {
  const topics = ["BTC-USD", "ETH-USD"].flatMap((symbol) => subscribe.topics(symbol));
  const frames = subscribe.add(topics, () => 1).map((frame) => JSON.parse(frame));
  assert.deepEqual(frames, [
    { type: "subscribe", product_ids: ["BTC-USD"], channels: ["matches", "heartbeat"] },
    { type: "subscribe", product_ids: ["ETH-USD"], channels: ["matches", "heartbeat"] },
  ]);
  const [left] = subscribe.remove(topics.slice(0, 1), () => 1);
  assert.deepEqual(JSON.parse(left!), {
    type: "unsubscribe",
    product_ids: ["BTC-USD"],
    channels: ["matches"],
  });
});

Deno.test("coinbaseAdapter asks for at most 300 candles, and drops rows from before the start", () => {
  const from = Date.UTC(2026, 8, 22, 7, 0);
  const query = { symbol: "BTC-USD", from, limit: 300 };
  const { path } = history.minutes.request(query);
  const search = new URLSearchParams(path.split("?")[1]);
  assert.equal(Date.parse(search.get("end")!) - Date.parse(search.get("start")!), 299 * MINUTE);
  const second = from / 1_000;
  const page = history.minutes.read(
    reply([[second + 120, 1, 4, 2, 3, 5], [second, 1, 4, 2, 3, 5], [second - 60, 1, 4, 2, 3, 5]]),
    query,
  )!;
  assert.deepEqual(page.minutes.map(({ openTime }) => openTime), [from, from + 2 * MINUTE]);
});

Deno.test("coinbaseAdapter pages through lost trades upwards by the id below which Coinbase counts down", () => {
  const query = { symbol: "BTC-USD", fromId: 100, toId: 5_000, since: 0 };
  const { path } = history.trades!.request(query);
  assert.equal(path, "/products/BTC-USD/trades?limit=1000&after=1100");
  const short = history.trades!.request({ ...query, toId: 103 });
  assert.equal(short.path, "/products/BTC-USD/trades?limit=3&after=103");
});

Deno.test("coinbaseAdapter believes what a page of trades leaves out only where it reaches the first id, undamaged", () => {
  const query = { symbol: "BTC-USD", fromId: 100, toId: 104, since: 0 };
  const coversOf = (rows: unknown) => history.trades!.read(reply(rows), query)!.covers;
  assert.deepEqual(coversOf([row(103), row(102), row(101), row(100)]), { fromId: 100, toId: 104 });
  assert.deepEqual(coversOf([row(103), row(101), row(100), row(99)]), { fromId: 100, toId: 104 });
  assert.equal(coversOf([row(103), row(102)]), undefined, "cut short");
  assert.equal(coversOf([row(99), row(98)]), undefined, "history lags");
  assert.equal(coversOf([row(103), { ...row(102), price: "x" }, row(100)]), undefined, "damaged");
  assert.equal(coversOf([]), undefined);
  assert.equal(history.trades!.read(reply({ message: "x" }), query), undefined);
});

Deno.test("coinbaseAdapter reads heartbeats with and without a newest trade, refusals and unknown products", () => {
  const beat = { type: "heartbeat", product_id: "BTC-USD", sequence: 1, time: TIME };
  const eventTime = Date.UTC(2026, 8, 22, 7, 20, 0, 716);
  const keepalive = { kind: "keepalive", symbol: "BTC-USD", eventTime };
  const decoded = (id: number) => decode(JSON.stringify({ ...beat, last_trade_id: id }));
  assert.deepEqual(decoded(9), { ...keepalive, lastTrade: 9 });
  assert.deepEqual(decoded(0), keepalive);
  assert.deepEqual(
    decode('{"type":"error","message":"Failed","reason":"A-B is not a valid product"}'),
    { kind: "refused", text: "Failed: A-B is not a valid product", symbol: "A-B" },
  );
  const refusal = (status: number, text: unknown) => explain.refusal(reply(text, status))?.means;
  assert.equal(refusal(404, { message: "NotFound" }), "unknown-symbol");
  assert.equal(refusal(400, { message: "Invalid limit" }), undefined);
  assert.equal(explain.refusal(reply("<html>", 502)), undefined);
  assert.equal(explain.refusal(reply({ message: "x" })), undefined, "a good answer is no refusal");
});

Deno.test("coinbaseAdapter asks for each product what may be done with it", () => {
  const { path, weight } = trading!.request({ symbol: "BTC-USD" });
  assert.deepEqual([path, weight], ["/products/BTC-USD", 1]);
  const product = { id: "BTC-USD", status: "online", post_only: true };
  assert.deepEqual(trading!.read(reply(product), { symbol: "BTC-USD" }), { mode: "post-only" });
  assert.equal(trading!.read(reply([]), { symbol: "BTC-USD" }), undefined);
});
