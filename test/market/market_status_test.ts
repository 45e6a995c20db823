import assert from "node:assert/strict";
import type { FeedSnapshot } from "../../lib/feeds/feed.ts";
import { messageOf, stateOf } from "../../lib/market/market_status.ts";
import { MarketError } from "../../lib/model/errors.ts";

const NOW = Date.UTC(2025, 11, 1, 14, 35);

function venue(change: Partial<FeedSnapshot>): FeedSnapshot {
  return {
    venue: "binance",
    state: "live",
    since: NOW,
    reconnects: 0,
    attempt: 0,
    breaker: "closed",
    retryAt: undefined,
    rejectedFrames: 0,
    lastError: undefined,
    venueTime: NOW,
    clockOffsetMs: 0,
    clockUncertaintyMs: 1,
    streams: [],
    ...change,
  };
}

const cut = venue({
  venue: "ibkr",
  state: "recovering",
  reconnects: 1,
  lastError: new MarketError("refused", "retry", "IB Gateway refused 127.0.0.1:4002."),
});

Deno.test("stateOf is live only when every venue and stream delivers", () => {
  assert.equal(stateOf([venue({}), venue({ venue: "ibkr" })], false), "live");
  assert.equal(stateOf([venue({}), cut], false), "degraded");
  const stream = { instrument: "ES", state: "failed" } as FeedSnapshot["streams"][number];
  assert.equal(stateOf([venue({ streams: [stream] })], false), "degraded");
  assert.equal(stateOf([venue({ streams: [{ ...stream, state: "closed" }] })], false), "live");
});

Deno.test("stateOf tells a start from an outage", () => {
  assert.equal(stateOf([venue({ state: "connecting" })], false), "starting");
  assert.equal(stateOf([cut, { ...cut, venue: "binance" }], false), "down");
  assert.equal(stateOf([cut], true), "closed");
});

Deno.test("messageOf says loudly when no venue delivers, and why", () => {
  const message = messageOf("down", "live", [cut], NOW);
  assert.match(message, /^NO DATA from any venue \(live data\), 2025-12-01 14:35:00 UTC\./);
  assert.match(message, /IB Gateway refused/);
  const connecting = [venue({ state: "connecting" })];
  assert.match(messageOf("starting", "live", connecting, NaN), /^Connecting \(live data\)/);
  const waiting = [venue({ state: "starting" }), venue({})];
  assert.match(messageOf("starting", "live", waiting, NOW), /first live data awaited/);
});

Deno.test("messageOf says when the local clock is surely off, on live venues only", () => {
  const off = venue({ clockOffsetMs: 3_400, clockUncertaintyMs: 20 });
  assert.match(messageOf("live", "live", [off], NOW), /local clock is 3\.4 s behind binance's/);
  assert.doesNotMatch(messageOf("live", "simulated", [off], NOW), /clock/);
  const unsure = venue({ clockOffsetMs: 3_400, clockUncertaintyMs: 2_000 });
  assert.doesNotMatch(messageOf("live", "live", [unsure], NOW), /clock/);
});

Deno.test("messageOf says that nobody knows whether a silent market is open", () => {
  const stream = { instrument: "ES", state: "unknown" } as FeedSnapshot["streams"][number];
  const message = messageOf("degraded", "live", [venue({ venue: "ibkr", streams: [stream] })], NOW);
  assert.match(message, /ES is silent, and whether its market is open is not known\./);
});
