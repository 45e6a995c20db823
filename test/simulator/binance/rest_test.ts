import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { WeightBudget } from "../../../lib/simulator/binance/limits.ts";
import { HandTruth } from "./hand_truth.ts";
import { type Message, onStage, START } from "./harness.ts";

const KLINES = "/api/v3/klines?symbol=BTCUSDT&interval=1m";

/** Query, code, and a piece of the text. */
const REFUSED: readonly (readonly [string, number, string])[] = [
  ["klines?symbol=NOSUCH&interval=1m", -1121, "Invalid symbol."],
  ["klines?symbol=ESZ5&interval=1m", -1121, "Invalid symbol."],
  ["klines?symbol=BTCUSDT&interval=2m", -1120, "Invalid interval."],
  ["klines?interval=1m", -1102, "'symbol' was not sent"],
  ["klines?symbol=BTCUSDT", -1102, "'interval' was not sent"],
  ["klines?symbol=btcusdt&interval=1m", -1100, "parameter 'symbol'; legal range is"],
  ["klines?symbol=&interval=1m", -1105, "'symbol' was empty"],
  ["klines?symbol=BTCUSDT&interval=1m&limit=", -1105, "'limit' was empty"],
  ["klines?symbol=BTCUSDT&interval=1m&limit=0", -1130, "'limit' is not valid"],
  ["klines?symbol=BTCUSDT&interval=1m&limit=ten", -1100, "'limit'; legal range"],
  ["klines?symbol=BTCUSDT&interval=1m&startTime=-1", -1100, "'startTime'; legal range"],
  ["klines?symbol=BTCUSDT&interval=1m&timeZone=15", -1130, "'timeZone' is not valid"],
  ["klines?symbol=BTCUSDT&interval=1m&foo=1", -1104, "read '2' parameter(s) but was sent '3'"],
  ["klines?symbol=BTCUSDT&symbol=BTCUSDT&interval=1m", -1101, "Duplicate values"],
  ["time?foo=1", -1101, "expected '0' and received '1'"],
  ["aggTrades?symbol=BTCUSDT&fromId=1&startTime=1", -1128, "Combination of optional"],
  ["exchangeInfo?symbol=NOSUCH", -1121, "Invalid symbol."],
  ["exchangeInfo?symbols=BTCUSDT", -1100, "'symbols'; legal range"],
  ['exchangeInfo?symbol=BTCUSDT&symbols=["ETHUSDT"]', -1128, "Combination of optional"],
];

Deno.test("BinanceRest answers each wrong request with Binance's code and words", async () => {
  await onStage(async ({ get }) => {
    for (const [query, code, words] of REFUSED) {
      const reply = await get(`/api/v3/${encodeURI(query)}`);
      assert.equal(reply.status, 400, query);
      const body = JSON.parse(reply.text);
      assert.equal(body.code, code, query);
      assert.ok(body.msg.includes(words), `${query}: ${body.msg}`);
      assert.deepEqual(Object.keys(body), ["code", "msg"]);
    }
    assert.equal((await get("/api/v3/nothing")).status, 404);
    assert.equal((await get("/api/v1/klines")).status, 404);
  }, { start: START });
});

Deno.test("BinanceRest returns venue time and what is listed", async () => {
  await onStage(async ({ json, clock }) => {
    assert.deepEqual(await json("/api/v3/ping"), {});
    clock.jump(1_234);
    assert.deepEqual(await json("/api/v3/time"), { serverTime: START + 1_234 });
    const names = (info: Message) => info.symbols.map(({ symbol }: Message) => symbol);
    const all = await json("/api/v3/exchangeInfo");
    assert.deepEqual(names(all), ["BTCUSDT", "ETHUSDT"]);
    assert.equal(all.serverTime, START + 1_234);
    assert.equal(all.rateLimits[0].limit, 6_000);
    const [btc] = all.symbols;
    assert.deepEqual([btc.baseAsset, btc.quoteAsset, btc.status], ["BTC", "USDT", "TRADING"]);
    assert.equal(btc.filters[0].tickSize, "0.01000000");
    assert.equal(btc.filters[1].stepSize, "0.00001000");
    assert.deepEqual(names(await json("/api/v3/exchangeInfo?symbol=ETHUSDT")), ["ETHUSDT"]);
    const two = encodeURIComponent('["ETHUSDT","BTCUSDT"]');
    assert.deepEqual(names(await json(`/api/v3/exchangeInfo?symbols=${two}`)), [
      "ETHUSDT",
      "BTCUSDT",
    ]);
  }, { start: START });
});

Deno.test("aggTrades give every trade once by id or time, and the newest without a filter", async () => {
  const truth = new HandTruth(START - 300 * MINUTE);
  for (let i = 100; i < 140; i++) truth.missing.add(START - i * MINUTE);
  await onStage(async ({ json, clock }) => {
    clock.jump(20 * SECOND);
    const url = "/api/v3/aggTrades?symbol=BTCUSDT";
    const ids = (rows: Message[]) => rows.map((row) => row.a);
    const truthIds = [];
    for (let time = truth.from; time <= START; time += MINUTE) {
      for (const trade of truth.trades("BTCUSDT", time)) {
        if (trade.time <= START + 20 * SECOND) truthIds.push(trade.id);
      }
    }
    assert.deepEqual(ids(await json(url)), truthIds.slice(-500));
    const read: Message[] = [];
    for (let next = 0;;) {
      const page = await json(`${url}&limit=900&fromId=${next}`);
      if (page.length === 0) break;
      read.push(...page);
      next = page.at(-1).a + 1;
    }
    assert.deepEqual(ids(read), truthIds);
    for (const id of [truthIds[0]!, truthIds[700]!, truthIds.at(-1)!]) {
      assert.equal((await json(`${url}&limit=1&fromId=${id}`))[0].a, id);
    }
    const start = START - 3 * MINUTE;
    const span = await json(`${url}&startTime=${start + 1_999}&endTime=${start + 30_000}`);
    assert.deepEqual(span.map((row: Message) => row.T - start), [1_999, 2_000, 17_250]);
    assert.equal((await json(`${url}&limit=2&startTime=${start}`))[0].T, start);
    const upTo = await json(`${url}&limit=2&endTime=${start + 2_000}`);
    assert.deepEqual(upTo.map((row: Message) => row.T - start), [1_999, 2_000]);
    const [row] = upTo;
    const trade = truth.trades("BTCUSDT", start)[1]!;
    assert.deepEqual(row, {
      a: trade.id,
      p: trade.price.toFixed(8),
      q: trade.size.toFixed(8),
      f: trade.id,
      l: trade.id,
      T: trade.time,
      m: trade.buyerIsMaker,
      M: true,
    });
  }, { truth, start: START });
});

Deno.test("BinanceRest counts weight by the venue's minute and says so in both headers", async () => {
  await onStage(async ({ get, clock, server }) => {
    const used = async (path: string) => {
      const { headers } = await get(path);
      assert.equal(headers["x-mbx-used-weight"], headers["x-mbx-used-weight-1m"]);
      return Number(headers["x-mbx-used-weight"]);
    };
    assert.equal(await used("/api/v3/ping"), 1);
    assert.equal(await used(KLINES), 3);
    assert.equal(await used("/api/v3/aggTrades?symbol=BTCUSDT"), 7);
    assert.equal(await used("/api/v3/exchangeInfo"), 27);
    assert.equal(await used("/api/v3/klines?symbol=NOSUCH&interval=1m"), 29);
    clock.jump(MINUTE);
    assert.equal(await used("/api/v3/time"), 1);
    const { usedWeight, worstWeight, restCalls, limitViolations } = server.stats();
    assert.deepEqual([usedWeight, worstWeight, restCalls, limitViolations], [1, 29, 6, 0]);
  }, { start: START });
});

Deno.test("BinanceRest answers 429 above 6000 a minute with Retry-After, and 418 to who goes on", async () => {
  await onStage(async ({ get, clock, server }) => {
    clock.jump(15 * SECOND);
    for (let i = 0; i < 300; i++) assert.equal((await get("/api/v3/exchangeInfo")).status, 200);
    const limited = await get("/api/v3/ping");
    assert.equal(limited.status, 429);
    assert.equal(limited.headers["retry-after"], "45");
    assert.equal(JSON.parse(limited.text).code, -1003);
    let banned = limited;
    for (let i = 0; i < 10 && banned.status === 429; i++) banned = await get("/api/v3/ping");
    assert.equal(banned.status, 418);
    assert.equal(banned.headers["retry-after"], "120");
    assert.match(banned.text, new RegExp(`IP banned until ${START + 135 * SECOND}`));
    clock.jump(119 * SECOND);
    assert.equal((await get("/api/v3/ping")).status, 418);
    clock.jump(SECOND);
    assert.equal((await get("/api/v3/ping")).status, 200);
    assert.ok(server.stats().limitViolations > 5);
  }, { start: START });
});

Deno.test("WeightBudget forgives who waits after 429, and bans longer each time", () => {
  const budget = new WeightBudget();
  const breakTwice = (minute: number) => {
    budget.take(6_000, minute * MINUTE);
    for (let i = 0; i < 4; i++) assert.equal(budget.take(1, minute * MINUTE).kind, "limited");
  };
  breakTwice(1);
  breakTwice(2);
  budget.take(6_000, 3 * MINUTE);
  const bans: number[] = [];
  for (let now = 3 * MINUTE; bans.length < 3;) {
    const verdict = budget.take(6_000, now);
    if (verdict.kind !== "banned") continue;
    bans.push(verdict.until - now);
    now = verdict.until;
  }
  assert.deepEqual(bans, [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
});

Deno.test("BinanceRest fails as often as the scenario says, and then works", async () => {
  const restFailure = { status: 503, retryAfter: 7, times: 2 };
  await onStage(async ({ get }) => {
    for (let i = 0; i < 2; i++) {
      const reply = await get(KLINES);
      assert.deepEqual([reply.status, reply.headers["retry-after"]], [503, "7"]);
    }
    assert.equal((await get(KLINES)).status, 200);
  }, { options: { restFailure } });
});

Deno.test("klines lag behind venue time by restLagMs, server time does not", async () => {
  await onStage(async ({ json, clock }) => {
    clock.jump(MINUTE + SECOND);
    const rows = await json(`${KLINES}&limit=1`);
    assert.equal(rows[0][0], START);
    assert.equal(rows[0][8], 6, "the minute that has just closed still lacks its last trade");
    assert.equal((await json("/api/v3/time")).serverTime, START + MINUTE + SECOND);
    clock.jump(1_500);
    assert.deepEqual((await json(`${KLINES}&limit=2`)).map((row: Message) => row[8]), [7, 1]);
  }, { start: START, options: { restLagMs: 2_000 } });
});

Deno.test("a geo-blocked venue answers 451 with the documented body on REST and on upgrades", async () => {
  await onStage(async ({ get, open }) => {
    const reply = await get("/api/v3/time");
    assert.equal(reply.status, 451);
    const body = JSON.parse(reply.text);
    assert.equal(body.code, 0);
    assert.match(body.msg, /^Service unavailable from a restricted location/);
    await assert.rejects(open("/ws"), /Unexpected server response: 451/);
  }, { options: { geoBlocked: true } });
});
