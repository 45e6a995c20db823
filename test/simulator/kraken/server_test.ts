import assert from "node:assert/strict";
import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { embeddedKraken } from "../../../lib/simulator/kraken/embedded.ts";
import { onPairStage } from "../pair_stage.ts";

const subscribe = (...symbol: string[]) => ({
  method: "subscribe",
  params: { channel: "trade", symbol, snapshot: true },
  req_id: 7,
});
type Trade = { trade_id: number; price: number; side: string; timestamp: string };
type Page = { error: string[]; result: Record<string, unknown> & { last: unknown } };

Deno.test("the Kraken server greets, acknowledges each pair, and sends 50 trades before the new ones", () =>
  onPairStage(embeddedKraken, async ({ open, pass }) => {
    const client = await open("/v2");
    client.send(subscribe("BTC/USD", "NOSUCH/X", "ETH/USD"));
    await pass(2 * MINUTE);
    assert.match(client.texts[0]!, /"connection_id":13834774380200032777,"system":"online"/);
    const messages = client.messages();
    const acks = messages.filter(({ method }) => method === "subscribe");
    assert.deepEqual(acks.map(({ success, req_id }) => [success, req_id]), [
      [true, 7],
      [false, 7],
      [true, 7],
    ]);
    assert.equal(acks[1]!.error, "Currency pair not supported NOSUCH/X");
    const trades = messages.filter(({ channel, data }) =>
      channel === "trade" && (data as { symbol: string }[])[0]!.symbol === "BTC/USD"
    );
    assert.deepEqual(trades.slice(0, 2).map(({ type }) => type), ["snapshot", "update"]);
    assert.equal((trades[0]!.data as Trade[]).length, 50);
    const ids = trades.flatMap(({ data }) => (data as Trade[]).map(({ trade_id }) => trade_id));
    assert.deepEqual(ids, ids.map((_, i) => ids[0]! + i));
    assert.ok(ids.length > 52);
  }, { tradesPerMinute: 8 }));

Deno.test("the Kraken server's heartbeats come while nothing else does, and it answers pings", () =>
  onPairStage(embeddedKraken, async ({ open, pass, server }) => {
    const client = await open("/v2");
    await pass(5 * SECOND);
    assert.equal(client.texts.length, 1, "without a subscription there are no heartbeats");
    client.send(subscribe("BTC/USD"));
    client.send({ method: "ping", req_id: 101 });
    client.send({ method: "order" });
    server.strike({ kind: "silence", durationMs: 30 * SECOND });
    await pass(20 * SECOND);
    const messages = client.messages();
    assert.ok(messages.some(({ method, req_id }) => method === "pong" && req_id === 101));
    assert.ok(messages.some(({ error }) => error === "Method not found"));
    const beats = messages.filter(({ channel }) => channel === "heartbeat").length;
    assert.ok(beats >= 15 && beats <= 20, `${beats}`);
    assert.equal(
      messages.filter(({ channel, type }) => channel === "trade" && type === "update").length,
      0,
    );
  }));

Deno.test("the Kraken server has 720 finished rows and the forming one, flat where nothing traded", () =>
  onPairStage(embeddedKraken, async ({ get, truth, time }) => {
    const { body, status } = await get("/0/public/OHLC?pair=XBTUSD&interval=1");
    assert.equal(status, 200);
    const { error, result } = body as Page;
    assert.deepEqual(error, []);
    const rows = result["XXBTZUSD"] as (string | number)[][];
    assert.equal(rows.length, 721);
    const forming = floorTo(time.now(), MINUTE);
    assert.equal(rows.at(-1)![0], forming / SECOND);
    assert.equal(result.last, forming / SECOND - 60);
    let empty = 0;
    rows.slice(0, -1).forEach(([second, open, high, low, close, , volume, count], i) => {
      const real = truth.minute("BTC-USD@kraken", Number(second) * SECOND);
      if (real === undefined) {
        empty++;
        assert.deepEqual([volume, count, open], ["0.00000000", 0, close]);
        if (i > 0) assert.equal(close, rows[i - 1]![4]);
        return;
      }
      const made = [open, high, low, close, volume].map(Number);
      assert.deepEqual(made, [real.open, real.high, real.low, real.close, real.volume]);
      assert.equal(count, real.trades);
    });
    assert.ok(empty > 5, `${empty}`);
    const since = Number(rows[700]![0]);
    const later = await get(`/0/public/OHLC?pair=XBT/USD&interval=1&since=${since}`);
    const [first] = (later.body as Page).result["XXBTZUSD"] as number[][];
    assert.equal(first![0], since + 60, "since itself is left out");
  }));

Deno.test("the Kraken server lists trades from a time in ns on, that time included, and errors as good answers", () =>
  onPairStage(embeddedKraken, async ({ get, pass }) => {
    const all = (await get("/0/public/Trades?pair=XBTUSD&since=0&count=20")).body as Page;
    const rows = all.result["XXBTZUSD"] as [
      string,
      string,
      number,
      string,
      string,
      string,
      number,
    ][];
    assert.equal(rows.length, 20);
    const ids = rows.map((row) => row[6]);
    assert.deepEqual(ids, ids.map((_, i) => ids[0]! + i));
    const last = all.result.last as string;
    assert.match(last, /^\d{19}$/);
    const next = (await get(`/0/public/Trades?pair=XBTUSD&since=${last}`)).body as Page;
    assert.equal((next.result["XXBTZUSD"] as number[][])[0]![6], ids.at(-1));
    await pass(5 * SECOND);
    const bad = await get("/0/public/Trades?pair=NOSUCH");
    assert.deepEqual([bad.status, bad.body], [200, { error: ["EQuery:Unknown asset pair"] }]);
    const odd = await get("/0/public/OHLC?pair=XBTUSD&interval=7");
    assert.deepEqual(odd.body, { error: ["EGeneral:Invalid arguments:interval"] });
    const many = await Promise.all(Array.from({ length: 9 }, () => get("/0/public/Time")));
    const refused = many.filter(({ body }) => (body as Page).error.length > 0);
    assert.ok(refused.length >= 3, `${refused.length}`);
    assert.deepEqual(refused[0]!.body, { error: ["EAPI:Rate limit exceeded"] });
  }));

Deno.test("the Kraken server announces maintenance, ends sockets and refuses until it is over", () =>
  onPairStage(embeddedKraken, async ({ open, get, pass, server }) => {
    const client = await open("/v2");
    client.send(subscribe("BTC/USD"));
    await pass(SECOND);
    server.strike({ kind: "maintenance", durationMs: 30 * SECOND });
    await pass(SECOND);
    assert.match(client.texts.join(), /"system":"maintenance"/);
    assert.ok(client.ended());
    assert.deepEqual((await get("/0/public/Time")).body, { error: ["EService:Unavailable"] });
    assert.ok((await open("/v2")).ended());
    await pass(30 * SECOND);
    assert.equal((await open("/v2")).ended(), false);
    server.strike({ kind: "rest-error", status: 502, count: 1, retryAfterMs: 1_000 });
    const { status, body } = await get("/0/public/Time");
    assert.ok(status === 502 && /cloudflare/.test(body as string), "a page of Cloudflare's");
  }));

Deno.test("the Kraken server says on every socket that its market is not as usual, and when it is again", () =>
  onPairStage(embeddedKraken, async ({ get, open, pass, server, time }) => {
    const client = await open("/v2");
    client.send(subscribe("BTC/USD", "ETH/USD"));
    await pass(MINUTE);
    const systems = (texts: readonly string[]) =>
      texts.flatMap((text) => /"system":"([a-z_]+)"/.exec(text)?.[1] ?? []);
    const tradesSince = (from: number) =>
      client.messages().filter(({ channel, type }) => channel === "trade" && type === "update")
        .flatMap(({ data }) => data as (Trade & { symbol: string })[])
        .filter(({ timestamp }) => Date.parse(timestamp) >= from);
    for (
      const [kind, system] of [["cancel-only", "cancel_only"], ["post-only", "post_only"]] as const
    ) {
      const from = time.now();
      server.strike({ kind, durationMs: 3 * MINUTE });
      await pass(2 * MINUTE);
      assert.equal(systems(client.texts).at(-1), system);
      const status = (await get("/0/public/SystemStatus")).body as Page;
      assert.equal(status.result.status, system);
      assert.equal(
        systems((await open("/v2")).texts)[0],
        system,
        "a new socket receives it at once",
      );
      await pass(30 * SECOND);
      assert.deepEqual(tradesSince(from), [], `${kind}: nothing is traded`);
      await pass(2 * MINUTE);
      assert.equal(systems(client.texts).at(-1), "online");
      assert.ok(tradesSince(from).length > 5);
    }
    const ids = tradesSince(0).filter(({ symbol }) => symbol === "BTC/USD")
      .map(({ trade_id }) => trade_id);
    assert.deepEqual(ids, ids.map((_, i) => ids[0]! + i), "ids go on where they stopped");
    const from = time.now();
    server.strike({ kind: "limit-only", durationMs: 3 * MINUTE });
    await pass(2 * MINUTE);
    assert.equal(systems(client.texts).at(-1), "limit_only");
    assert.ok(tradesSince(from).length > 5, "limit orders are matched");
  }, { tradesPerMinute: 12 }));
