import assert from "node:assert/strict";
import { binanceAdapter } from "../../../lib/feeds/binance/adapter.ts";
import { krakenAdapter } from "../../../lib/feeds/kraken/adapter.ts";
import { paceOf } from "../../../lib/feeds/pace.ts";
import { RestClient } from "../../../lib/feeds/streaming/rest_client.ts";
import { HttpFailure, type HttpReply } from "../../../lib/runtime/http.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const NOW = Date.UTC(2025, 11, 3, 14, 0);
const never = new AbortController().signal;
const query = { symbol: "BTCUSDT", from: NOW, limit: 3 };

/** Two users of one host; `answer` is what the host says. */
function twoUsers(answer: (path: string) => Partial<HttpReply>) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const adapter = binanceAdapter("spot", "binance");
  const make = () => {
    const client = new RestClient({
      adapter,
      url: "https://api.test/",
      alternatives: [],
      clock,
      speed: 1,
      pace: paceOf(1),
      httpGet: (url) => {
        asked.push(url);
        return Promise.resolve({ status: 200, headers: {}, text: "[]", ...answer(url) });
      },
    });
    const about = { id: "BTCUSDT", symbol: "BTCUSDT" };
    return {
      klines: (signal = never) => client.ask(adapter.history.minutes, query, { signal, about }),
      time: (signal = never) => client.ask(adapter.serverTime, undefined, { signal }),
    };
  };
  return { clock, asked, first: make(), second: make() };
}

const codeOf = (promise: Promise<unknown>) => promise.then(() => "ok", (error) => error.code);

Deno.test("RestClient asks for klines from a time on, without an end, so that later rows prove a hole", async () => {
  const { asked, first } = twoUsers(() => ({}));
  await first.klines();
  assert.deepEqual(asked, [
    `https://api.test/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=${NOW}&limit=3`,
  ]);
});

Deno.test("RestClient makes every user of a host respect a 429 that one of them met", async () => {
  let isLimited = true;
  const { clock, asked, first, second } = twoUsers(() =>
    isLimited ? { status: 429, headers: { "retry-after": "7" } } : {}
  );
  assert.equal(await codeOf(first.klines()), "rate-limited");
  isLimited = false;
  await clock.advance(1_000);
  assert.equal(await codeOf(second.klines()), "rate-limited");
  assert.equal(asked.length, 1, "the second user asked all the same");
  await clock.advance(2_000);
  const patient = codeOf(second.klines());
  await clock.advance(3_900);
  assert.equal(asked.length, 1);
  await clock.advance(200);
  assert.equal(await patient, "ok");
});

Deno.test("RestClient stops below 80 % of the weight that the venue counts for this address", async () => {
  const { asked, first } = twoUsers(() => ({ headers: { "x-mbx-used-weight-1m": "4799" } }));
  assert.equal(await codeOf(first.klines()), "ok");
  assert.equal(await codeOf(first.klines()), "rate-limited");
  assert.equal(asked.length, 1);
});

Deno.test("RestClient counts requests without an answer anew once the venue is reached, for they may arrive only then", async () => {
  const clock = new ManualClock();
  let isDown = true, asked = 0;
  const client = new RestClient({
    adapter: krakenAdapter,
    url: "https://api.test",
    alternatives: [],
    clock,
    speed: 1,
    pace: paceOf(1),
    httpGet: () => {
      asked++;
      if (isDown) return Promise.reject(new HttpFailure("timeout", "no answer"));
      const text = '{"error":[],"result":{"unixtime":1764770400}}';
      return Promise.resolve({ status: 200, headers: {}, text });
    },
  });
  const time = () => codeOf(client.ask(krakenAdapter.serverTime, undefined, { signal: never }));
  for (let i = 0; i < 4; i++) {
    assert.notEqual(await time(), "ok");
    await clock.advance(10_000);
  }
  isDown = false;
  assert.equal(await time(), "ok");
  const next = time();
  await clock.advance(4_900);
  assert.equal(asked, 5, "asked at once after four that may have come together");
  await clock.advance(200);
  assert.equal(await next, "ok");
});

Deno.test("RestClient tells refusals apart", async () => {
  const refusals: [Partial<HttpReply>, string][] = [
    [{ status: 400, text: '{"code":-1121,"msg":"Invalid symbol."}' }, "unknown-symbol"],
    [{ status: 400, text: '{"code":-1120,"msg":"Invalid interval."}' }, "refused-request"],
    [{ status: 404, text: '{"message":"no route"}' }, "not-binance"],
    [{ text: '{"rows":[]}' }, "not-binance"],
    [{ status: 502, text: "<html>" }, "server-error"],
  ];
  for (const [reply, code] of refusals) {
    const { first } = twoUsers(() => reply);
    assert.equal(await codeOf(first.klines()), code);
  }
});

Deno.test("RestClient rejects with the reason of an abort, also while it waits for its budget", async () => {
  const { clock, first } = twoUsers(() => ({ status: 429, headers: { "retry-after": "3" } }));
  await codeOf(first.klines());
  const stop = new AbortController();
  const waiting = first.klines(stop.signal);
  await clock.advance(10);
  stop.abort(new Error("closing"));
  await assert.rejects(waiting, /closing/);
  await assert.rejects(first.time(stop.signal), /closing/);
  assert.equal(clock.pending, 0);
});
