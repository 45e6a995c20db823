import assert from "node:assert/strict";
import { krakenAdapter } from "../../../lib/feeds/kraken/adapter.ts";
import { MINUTE } from "../../../lib/model/time.ts";

const { history, subscribe, explain, decode } = krakenAdapter;
const reply = (value: unknown, status = 200) => ({
  status,
  headers: {},
  text: typeof value === "string" ? value : JSON.stringify(value),
});
const OPEN = Date.UTC(2026, 8, 22, 9, 4);
const SECOND = OPEN / 1_000;
const row = (second: number, count: number) => [
  ...[second, "10.0", "12.0", "9.0", "11.0", count === 0 ? "0.0" : "10.5", "1.50000000", count],
];

Deno.test("krakenAdapter asks for all pairs in one message, with a snapshot", () => {
  const topics = ["BTC/USD", "ETH/USD"].flatMap((symbol) => subscribe.topics(symbol));
  const [frame, ...others] = subscribe.add(topics, () => 5);
  assert.deepEqual(others, []);
  assert.deepEqual(JSON.parse(frame!), {
    method: "subscribe",
    params: { channel: "trade", symbol: ["BTC/USD", "ETH/USD"], snapshot: true },
    req_id: 5,
  });
  assert.equal(subscribe.ping!.frame(() => 9), '{"method":"ping","req_id":9}');
});

Deno.test("krakenAdapter calls pairs by the names of REST, and writes ns that no double holds", () => {
  const bars = history.minutes.request({ symbol: "BTC/USD", from: OPEN, limit: 10 });
  assert.equal(bars.path, `/0/public/OHLC?pair=XBTUSD&interval=1&since=${SECOND - 1}`);
  const query = { symbol: "DOGE/USD", fromId: 5, toId: 9, since: OPEN + 440 };
  const { path } = history.trades!.request(query);
  assert.equal(path, `/0/public/Trades?pair=XDGUSD&since=${OPEN + 440}000000&count=1000`);
});

Deno.test("krakenAdapter makes no bar of a minute without trades, proves it empty, and takes no row that is forming", () => {
  const query = { symbol: "BTC/USD", from: OPEN, limit: 4 };
  const rows = [row(SECOND - 60, 3), row(SECOND, 5), row(SECOND + 60, 0), row(SECOND + 120, 2)];
  const body = { error: [], result: { XXBTZUSD: rows, last: SECOND + 60 } };
  const page = history.minutes.read(reply(body), query)!;
  assert.deepEqual(page.minutes.map(({ openTime }) => openTime), [OPEN, OPEN + 2 * MINUTE]);
  assert.deepEqual(page.covers, { from: OPEN, to: OPEN + 2 * MINUTE });
  assert.equal(page.finishedTo, OPEN + 2 * MINUTE);
  const later = history.minutes.read(reply(body), { ...query, from: OPEN - 900 * MINUTE })!;
  assert.deepEqual(later.minutes, [], "what Kraken no longer has is not what was asked for");
  assert.deepEqual(later.covers, { from: OPEN - 900 * MINUTE, to: OPEN - 900 * MINUTE });
});

Deno.test("krakenAdapter believes what trades leave out only where they begin at what is known", () => {
  const query = { symbol: "BTC/USD", fromId: 100, toId: 104, since: OPEN };
  const trade = (id: number) => ["1.5", "2", SECOND + id / 1_000, "b", "m", "", id];
  const coversOf = (...rows: unknown[]) =>
    history.trades!.read(reply({ error: [], result: { X: rows, last: "1" } }), query)!.covers;
  assert.deepEqual(coversOf(trade(99), trade(100), trade(103)), { fromId: 100, toId: 104 });
  assert.equal(coversOf(trade(101), trade(102)), undefined);
  assert.equal(coversOf(trade(99), ["x"], trade(103)), undefined);
  assert.equal(coversOf(trade(98), trade(99)), undefined);
});

Deno.test("krakenAdapter knows what each refusal asks for, though HTTP says that all is well", () => {
  const meansOf = (text: string) => explain.refusal(reply({ error: [text] }));
  assert.equal(meansOf("EAPI:Rate limit exceeded")?.means, "rate-limited");
  assert.equal(meansOf("EGeneral:Too many requests")?.means, "rate-limited");
  assert.equal(meansOf("EGeneral:Temporary lockout")?.means, "banned");
  assert.equal(meansOf("EService: Throttled: 1790067900")?.until, 1_790_067_900_000);
  assert.equal(meansOf("EService:Unavailable")?.means, "server-error");
  assert.equal(meansOf("EQuery:Unknown asset pair")?.means, "unknown-symbol");
  assert.equal(meansOf("EGeneral:Invalid arguments")?.means, undefined);
  assert.equal(explain.refusal(reply("<html>", 502)), undefined);
});

Deno.test("krakenAdapter reads every state of the system, and announces one that it does not know", () => {
  const read = (system: string) =>
    decode(JSON.stringify({ channel: "status", data: [{ system }] }));
  const known = ["online", "maintenance", "cancel_only", "post_only", "limit_only"];
  assert.deepEqual(
    known.map(read),
    (["online", "maintenance", "cancel-only", "post-only", "limit-only"] as const)
      .map((mode) => ({ kind: "trading", mode })),
  );
  assert.deepEqual(read("reduce_only"), {
    kind: "announced",
    text: "the system is in reduce only",
  });
});
