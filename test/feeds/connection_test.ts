import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Connection,
  type ConnectionEvent,
  idle,
  STABLE_MS,
  step,
} from "../../lib/feeds/connection.ts";
import { MarketError } from "../../lib/model/errors.ts";

const passing = new MarketError("refused", "retry", "refused");
const patient = new MarketError("limit", "wait", "wait", { retryAfterMs: 90_000 });
const final = new MarketError("geo-blocked", "configure", "not from here");

/** The state after these events, from idle. */
function after(...events: ConnectionEvent[]): Connection {
  return events.reduce((connection, event) => step(connection, event).next, idle);
}

const start: ConnectionEvent = { kind: "start" };
const opened: ConnectionEvent = { kind: "opened" };
const accepted: ConnectionEvent = { kind: "accepted" };
const requested: ConnectionEvent = { kind: "requested" };
const silent: ConnectionEvent = { kind: "silent", reason: "quiet" };
const retry: ConnectionEvent = { kind: "retry" };
const data = (at = 0): ConnectionEvent => ({ kind: "data", at });
const lost = (at = 0, error = passing, random = 0.5): ConnectionEvent => ({
  kind: "lost",
  at,
  error,
  random,
});

Deno.test("step walks from idle to live only through data", () => {
  const steps = [start, opened, accepted, requested].map((_, i, all) =>
    after(...all.slice(0, i + 1)).state
  );
  assert.deepEqual(steps, ["connecting", "handshake", "ready", "starting"]);
  assert.equal(after(start, opened, accepted, data()).state, "ready");
  assert.equal(after(start, opened, accepted, requested, data()).state, "live");
});

Deno.test("step goes stale on silence and live again on data", () => {
  const live = [start, opened, accepted, requested, data()];
  assert.equal(after(...live, silent).state, "stale");
  assert.equal(after(...live, silent, data(5)).state, "live");
});

Deno.test("step retries passing losses with a growing, jittered delay and never gives up", () => {
  let connection = after(start);
  const delays = [];
  for (let i = 0; i < 12; i++) {
    const result = step(connection, lost(0, passing, 0.5));
    assert.equal(result.command.kind, "retry-after");
    if (result.command.kind === "retry-after") delays.push(result.command.delayMs);
    connection = step(result.next, retry).next;
    assert.equal(connection.state, "connecting");
  }
  assert.deepEqual(delays.slice(0, 5), [500, 1_000, 2_000, 4_000, 8_000]);
  assert.equal(delays.at(-1), 30_000);
});

Deno.test("step starts the back-off anew only after data has flowed for a minute", () => {
  const live = (at: number) => after(start, lost(), retry, opened, accepted, requested, data(at));
  assert.equal(step(live(0), lost(STABLE_MS - 1)).next.attempt, 2);
  assert.equal(step(live(0), lost(STABLE_MS)).next.attempt, 1);
});

Deno.test("step waits at least as long as the venue asked", () => {
  const { command } = step(after(start), lost(0, patient, 0));
  assert.deepEqual(command, { kind: "retry-after", delayMs: 90_000 });
});

Deno.test("step waits little longer than the venue asked, however many attempts came before", () => {
  const brief = new MarketError("in-use", "wait", "wait", { retryAfterMs: 1_000 });
  const often = Array.from({ length: 12 }, () => [lost(), retry]).flat();
  const { command } = step(after(start, ...often), lost(0, brief, 0.9));
  assert.deepEqual(command, { kind: "retry-after", delayMs: 1_000 + 0.9 * 1_250 });
});

Deno.test("step fails for good when only the user can help", () => {
  const failed = after(start, lost(0, final));
  assert.equal(failed.state, "failed");
  assert.equal(step(failed, retry).next, failed);
});

Deno.test("step ignores what means nothing in a state, and everything once closed", () => {
  const event = fc.constantFrom(start, opened, accepted, requested, silent, retry, data(), lost());
  fc.assert(fc.property(fc.array(event, { maxLength: 40 }), (events) => {
    const closed = step(after(...events), { kind: "close" }).next;
    assert.equal(closed.state, "closed");
    assert.equal(step(closed, start).next, closed);
    const legal = ["idle", "connecting", "handshake", "ready", "starting", "live", "stale"];
    assert.ok([...legal, "recovering", "failed"].includes(after(...events).state));
  }));
});

Deno.test("step rests while stopped, whatever comes late, until it is started or closed", () => {
  const event = fc.constantFrom(start, opened, accepted, requested, silent, retry, data(), lost());
  fc.assert(fc.property(fc.array(event, { maxLength: 40 }), (events) => {
    const stopped = step(after(...events), { kind: "stop" }).next;
    assert.deepEqual([stopped.state, stopped.attempt], ["stopped", 0]);
    for (const late of [opened, accepted, requested, silent, retry, data(), lost()]) {
      assert.equal(step(stopped, late).next, stopped, late.kind);
    }
    assert.deepEqual(step(stopped, start).command, { kind: "open" });
    assert.equal(step(stopped, { kind: "close" }).next.state, "closed");
  }));
});
