import assert from "node:assert/strict";
import { Outbox, type OutboxOptions } from "../../lib/alerts/outbox.ts";
import type { Outcome } from "../../lib/alerts/channels/outcome.ts";
import { QUEUE_CAPACITY } from "../../lib/alerts/delivery/channel_queue.ts";
import { readCheckpoint } from "../../lib/alerts/delivery/checkpoint.ts";
import type { AlertChange, AlertChangeKind } from "../../lib/model/alert.ts";
import { type DeliveryReceipt, isFinal } from "../../lib/model/delivery.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { bodyWith } from "./support/messages.ts";
import { rowsStore } from "./support/rows_store.ts";
import { CHAT, scriptedChannel } from "./support/scripted_channel.ts";

const HOUR = 3_600_000;
const UNKNOWN: Outcome = { kind: "unknown", reason: "no answer in time; it may have arrived" };
const BUSY: Outcome = { kind: "retry", reason: "HTTP 500" };

function changeOf(
  id: string,
  kind: AlertChangeKind = "firing",
  notify: readonly string[] = ["hook"],
): AlertChange {
  const state = kind === "resolved" ? "resolved" : "firing";
  return { kind, body: bodyWith({ id: `r/X/${id}`, rule: `r${id}`, state }), notify };
}

/** An outbox on a clock that is moved by hand; without jitter. */
function open(
  clock: ManualClock,
  options: Pick<OutboxOptions, "channels"> & Partial<OutboxOptions>,
) {
  const receipts: DeliveryReceipt[] = [];
  const outbox = new Outbox({
    clock,
    random: () => 0,
    onReceipt: (receipt) => void receipts.push(receipt),
    ...options,
  });
  const record = (...changes: readonly AlertChange[]) =>
    outbox.record({ changes, states: {}, judgedTo: 60_000 });
  const ends = () => receipts.filter(isFinal).map(({ state, text }) => `${state}: ${text}`);
  return { outbox, receipts, record, ends };
}

Deno.test("each change reaches each of its channels once, though it is recorded again", async () => {
  const clock = new ManualClock();
  const [one, two] = [scriptedChannel(clock), scriptedChannel(clock, { name: "other" })];
  const { record, ends } = open(clock, { channels: [one, two] });
  await record(changeOf("1", "firing", ["hook", "other"]));
  await record(changeOf("1", "firing", ["hook", "other"]));
  await record(changeOf("1", "repeat-1"), changeOf("1", "repeat-2"), changeOf("1", "resolved"));
  await clock.advance(HOUR);
  assert.deepEqual(one.attempts.flatMap(({ ids }) => ids), [
    "r/X/1:firing",
    "r/X/1:repeat-1",
    "r/X/1:repeat-2",
    "r/X/1:resolved",
  ]);
  assert.deepEqual(two.attempts.flatMap(({ ids }) => ids), ["r/X/1:firing"]);
  assert.equal(ends().length, 5);
  assert.ok(ends().every((end) => end === "delivered: HTTP 200"));
  assert.equal(clock.pending, 0, "no timer is left");
});

Deno.test("Retry-After is kept to the millisecond, and the channel is left alone until then", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock, { parallel: 4 });
  const { record, outbox } = open(clock, { channels: [channel] });
  channel.plan({ kind: "retry", reason: "HTTP 429", afterMs: 2_457 });
  await record(changeOf("1"));
  await clock.advance(100);
  await record(changeOf("2"));
  assert.equal(outbox.status.channels[0]?.state, "paused");
  await clock.advance(2_356);
  assert.deepEqual(channel.attempts.map(({ at }) => at), [0], "not a millisecond early");
  await clock.advance(1);
  assert.deepEqual(channel.attempts.map(({ at }) => at), [0, 2_457, 2_457]);
  assert.equal(outbox.status.channels[0]?.state, "ready");
});

Deno.test("a channel that wants less without saying for how long is left alone for our own delays", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock, { parallel: 4 });
  const { record } = open(clock, { channels: [channel] });
  const busy = { kind: "retry", reason: "HTTP 429", isBusy: true } as const;
  channel.plan(busy);
  await record(changeOf("1"));
  await clock.advance(100);
  await record(changeOf("2"), changeOf("3"));
  await clock.advance(10_000);
  assert.deepEqual(channel.attempts.map(({ at }) => at), [0, 1_000, 1_000, 1_000]);
});

Deno.test("a channel that has said what is left to it is left alone as long as it says", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock);
  const { record } = open(clock, { channels: [channel] });
  channel.plan({ kind: "delivered", receipt: "message 1", pauseMs: 1_250 });
  await record(changeOf("1"), changeOf("2"));
  await clock.advance(2_000);
  assert.deepEqual(channel.attempts.map(({ at }) => at), [0, 1_250]);
});

Deno.test("retries come after 1, 2, 4 … s, at most 60 s apart, and end after an hour", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock);
  const { record, ends, outbox } = open(clock, { channels: [channel] });
  channel.plan(...Array.from({ length: 200 }, () => BUSY));
  await record(changeOf("1"));
  await clock.advance(2 * HOUR);
  const times = channel.attempts.map(({ at }) => at);
  const gaps = times.slice(1).map((at, i) => at - times[i]!);
  assert.deepEqual(gaps.slice(0, 8), [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  assert.ok(gaps.slice(8).every((gap) => gap === 60_000));
  assert.ok(times.at(-1)! <= HOUR && times.at(-1)! > HOUR - 60_000, `${times.at(-1)}`);
  assert.deepEqual(ends(), [`failed: given up after ${times.length} attempts: HTTP 500`]);
  assert.equal(outbox.status.channels[0]?.failed, 1);
});

Deno.test("jitter only shortens a delay, by up to a fifth", async () => {
  const { retryDelay } = await import("../../lib/alerts/delivery/retry_delay.ts");
  for (let attempts = 1; attempts < 40; attempts++) {
    const full = Math.min(60_000, 1_000 * 2 ** (attempts - 1));
    for (const random of [0, 0.3, 0.999]) {
      const delay = retryDelay(attempts, random);
      assert.ok(delay <= full && delay >= 0.8 * full, `${attempts} ${random} ${delay}`);
    }
  }
});

Deno.test("what may have arrived is sent again only where the receiver knows it", async () => {
  const clock = new ManualClock();
  const [hook, chat] = [scriptedChannel(clock), scriptedChannel(clock, CHAT)];
  const { record, ends } = open(clock, { channels: [hook, chat] });
  hook.plan(UNKNOWN);
  chat.plan(UNKNOWN);
  await record(changeOf("1", "firing", ["hook", "chat"]));
  await clock.advance(HOUR);
  assert.equal(hook.attempts.length, 2);
  assert.equal(hook.attempts[0]!.message.items[0].json, hook.attempts[1]!.message.items[0].json);
  assert.equal(chat.attempts.length, 1);
  assert.deepEqual(ends(), [
    "delivered: HTTP 200",
    "perhaps: no answer in time; it may have arrived",
  ]);
});

Deno.test("alerts of the same five seconds share a message to a chat, and none to a webhook", async () => {
  const clock = new ManualClock();
  const [hook, chat] = [scriptedChannel(clock), scriptedChannel(clock, CHAT)];
  const { record } = open(clock, { channels: [hook, chat] });
  await record(changeOf("1", "firing", ["hook", "chat"]));
  await clock.advance(4_000);
  await record(changeOf("2", "firing", ["hook", "chat"]), changeOf("1", "resolved", ["chat"]));
  await clock.advance(999);
  assert.deepEqual(chat.attempts, []);
  await clock.advance(1);
  await record(changeOf("3", "firing", ["chat"]));
  await clock.advance(5_000);
  assert.deepEqual(chat.attempts.map(({ at, ids }) => [at, ids]), [
    [5_000, ["r/X/1:firing", "r/X/2:firing", "r/X/1:resolved"]],
    [10_000, ["r/X/3:firing"]],
  ]);
  assert.deepEqual(hook.attempts.map(({ ids }) => ids), [["r/X/1:firing"], ["r/X/2:firing"]]);
});

Deno.test("what piled up while a chat wanted nothing comes as one late message", async () => {
  const clock = new ManualClock();
  const chat = scriptedChannel(clock, CHAT);
  const { record } = open(clock, { channels: [chat] });
  chat.plan({ kind: "retry", reason: "HTTP 429", afterMs: 6 * 60_000 });
  await record(changeOf("0", "firing", ["chat"]));
  for (let i = 1; i <= 20; i++) {
    await clock.advance(10_000);
    await record(changeOf(`${i}`, "firing", ["chat"]));
  }
  await clock.advance(HOUR);
  assert.equal(chat.attempts.length, 2);
  const [, late] = chat.attempts;
  assert.equal(late?.ids.length, 21);
  assert.equal(late?.at, 5_000 + 6 * 60_000);
  assert.equal(late?.message.delayedMs, 5_000 + 6 * 60_000);
});

Deno.test("messages of one alert go in order, and those of others do not wait for it", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock, { parallel: 4 });
  const { record } = open(clock, { channels: [channel] });
  channel.plan(BUSY);
  await record(changeOf("1"), changeOf("1", "resolved"), changeOf("2"));
  await clock.advance(5_000);
  assert.deepEqual(channel.attempts.map(({ at, ids }) => [at, ids[0]]), [
    [0, "r/X/1:firing"],
    [0, "r/X/2:firing"],
    [1_000, "r/X/1:firing"],
    [1_000, "r/X/1:resolved"],
  ]);
});

Deno.test("a channel that is gone, or must be set up anew, is disabled with its reason", async () => {
  for (const kind of ["gone", "configure"] as const) {
    const clock = new ManualClock();
    const channel = scriptedChannel(clock);
    const { record, ends, outbox } = open(clock, { channels: [channel] });
    channel.plan({ kind, reason: "HTTP 410" });
    await record(changeOf("1"), changeOf("2"));
    await clock.advance(10_000);
    await record(changeOf("3"));
    await clock.advance(HOUR);
    assert.equal(channel.attempts.length, 1);
    assert.deepEqual(ends(), Array(3).fill("failed: the channel is disabled: HTTP 410"));
    const [status] = outbox.status.channels;
    assert.deepEqual([status?.state, status?.reason, status?.waiting], ["disabled", "HTTP 410", 0]);
  }
});

Deno.test("what a channel refuses is given up, and only that", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock);
  const { record, ends } = open(clock, { channels: [channel] });
  channel.plan({ kind: "refused", reason: "HTTP 400" });
  await record(changeOf("1"), changeOf("2"));
  await clock.advance(HOUR);
  assert.deepEqual(ends(), ["failed: HTTP 400", "delivered: HTTP 200"]);
});

Deno.test("a wait beyond the hour of a message gives it up at once", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock);
  const { record, ends } = open(clock, { channels: [channel] });
  channel.plan({ kind: "retry", reason: "HTTP 429: daily quota", afterMs: 5 * HOUR });
  await record(changeOf("1"));
  await clock.advance(1_000);
  assert.deepEqual(ends(), ["failed: given up after one attempt: HTTP 429: daily quota"]);
});

Deno.test("a channel is not sent to faster than its pace", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock, { pace: { burst: 3, refillMs: 1_000 }, parallel: 4 });
  const { record } = open(clock, { channels: [channel] });
  await record(...Array.from({ length: 6 }, (_, i) => changeOf(`${i}`)));
  await clock.advance(10_000);
  assert.deepEqual(channel.attempts.map(({ at }) => at), [0, 0, 0, 1_000, 2_000, 3_000]);
  await record(...Array.from({ length: 4 }, (_, i) => changeOf(`b${i}`)));
  await clock.advance(10_000);
  assert.deepEqual(channel.attempts.slice(6).map(({ at }) => at), [10_000, 10_000, 10_000, 11_000]);
});

Deno.test("the queue is bounded: the oldest goes, and is counted", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock);
  const { record, ends, outbox } = open(clock, { channels: [channel] });
  channel.plan({ kind: "retry", reason: "HTTP 429", afterMs: 60_000 });
  await record(changeOf("first"));
  await clock.advance(0);
  for (let i = 0; i < QUEUE_CAPACITY + 5; i++) await record(changeOf(`${i}`));
  const [status] = outbox.status.channels;
  assert.deepEqual([status?.waiting, status?.dropped], [QUEUE_CAPACITY, 6]);
  assert.equal(ends().length, 6);
  assert.match(ends()[0]!, /^failed: dropped: 1000 newer messages/);
  assert.ok(outbox.status.receipts.length <= 200);
});

Deno.test("the end of an alert comes with what the channel answered to its beginning", async () => {
  const clock = new ManualClock();
  const chat = scriptedChannel(clock, CHAT);
  const { record } = open(clock, { channels: [chat] });
  chat.plan({ kind: "delivered", receipt: "message 17" });
  await record(changeOf("1", "firing", ["chat"]));
  await clock.advance(10_000);
  await record(changeOf("1", "resolved", ["chat"]));
  await clock.advance(10_000);
  assert.deepEqual(chat.attempts.map(({ message }) => message.firstReceipt), [
    undefined,
    "message 17",
  ]);
});

Deno.test("alert, deliveries and checkpoint are written in one batch, before anything is sent", async () => {
  const clock = new ManualClock();
  const store = rowsStore();
  const channel = scriptedChannel(clock);
  const { outbox } = open(clock, { channels: [channel], store });
  const states = { r1: { phase: "firing", since: 60_000 } } as const;
  await outbox.record({ changes: [changeOf("1")], states, judgedTo: 120_000 });
  const [first] = store.batches;
  assert.deepEqual(first?.alerts?.map(({ id, state, ended }) => [id, state, ended]), [
    ["r/X/1", "firing", null],
  ]);
  assert.deepEqual(first?.deliveries?.map(({ kind, attempts }) => [kind, attempts]), [[
    "firing",
    0,
  ]]);
  assert.deepEqual(readCheckpoint(first?.notes?.["alerts"]), { states, judgedTo: 120_000 });
  await clock.advance(1_000);
  const kept = store.batches.flatMap(({ deliveries = [] }) =>
    deliveries.map(({ attempts, nextAt, receipt }) => [attempts, nextAt !== null, receipt])
  );
  assert.deepEqual(kept, [[0, true, null], [1, false, null], [1, false, "HTTP 200"]]);
});

Deno.test("a restart neither repeats nor forgets: it goes on where the process before ended", async () => {
  const clock = new ManualClock();
  const store = rowsStore();
  const first = scriptedChannel(clock);
  const before = open(clock, { channels: [first], store });
  first.plan(DONE, BUSY, new Promise<Outcome>(() => {}));
  await before.record(changeOf("1"));
  await clock.advance(0);
  await before.record(changeOf("2"));
  await clock.advance(0);
  await before.record(changeOf("3"), changeOf("4"));
  await clock.advance(0);
  assert.deepEqual(first.attempts.map(({ ids }) => ids[0]), [
    "r/X/1:firing",
    "r/X/2:firing",
    "r/X/3:firing",
  ]);
  await before.outbox.close();
  assert.equal(clock.pending, 0);
  // Two hours later: a process that was away has not used up the hour of its messages.
  await clock.advance(2 * HOUR);
  const second = scriptedChannel(clock);
  const after = open(clock, { channels: [second], store, left: store.left });
  await after.record(changeOf("1"), changeOf("2"));
  await clock.advance(HOUR);
  assert.deepEqual(second.attempts.flatMap(({ ids }) => ids).sort(), [
    "r/X/2:firing",
    "r/X/3:firing",
    "r/X/4:firing",
  ]);
  const json = (channel: typeof first, id: string) =>
    channel.attempts.find(({ ids }) => ids[0] === id)?.message.items[0].json;
  assert.equal(json(second, "r/X/3:firing"), json(first, "r/X/3:firing"), "the same bytes");
  assert.ok(store.left.every(({ receipt, nextAt }) => receipt !== null && nextAt === null));
});

const DONE: Outcome = { kind: "delivered", receipt: "HTTP 200" };

Deno.test("a chat does not get again what was on its way when the process ended", async () => {
  const clock = new ManualClock();
  const store = rowsStore();
  const first = scriptedChannel(clock, CHAT);
  const before = open(clock, { channels: [first], store });
  first.plan(new Promise<Outcome>(() => {}));
  await before.record(changeOf("1", "firing", ["chat"]));
  await clock.advance(5_000);
  await before.record(changeOf("2", "firing", ["chat"]));
  await before.outbox.close();
  const second = scriptedChannel(clock, CHAT);
  const after = open(clock, { channels: [second], store, left: store.left });
  await clock.advance(60_000);
  assert.deepEqual(second.attempts.flatMap(({ ids }) => ids), ["r/X/2:firing"]);
  assert.deepEqual(after.ends(), [
    "perhaps: the process ended while it was sent; it may have arrived",
    "delivered: HTTP 200",
  ]);
});

Deno.test("messages on their way when a channel is disabled come to their own end, once", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock, { parallel: 3 });
  const store = rowsStore();
  const { record, outbox, ends } = open(clock, { channels: [channel], store });
  const [taken, busy] = [Promise.withResolvers<Outcome>(), Promise.withResolvers<Outcome>()];
  channel.plan({ kind: "gone", reason: "HTTP 410" }, taken.promise, busy.promise);
  await record(changeOf("1"), changeOf("2"), changeOf("3"), changeOf("4"));
  await clock.advance(0);
  const disabled = "failed: the channel is disabled: HTTP 410";
  assert.deepEqual(ends(), [disabled, disabled]);
  taken.resolve({ kind: "delivered", receipt: "HTTP 200" });
  busy.resolve(BUSY);
  await clock.advance(HOUR);
  assert.deepEqual(ends(), [disabled, disabled, "delivered: HTTP 200", disabled]);
  assert.equal(channel.attempts.length, 3);
  const [status] = outbox.status.channels;
  assert.deepEqual([status?.delivered, status?.failed, status?.waiting], [1, 3, 0]);
  const unended = store.left.filter(({ receipt, error }) => receipt === null && error === null);
  assert.deepEqual(unended, [], "no row is left for the next start");
});

Deno.test("rows of a channel that is gone from the configuration, and damaged ones, come to an end", async () => {
  const clock = new ManualClock();
  const store = rowsStore();
  const before = open(clock, { channels: [], store });
  await before.record(changeOf("1", "firing", ["away"]), changeOf("2", "firing", ["hook"]));
  const left = store.left.map((row) =>
    row.channel === "hook" ? { ...row, body: "{", nextAt: 0, error: null } : row
  );
  const channel = scriptedChannel(clock);
  const after = open(clock, { channels: [channel], store, left });
  await clock.advance(1_000);
  assert.deepEqual(channel.attempts, []);
  assert.deepEqual(after.ends(), ["failed: its row in the store is damaged"]);
  assert.deepEqual(store.left.map(({ error }) => error), [
    "alerts.channels has no away any more",
    "its row in the store is damaged",
  ]);
});

Deno.test("a store that refuses stops no message", async () => {
  const clock = new ManualClock();
  const store = rowsStore();
  const channel = scriptedChannel(clock);
  const { record, ends } = open(clock, { channels: [channel], store });
  store.state.refusal = new Error("disk full");
  await record(changeOf("1"));
  await clock.advance(1_000);
  assert.deepEqual(ends(), ["delivered: HTTP 200"]);
});

Deno.test("flush sends what is new at once, grouped still, and does not wait for retries", async () => {
  const clock = new ManualClock();
  const chat = scriptedChannel(clock, CHAT);
  const { record, outbox } = open(clock, { channels: [chat] });
  await record(changeOf("1", "firing", ["chat"]), changeOf("2", "firing", ["chat"]));
  await outbox.flush();
  assert.deepEqual(chat.attempts.map(({ at, ids }) => [at, ids.length]), [[0, 2]]);
  chat.plan(BUSY);
  await record(changeOf("3", "firing", ["chat"]));
  await outbox.flush();
  assert.equal(chat.attempts.length, 2);
  await outbox.close();
  await outbox.flush();
  assert.equal(clock.pending, 0);
});

Deno.test("a defect in a channel ends its message and is no unhandled rejection", async () => {
  const clock = new ManualClock();
  const channel = scriptedChannel(clock);
  const { record, ends } = open(clock, { channels: [channel] });
  channel.plan(new Error("boom"));
  await record(changeOf("1"), changeOf("2"));
  await clock.advance(1_000);
  assert.deepEqual(ends(), [
    "failed: a defect of Comove kept it from being sent",
    "delivered: HTTP 200",
  ]);
});

Deno.test("a flush leaves a slow channel after 4 s without a failure, and close says what is left", async () => {
  for (const store of [rowsStore(), undefined]) {
    const clock = new ManualClock();
    const lines: string[] = [];
    const write = (level: string) => (message: string, fields?: object) =>
      void lines.push(`${level}: ${message} ${JSON.stringify(fields)}`);
    const log = {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
    };
    const hook = scriptedChannel(clock);
    hook.plan(new Promise<Outcome>(() => {}));
    const { outbox, record } = open(clock, { channels: [hook], log, store });
    await record(changeOf("1"), changeOf("2"));
    let isFlushed = false;
    const flushing = outbox.flush().then(() => isFlushed = true);
    await clock.advance(3_999);
    assert.equal(isFlushed, false);
    await clock.advance(1);
    await flushing;
    await outbox.close();
    assert.deepEqual(lines, [
      store === undefined
        ? 'warn: Messages were not delivered before the end {"messages":2}'
        : 'info: Messages wait in the store for the next start {"messages":2}',
    ]);
  }
});

Deno.test("readCheckpoint takes what was written, and nothing damaged", () => {
  for (
    const text of [
      undefined,
      "",
      "{",
      "null",
      '{"judgedTo":1}',
      '{"judgedTo":1.5,"states":{}}',
      '{"judgedTo":60000,"states":{"a":{"phase":"x"}}}',
      '{"judgedTo":60000,"states":{"a":null}}',
      '{"judgedTo":60000,"states":{"a":{"phase":"firing"}}}',
      '{"judgedTo":60000,"states":{"a":{"phase":"pending","since":"60000"}}}',
    ]
  ) {
    assert.equal(readCheckpoint(text), undefined, `${text}`);
  }
  const text = '{"judgedTo":60000,"states":{}}';
  const whole = { judgedTo: 60_000, states: {} };
  assert.deepEqual(readCheckpoint(text), whole);
  assert.deepEqual(readCheckpoint(text, '{"a":"price ES"}'), {
    ...whole,
    watched: { a: "price ES" },
  });
  for (const damaged of ["", "{", "null", '{"a":1}']) {
    assert.deepEqual(readCheckpoint(text, damaged), whole, damaged);
  }
});
