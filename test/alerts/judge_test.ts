/** What pandas cannot say of a metric: rolls, closed markets, hours, silence, offsets, trades. */
import assert from "node:assert/strict";
import { percentChange } from "../../lib/alerts/metrics/change.ts";
import { Judge } from "../../lib/alerts/judge.ts";
import { JudgedMinute } from "../../lib/alerts/judged_minute.ts";
import type { MetricQuery } from "../../lib/alerts/metric.ts";
import { metricNamed, registerMetric } from "../../lib/alerts/metrics/mod.ts";
import { known } from "../../lib/alerts/reading.ts";
import { historyMarket } from "../../lib/alerts/history_market.ts";
import { rehearse, rehearsedBars } from "../../lib/alerts/rehearse.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import type { Contact } from "../../lib/alerts/rule_market.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { BITCOIN, ES } from "../support/fake_market.ts";

/** A Wednesday; New York's regular hours begin at 14:30 UTC, Globex shuts from 22:00 to 23:00. */
const OPEN = Date.UTC(2025, 11, 3, 14, 0);
const SHUT = Date.UTC(2025, 11, 3, 22, 0);

interface Shape {
  readonly from?: number;
  /** Minutes without a bar. */
  readonly without?: readonly number[];
  /** Minute from which bars are of the next contract month. */
  readonly rollAt?: number;
}

/** Bars whose close is 100, 101, … */
function bars(instrument: Instrument, minutes: number, given: Shape = {}) {
  const { from = OPEN, without = [], rollAt = Infinity } = given;
  const rows = Array.from({ length: minutes }, (_, i) => i).filter((i) => !without.includes(i));
  const price = rows.map((i) => 100 + i);
  return rehearsedBars(instrument, {
    openTime: rows.map((i) => from + i * MINUTE),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: rows.map(() => 1),
  }, {
    source: "imported",
    contractAt: (openTime) => openTime >= from + rollAt * MINUTE ? 2 : 1,
  });
}

const scope = { instruments: [BITCOIN, ES] };
function rule(settings: object) {
  return parseRule({ name: "x", fire: "above 1e9", ...settings }, scope);
}

/** The states of a rule, minute by minute: its value, or why there is none. */
function readings(settings: object, ...history: ReturnType<typeof bars>[]) {
  const found: (number | string)[] = [];
  const market = historyMarket(history);
  const judge = new Judge({
    rules: [rule(settings)],
    sourceOf: () => "imported",
    onJudgement: ({ reading }) =>
      void found.push(reading.kind === "known" ? reading.value : reading.reason),
  });
  const { from, to } = rehearse([], history);
  for (let openTime = from; openTime < to; openTime += MINUTE) {
    judge.minute(new JudgedMinute(market, openTime));
  }
  return found;
}

Deno.test("the minute in which the contract rolls is unknown, and no window reaches across it", () => {
  const es = bars(ES, 30, { rollAt: 12 });
  const price = readings({ metric: "price", of: "ES" }, es);
  assert.deepEqual(price.slice(10, 15), [110, 111, "roll", 113, 114]);
  const change = readings({ metric: "change", of: "ES", window: 3 }, es);
  assert.deepEqual(change.slice(11, 16), [
    percentChange(108, 111),
    "roll",
    "roll",
    "roll",
    percentChange(112, 115),
  ]);
  const spread = readings(
    { metric: "spread", of: "ES/BTCUSDT", window: 20 },
    bars(ES, 45, { rollAt: 12 }),
    bars(BITCOIN, 45),
  );
  assert.deepEqual(spread.slice(31, 33).map((one) => typeof one), ["string", "number"]);
});

Deno.test("a shut market is closed and its pair too, and a minute without a bar is stale", () => {
  const from = SHUT - 3 * MINUTE;
  // Three minutes before the break, and three after it.
  const es = bars(ES, 66, { from, without: Array.from({ length: 60 }, (_, i) => 3 + i) });
  const btc = bars(BITCOIN, 66, { from, without: [1] });
  assert.deepEqual(readings({ metric: "price", of: "ES" }, es).slice(1, 5), [
    101,
    102,
    "closed",
    "closed",
  ]);
  const pair = readings({ metric: "correlation", of: "BTCUSDT/ES" }, es, btc);
  assert.deepEqual(pair.slice(0, 5), [
    "insufficient n",
    "stale",
    "insufficient n",
    "closed",
    "closed",
  ]);
  const change = readings({ metric: "change", of: "ES", window: 2 }, es);
  assert.deepEqual(change.slice(62), ["closed", "closed", "closed", percentChange(163, 165)]);
});

Deno.test("outside its hours a rule is unknown", () => {
  const us = readings({ metric: "price", of: "BTCUSDT", during: "us" }, bars(BITCOIN, 32));
  assert.deepEqual(us.slice(28), ["outside hours", "outside hours", 130, 131]);
  const from = SHUT - 2 * MINUTE;
  const pair = [bars(ES, 2, { from }), bars(BITCOIN, 4, { from })] as const;
  const open = readings({ metric: "correlation", of: "BTCUSDT/ES", during: "open" }, ...pair);
  assert.deepEqual(open.slice(2), ["outside hours", "outside hours"]);
});

Deno.test("silence counts the seconds since the newest bar of an open market, from its open at the most", () => {
  const from = SHUT - 3 * MINUTE;
  // Quiet in the last minute before the break and in the first two after it.
  const without = Array.from({ length: 63 }, (_, i) => 2 + i);
  const es = bars(ES, 66, { from, without });
  const found = readings({ metric: "silence", of: "ES" }, es);
  assert.deepEqual([...found.slice(0, 4), ...found.slice(62)], [
    0,
    0,
    60,
    "closed",
    "closed",
    60,
    120,
    0,
  ]);
  const venue = readings({ metric: "silence", of: "ibkr" }, es);
  assert.deepEqual(venue, found);
});

Deno.test("silence goes by the newest message, and a market that never sent one is quiet since judging began", () => {
  const market = historyMarket([bars(BITCOIN, 3)]);
  const query = {
    of: "BTCUSDT",
    ids: ["BTCUSDT"],
    timeframe: "1m",
    window: 0,
    horizon: 0,
  } as const;
  const silence = (openTime: number, lastAt: number) => {
    const contacts = new Map<string, Contact>([["BTCUSDT", { lastAt, offsetMs: 12 }]]);
    const minute = new JudgedMinute(market, openTime, { contacts, judgedSince: OPEN });
    return judgeOf("silence", query, minute);
  };
  assert.equal(silence(OPEN + 9 * MINUTE, OPEN + 9.5 * MINUTE), 30);
  assert.equal(silence(OPEN + 9 * MINUTE, NaN), 7 * 60);
  const empty = historyMarket([bars(BITCOIN, 0)]);
  const minute = new JudgedMinute(empty, OPEN + 4 * MINUTE, { judgedSince: OPEN });
  assert.equal(judgeOf("silence", query, minute), 5 * 60);
});

Deno.test("offset is the venue's, in ms, and unknown while no clock was read", () => {
  const market = historyMarket([bars(ES, 3)]);
  const contacts = new Map<string, Contact>([["ES", { lastAt: OPEN, offsetMs: -1_500 }]]);
  const minute = new JudgedMinute(market, OPEN, { contacts });
  const query = { ids: [], timeframe: "1m", window: 0, horizon: 0 } as const;
  assert.equal(judgeOf("offset", { ...query, of: "ibkr" }, minute), -1_500);
  assert.equal(judgeOf("offset", { ...query, of: "ES", ids: ["ES"] }, minute), -1_500);
  assert.equal(
    judgeOf("offset", { ...query, of: "ibkr" }, new JudgedMinute(market, OPEN)),
    "stale",
  );
});

Deno.test("a rule of ticks is judged at each trade, by the trade's time, and not by minutes", () => {
  const judge = new Judge({
    rules: [rule({ metric: "price", of: "BTCUSDT", timeframe: "tick", fire: "above 105" })],
    sourceOf: () => "live",
  });
  const trade = (seconds: number, price: number) =>
    judge.trade({ instrument: "BTCUSDT", time: OPEN + seconds * 1_000, price });
  const texts = (changes: ReturnType<typeof trade>) =>
    changes.map(({ body: { id, state, time, value } }) => [id, state, time - OPEN, value]);
  assert.deepEqual(texts(trade(1, 105)), []);
  assert.deepEqual(texts(trade(2.5, 106)), [
    [`x/BTCUSDT/${OPEN + 2_500}`, "firing", 2_500, 106],
  ]);
  // The minute closed at 120, which would fire anew; a trade that was healed late is of the past.
  const market = historyMarket([bars(BITCOIN, 20)]);
  assert.deepEqual(judge.minute(new JudgedMinute(market, OPEN + 19 * MINUTE)), []);
  assert.deepEqual(texts(trade(2, 100)), []);
  assert.deepEqual(texts(trade(3, 105)), [
    [`x/BTCUSDT/${OPEN + 2_500}`, "resolved", 3_000, 105],
  ]);
  assert.deepEqual(judge.trade({ instrument: "ES", time: OPEN, price: 1_000 }), []);
});

Deno.test("rules that ask the same read a metric once a minute", () => {
  let reads = 0;
  const remove = registerMetric({
    name: "counted",
    title: "count",
    unit: "",
    of: "instrument",
    timeframes: ["1m"],
    read: () => known(++reads),
  });
  try {
    const rules = ["a", "b", "c"].map((name) => rule({ name, metric: "counted", of: "ES" }));
    const judge = new Judge({ rules, sourceOf: () => "live" });
    judge.minute(new JudgedMinute(historyMarket([bars(ES, 3)]), OPEN));
    assert.equal(reads, 1);
    assert.throws(() => registerMetric({ ...PRICE_LIKE, name: "counted" }), /there already/);
  } finally {
    remove();
  }
  assert.throws(
    () => rule({ metric: "counted", of: "ES" }),
    /metric must be one of|must be one of/,
  );
});

const PRICE_LIKE = metricNamed("price");

/** The value of a metric at a minute, or why there is none. */
function judgeOf(metric: string, query: MetricQuery, minute: JudgedMinute): number | string {
  const reading = metricNamed(metric).read(query, minute);
  return reading.kind === "known" ? reading.value : reading.reason;
}

Deno.test("after a restart, a rule that has come to measure something else begins anew", () => {
  const history = [bars(BITCOIN, 40), bars(ES, 40)];
  const market = historyMarket(history);
  const judgeOf = (settings: object, states = {}) =>
    new Judge({ rules: [rule(settings)], states, sourceOf: () => "imported" });
  const before = judgeOf({ metric: "price", of: "BTCUSDT", fire: "above 100" });
  for (let i = 0; i < 5; i++) before.minute(new JudgedMinute(market, OPEN + i * MINUTE));
  const states = JSON.parse(JSON.stringify(before.snapshot));
  const changesOf = (settings: object) =>
    judgeOf(settings, states).minute(new JudgedMinute(market, OPEN + 5 * MINUTE))
      .map(({ kind, body }) => `${kind} ${body.id}`);

  const began = OPEN + 2 * MINUTE, now = OPEN + 6 * MINUTE;
  const price = { metric: "price", of: "BTCUSDT" };
  assert.deepEqual(changesOf({ ...price, fire: "above 100" }), []);
  // Another threshold is of the same excursion.
  assert.deepEqual(changesOf({ ...price, fire: "above 1e6" }), [`resolved x/BTCUSDT/${began}`]);
  // Another instrument or metric is not.
  assert.deepEqual(changesOf({ metric: "price", of: "ES", fire: "above 1e6" }), []);
  assert.deepEqual(changesOf({ metric: "price", of: "ES", fire: "above 1" }), [
    `firing x/ES/${now}`,
  ]);
  assert.deepEqual(changesOf({ metric: "change", window: 1, of: "BTCUSDT", fire: "above 50" }), []);
});
