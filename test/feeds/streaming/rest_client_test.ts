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

/** One user of Kraken; `get` is what becomes of a request. */
function krakenUser(get: (clock: ManualClock) => Promise<HttpReply>) {
  const clock = new ManualClock();
  let asked = 0;
  const client = new RestClient({
    adapter: krakenAdapter,
    url: "https://api.test",
    alternatives: [],
    clock,
    speed: 1,
    pace: paceOf(1),
    httpGet: () => {
      asked++;
      return get(clock);
    },
  });
  const time = () => client.ask(krakenAdapter.serverTime, undefined, { signal: never });
  return { clock, time, asked: () => asked };
}

const KRAKEN_TIME = {
  status: 200,
  headers: {},
  text: '{"error":[],"result":{"unixtime":1764770400}}',
};

Deno.test("RestClient counts requests without an answer until one comes, for they may arrive all at once", async () => {
  let isDown = true;
  const { clock, time, asked } = krakenUser(() =>
    isDown ? Promise.reject(new HttpFailure("timeout", "no answer")) : Promise.resolve(KRAKEN_TIME)
  );
  for (let i = 0; i < 4; i++) {
    assert.equal(await codeOf(time()), "timeout");
    await clock.advance(27_000);
  }
  const refused = await time().catch((error) => error);
  assert.equal(asked(), 4, "a fifth that may come together with four");
  assert.match(refused.message, /left requests without an answer.* asks again only in 1?\d s/);
  assert.deepEqual([refused.code, refused.remedy], ["timeout", "wait"]);
  isDown = false;
  await clock.advance(refused.retryAfterMs);
  assert.equal(await codeOf(time()), "ok");
  const next = codeOf(time());
  await clock.advance(4_900);
  assert.equal(asked(), 5, "asked at once after four that may have come together");
  await clock.advance(200);
  assert.equal(await next, "ok");
});

Deno.test("RestClient counts what is cut short, and not what never left this machine", async () => {
  const offline = krakenUser(() => Promise.reject(new HttpFailure("host-not-found", "no name")));
  for (let i = 0; i < 9; i++) assert.equal(await codeOf(offline.time()), "host-not-found");
  assert.equal(offline.asked(), 9);
  const cut = krakenUser(() => Promise.reject(new HttpFailure("lost", "reset")));
  assert.equal(await codeOf(cut.time()), "lost");
  const second = codeOf(cut.time());
  await cut.clock.advance(900);
  assert.equal(cut.asked(), 1, "at once after one that may still come");
  await cut.clock.advance(100);
  assert.equal(await second, "lost");
  assert.equal(await codeOf(cut.time()), "timeout");
  assert.equal(cut.asked(), 2);
});

Deno.test("RestClient counts a request from its answer on, for the venue may have counted it as late", async () => {
  const { clock, time, asked } = krakenUser((clock) =>
    new Promise((resolve) => clock.setTimer(() => resolve(KRAKEN_TIME), 4_000))
  );
  const four = [time(), time(), time(), time()];
  await clock.advance(4_000);
  await Promise.all(four);
  const fifth = time();
  await clock.advance(4_900);
  assert.equal(asked(), 4);
  await clock.advance(200);
  assert.equal(asked(), 5);
  await clock.advance(4_000);
  await fifth;
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
