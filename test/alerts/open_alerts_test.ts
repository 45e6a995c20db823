import assert from "node:assert/strict";
import type { AlertOutbox, AlertRecord } from "../../lib/alerts/alert_outbox.ts";
import { checkpointNotes, readCheckpoint } from "../../lib/alerts/delivery/checkpoint.ts";
import { AlertDesk } from "../../lib/alerts/alert_desk.ts";
import { armAlerts, openAlerts, ruleMarketOf } from "../../lib/alerts/open_alerts.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { BITCOIN, ES, fakeMarket, START } from "../support/fake_market.ts";

const HIGH = { name: "high", metric: "price", of: "ES", fire: "above 2000", severity: "major" };

/** Remembers what it was given. */
function outboxOf() {
  const records: AlertRecord[] = [];
  const calls: string[] = [];
  const outbox: AlertOutbox = {
    status: { channels: [], receipts: [] },
    record: (record) => {
      records.push(record);
      return Promise.resolve();
    },
    flush: () => Promise.resolve(void calls.push("flush")),
    close: () => Promise.resolve(void calls.push("close")),
  };
  return { outbox, records, calls };
}

/** A bar that closed there. */
function barOf(price: number) {
  return { open: price, high: price, low: price, close: price };
}

/** Closes a minute in which ES stood at a price. */
function closer({ feeds, close }: ReturnType<typeof fakeMarket>) {
  return async (minute: number, price: number) => {
    feeds.get("ibkr")!.bar("ES", minute, barOf(price));
    await close(minute, ["ES"]);
  };
}

Deno.test("an excursion is one alert: an event as it fires and one as it resolves, each after its minute", async () => {
  const fake = fakeMarket([BITCOIN, ES]);
  const { market } = fake;
  const seen: string[] = [];
  market.onEvent((event) => {
    if (event.kind === "minute") seen.push(`minute ${(event.openTime - START) / MINUTE}`);
    if (event.kind === "alert") seen.push(event.change.body.state);
  });
  const { outbox, records, calls } = outboxOf();
  openAlerts(market, [parseRule(HIGH, { instruments: market.instruments })], { outbox });
  const close = closer(fake);
  for (const [minute, price] of [1_000, 2_500, 2_600, 1_900].entries()) await close(minute, price);
  assert.deepEqual(seen, ["minute 0", "minute 1", "firing", "minute 2", "minute 3", "resolved"]);
  const [fired, resolved] = market.alerts!.history.map(({ body }) => body);
  assert.deepEqual(fired, {
    id: `high/ES/${START + 2 * MINUTE}`,
    rule: "high",
    metric: "price",
    of: "ES",
    severity: "major",
    state: "firing",
    value: 2_500,
    threshold: 2_000,
    n: 1,
    expected: 1,
    time: START + 2 * MINUTE,
    utc: "2025-12-03 15:02:00 UTC",
    since: START + 2 * MINUTE,
    source: "simulated",
    message: "ES: price 2500, above 2000, since 2025-12-03 15:02:00 UTC.",
  });
  assert.deepEqual(
    [resolved?.id, resolved?.state, resolved?.value, resolved?.time, resolved?.message],
    [
      fired?.id,
      "resolved",
      1_900,
      START + 4 * MINUTE,
      "ES: price 1900, no longer above 2000, after 2m.",
    ],
  );
  await market.close();
  assert.deepEqual(calls, ["flush", "close"]);
  assert.deepEqual(records.map(({ judgedTo }) => (judgedTo - START) / MINUTE), [1, 2, 3, 4]);
  assert.deepEqual(records.flatMap(({ changes }) => changes.map(({ kind }) => kind)), [
    "firing",
    "resolved",
  ]);
  assert.deepEqual(Object.keys(records[2]!.states), ["high"]);
  assert.deepEqual(records[3]!.states, {});
});

Deno.test("a minute that comes late makes its rules unknown, and is not judged again when it heals", async () => {
  const fake = fakeMarket([BITCOIN, ES]);
  const { market, feeds } = fake;
  const alerts = armAlerts(market, [HIGH]);
  const close = closer(fake);
  await close(0, 2_500);
  await fake.close(1, ["ES"]);
  assert.deepEqual(
    alerts.rules.map(({ state, phase, reason, value }) => [state, phase, reason, value]),
    [["unknown", "firing", "stale", 2_500]],
  );
  feeds.get("ibkr")!.bar("ES", 1, barOf(1_000));
  await close(2, 2_600);
  assert.deepEqual(alerts.history.map(({ kind }) => kind), ["firing"]);
  assert.equal(alerts.rules[0]!.state, "firing");
  await market.close();
});

Deno.test("a restart goes on from its checkpoint: missed minutes are judged in order, and nothing twice", async () => {
  const before = fakeMarket([BITCOIN, ES]);
  const { outbox, records } = outboxOf();
  const rules = [parseRule({ ...HIGH, for: "2m" }, { instruments: before.market.instruments })];
  openAlerts(before.market, rules, { outbox });
  const closeBefore = closer(before);
  for (const [minute, price] of [1_000, 2_500].entries()) await closeBefore(minute, price);
  await before.market.close();
  const { states, judgedTo } = JSON.parse(JSON.stringify(records.at(-1)!));

  const after = fakeMarket([BITCOIN, ES]);
  const seen: string[] = [];
  openAlerts(after.market, rules, { checkpoint: { states, judgedTo } });
  after.market.onEvent((event) => {
    if (event.kind !== "alert") return;
    const { state, time, since } = event.change.body;
    seen.push(`${state} ${(time - START) / MINUTE} since ${(since - START) / MINUTE}`);
  });
  // Minutes 0 to 6 are history; 2 to 6 were missed: it fires at the end of 3 and resolves at that of 5.
  for (const feed of after.feeds.values()) feed.now = START + 7 * MINUTE;
  for (const [minute, price] of [1_000, 2_500, 2_500, 2_500, 2_500, 1_000, 2_500].entries()) {
    after.feeds.get("ibkr")!.bar("ES", minute, barOf(price));
    after.feeds.get("binance")!.bar("BTCUSDT", minute);
  }
  await after.clock.advance(2_000);
  await closer(after)(7, 2_500);
  assert.deepEqual(seen, ["firing 4 since 2", "resolved 6 since 2"]);
  await closer(after)(8, 2_500);
  assert.deepEqual(seen.slice(2), ["firing 9 since 7"]);
  await after.market.close();
});

Deno.test("a rule that was added or measures something else is not judged on minutes missed before it was there", async () => {
  const before = fakeMarket([BITCOIN, ES]);
  const { outbox, records } = outboxOf();
  const scope = { instruments: before.market.instruments };
  const other = { name: "other", metric: "price", of: "BTCUSDT", fire: "above 1" };
  const was = [HIGH, other].map((rule) => parseRule(rule, scope));
  openAlerts(before.market, was, { outbox });
  for (const minute of [0, 1]) await closer(before)(minute, 1_000);
  await before.market.close();
  assert.deepEqual(records.map(({ watched }) => Object.keys(watched ?? {})), [
    ["high", "other"],
    [],
  ]);
  const { states, judgedTo } = records.at(-1)!;
  const notes = checkpointNotes({ states, judgedTo, watched: records[0]!.watched });
  const checkpoint = readCheckpoint(notes["alerts"], notes["alerts watched"]);

  const after = fakeMarket([BITCOIN, ES]);
  const is = [HIGH, { ...other, of: "ES" }, { ...HIGH, name: "added" }]
    .map((rule) => parseRule(rule, scope));
  const desk = new AlertDesk({
    market: ruleMarketOf(after.market),
    rules: is,
    now: () => after.clock.now(),
    checkpoint,
    // One minute a turn.
    judgementsAtOnce: 3,
  });
  after.market.watchBy(desk);
  for (const feed of after.feeds.values()) feed.now = START + 5 * MINUTE;
  for (const minute of [0, 1, 2, 3, 4]) {
    after.feeds.get("ibkr")!.bar("ES", minute, barOf(2_500));
    after.feeds.get("binance")!.bar("BTCUSDT", minute);
  }
  await after.clock.advance(2_000);
  for (const minute of [5, 6, 7]) await closer(after)(minute, 2_500);
  const firings = desk.history.map(({ kind, body }) =>
    `${body.rule} ${kind} ${(body.since - START) / MINUTE}`
  );
  // Minutes 2 to 4 were missed.
  assert.deepEqual(firings, ["high firing 3", "other firing 6", "added firing 6"]);
  const kept = desk.takeRecords();
  assert.deepEqual(
    kept.filter(({ watched }) => watched !== undefined)
      .map(({ judgedTo, watched }) => [(judgedTo - START) / MINUTE, Object.keys(watched!)]),
    [[6, ["high", "other", "added"]]],
    "a process that ends before all that was missed is judged has them as new again",
  );
  await after.market.close();
});

Deno.test("what was missed for long is judged a piece a turn, in order, and no trade before it", async () => {
  const fake = fakeMarket([BITCOIN, ES]);
  const { market, feeds, clock } = fake;
  const scope = { instruments: market.instruments };
  const tick = { ...HIGH, name: "tick", timeframe: "tick" };
  const desk = new AlertDesk({
    market: ruleMarketOf(market),
    rules: [HIGH, tick].map((rule) => parseRule(rule, scope)),
    now: () => clock.now(),
    checkpoint: { states: {}, judgedTo: START + MINUTE },
    // Three minutes of two rules.
    judgementsAtOnce: 6,
  });
  market.watchBy(desk);
  for (const feed of feeds.values()) feed.now = START + 8 * MINUTE;
  for (let minute = 0; minute < 8; minute++) {
    feeds.get("ibkr")!.bar("ES", minute, barOf(minute === 6 ? 2_500 : 1_000));
    feeds.get("binance")!.bar("BTCUSDT", minute);
  }
  await clock.advance(2_000);
  const trade = (price: number) =>
    feeds.get("ibkr")!.context.emit({
      kind: "trade",
      instrument: "ES",
      id: 1,
      time: START + 9 * MINUTE,
      price,
      size: 1,
      receivedAt: 0,
    });
  const judged = () => desk.takeRecords().map(({ judgedTo }) => (judgedTo - START) / MINUTE);
  await closer(fake)(8, 1_000);
  assert.deepEqual(judged(), [2, 3, 4]);
  trade(2_500);
  assert.deepEqual([judged(), desk.history.length], [[5, 6, 7], 1]);
  trade(2_500);
  assert.deepEqual(judged(), [8, 9]);
  assert.deepEqual(desk.history.map(({ kind, body }) => `${body.rule} ${kind}`), [
    "high firing",
    "high resolved",
  ]);
  trade(2_500);
  assert.equal(desk.history.at(-1)!.body.rule, "tick");
  await market.close();
});

Deno.test("without a checkpoint, history only warms the windows", async () => {
  const fake = fakeMarket([BITCOIN, ES]);
  for (const feed of fake.feeds.values()) feed.now = START + 3 * MINUTE;
  for (const [minute, price] of [2_500, 2_500, 2_500].entries()) {
    fake.feeds.get("ibkr")!.bar("ES", minute, barOf(price));
    fake.feeds.get("binance")!.bar("BTCUSDT", minute);
  }
  const alerts = armAlerts(fake.market, [HIGH]);
  await fake.clock.advance(2_000);
  assert.equal(alerts.history.length, 0);
  await closer(fake)(3, 2_500);
  assert.deepEqual(alerts.history.map(({ body }) => body.since), [START + 4 * MINUTE]);
  await fake.market.close();
});

Deno.test("a muted rule is judged, and its messages go nowhere until the mute ends", async () => {
  const fake = fakeMarket([BITCOIN, ES]);
  const { market } = fake;
  const scope = { instruments: market.instruments };
  const rule = parseRule({ ...HIGH, notify: ["desk"] }, scope);
  const alerts = openAlerts(market, [rule], { clock: fake.clock });
  alerts.mute("high", 10_000);
  assert.equal(alerts.rules[0]!.mutedUntil, fake.clock.now() + 10_000);
  const close = closer(fake);
  await close(0, 2_500);
  await fake.clock.advance(10_000);
  assert.equal(alerts.rules[0]!.mutedUntil, undefined);
  await close(1, 1_000);
  await close(2, 2_500);
  assert.deepEqual(alerts.history.map(({ kind, notify }) => [kind, notify.length]), [
    ["firing", 0],
    ["resolved", 1],
    ["firing", 1],
  ]);
  assert.throws(() => alerts.mute("hihg", 1), /rule must be one of high, got hihg/);
  assert.throws(() => alerts.mute("high", -1), RangeError);
  assert.throws(() => alerts.mute("high", "an hour"), /duration must be a duration such as 30s/);
  alerts.mute("high", "1h");
  assert.equal(alerts.rules[0]!.mutedUntil, fake.clock.now() + 3_600_000);
  await market.close();
});

Deno.test("rules that are armed anew keep their excursion where they measure the same", async () => {
  const fake = fakeMarket([BITCOIN, ES]);
  const other = { ...HIGH, name: "other" }, third = { ...HIGH, name: "third" };
  const alerts = armAlerts(fake.market, [HIGH, other, third]);
  const close = closer(fake);
  await close(0, 2_500);
  const again = armAlerts(fake.market, [
    HIGH,
    { ...other, fire: "above 2600" },
    { ...third, metric: "change", window: 1, fire: "above -1" },
  ]);
  assert.equal(again, alerts);
  await close(1, 2_500);
  const changes = alerts.history.map(({ kind, body }) =>
    `${body.rule} ${kind} ${(body.since - START) / MINUTE}`
  );
  // The new threshold ends the excursion of the other; the third has another one, of what it measures now.
  assert.deepEqual(changes, [
    "high firing 1",
    "other firing 1",
    "third firing 1",
    "other resolved 1",
    "third firing 2",
  ]);
  await fake.market.close();
});
