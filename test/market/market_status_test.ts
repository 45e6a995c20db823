import assert from "node:assert/strict";
import type { FeedSnapshot, StreamSnapshot } from "../../lib/feeds/feed.ts";
import {
  MarketAlarm,
  type MarketState,
  messageOf,
  stateOf,
  titledFacts,
} from "../../lib/market/market_status.ts";
import { troublesOf } from "../../lib/market/venue_troubles.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { NOW, streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";

const venue = venueSnapshot;

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
  const message = messageOf("down", { source: "live", venues: [cut], venueTime: NOW });
  assert.match(message, /^NO DATA from any venue \(live data\), 2025-12-01 14:35:00 UTC\./);
  assert.match(message, /IB Gateway refused/);
  const connecting = [venue({ state: "connecting" })];
  assert.match(
    messageOf("starting", { source: "live", venues: connecting, venueTime: NaN }),
    /^Connecting \(live data\)/,
  );
  const waiting = [venue({ state: "starting" }), venue({})];
  assert.match(
    messageOf("starting", { source: "live", venues: waiting, venueTime: NOW }),
    /first live data awaited/,
  );
});

Deno.test("messageOf says when the local clock is surely off, on live venues only", () => {
  const off = venue({ clockOffsetMs: 3_400, clockUncertaintyMs: 20 });
  assert.match(
    messageOf("live", { source: "live", venues: [off], venueTime: NOW }),
    /local clock is 3\.4 s behind that of Binance/,
  );
  assert.doesNotMatch(
    messageOf("live", { source: "simulated", venues: [off], venueTime: NOW }),
    /clock/,
  );
  const unsure = venue({ clockOffsetMs: 3_400, clockUncertaintyMs: 2_000 });
  assert.doesNotMatch(
    messageOf("live", { source: "live", venues: [unsure], venueTime: NOW }),
    /clock/,
  );
});

Deno.test("messageOf says that nobody knows whether a silent market is open", () => {
  const stream = { instrument: "ES", state: "unknown" } as FeedSnapshot["streams"][number];
  const message = messageOf("degraded", {
    source: "live",
    venues: [venue({ venue: "ibkr", streams: [stream] })],
    venueTime: NOW,
  });
  assert.match(message, /ES is silent, and whether its market is open is not known\./);
});

const DOWN_AT = NOW - 12 * 60_000;
const outage = {
  venue: "ibkr",
  from: DOWN_AT,
  to: Infinity,
  reason: "TWS lost IBKR (code 1100)",
} as const;

function streams(...states: readonly StreamSnapshot["state"][]): StreamSnapshot[] {
  return states.map((state, i) => streamSnapshot({ instrument: ["ES", "NQ"][i]!, state }));
}

function told(state: MarketState, venues: readonly FeedSnapshot[]): string {
  return messageOf(state, { source: "live", venues, venueTime: NOW, outages: [outage] });
}

Deno.test("messageOf says whose fault it is, since when, and when the next attempt is", () => {
  const waiting = { ...cut, attempt: 5, retryAt: NOW + 40_000 };
  assert.match(
    told("degraded", [venue({}), waiting]),
    /IBKR has been down since 14:23:00 UTC: IB Gateway refused 127\.0\.0\.1:4002\. Attempt 5 at 14:35:40 UTC\.$/,
  );
  const trying = { ...cut, state: "connecting", attempt: 5 } as const;
  assert.match(told("degraded", [venue({}), trying]), /4002\. Attempt 5 is under way\.$/);
  const elsewhen = { ...waiting, clockOffsetMs: -30_000_000_000 };
  assert.match(
    told("degraded", [elsewhen]),
    /Attempt 5 at 14:35:40 UTC by this machine's clock\./,
  );
  const needsUser = { ...cut, state: "failed" } as const;
  assert.match(
    told("degraded", [venue({}), needsUser]),
    /IBKR has delivered nothing since 14:23:00 UTC and needs you: IB Gateway/,
  );
});

Deno.test("messageOf gives the reason of a connection that went quiet without a failure", () => {
  const quiet = venue({ venue: "ibkr", state: "stale", streams: streams("stale", "stale") });
  assert.match(
    told("degraded", [venue({}), quiet]),
    /IBKR has sent no data since 14:23:00 UTC: TWS lost IBKR \(code 1100\)$/,
  );
});

Deno.test("messageOf says why history does not come while the streams flow", () => {
  const lastError = new MarketError("banned", "wait", "Binance bans this address for 180 s.");
  assert.deepEqual(troublesOf(venue({ lastError })), ["Binance bans this address for 180 s."]);
  assert.deepEqual(troublesOf(venue({})), []);
});

Deno.test("messageOf says which markets are shut and which are delayed, and claims no more than that", () => {
  const shut = venue({ venue: "ibkr", streams: streams("closed", "closed") });
  const open = venue({ streams: [{ ...streams("live")[0]!, instrument: "BTCUSDT" }] });
  assert.match(
    told("live", [open, shut]),
    /^All open streams deliver \(live data\), .*\. ES and NQ: their markets are shut\.$/,
  );
  assert.match(told("live", [shut]), /^Every market is shut \(live data\)/);
  const [es, nq] = streams("live", "live");
  const late = venue({ venue: "ibkr", streams: [{ ...es!, source: "delayed" }, nq!] });
  assert.match(told("live", [late]), /ES: delayed data, 10 to 15 minutes late\.$/);
});

Deno.test("titledFacts puts titles where a panel says whose history comes and which market is shut", () => {
  const venues = [venue({ streams: [{ ...streams("closed")[0]!, instrument: "BTCUSDT" }] })];
  const history = { instruments: ["BTCUSDT", "ES"], minutes: 1_200, of: 2_400, leftMs: NaN };
  const titles = new Map([["BTCUSDT", "BTC/USDT"]]);
  const facts = { source: "live", venues, venueTime: NOW, history } as const;
  const message = messageOf("live", titledFacts(facts, (id) => titles.get(id) ?? id));
  assert.match(message, /History of BTC\/USDT and ES: .*\. BTC\/USDT: its market is shut\.$/);
  assert.match(
    messageOf("live", facts),
    /History of BTCUSDT and ES: .*\. BTCUSDT: its market is shut\.$/,
  );
});

Deno.test("messageOf takes a silence that nobody can judge neither for a fault nor for live", () => {
  const venues = [venue({ venue: "ibkr", streams: streams("unknown", "unknown") })];
  assert.equal(stateOf(venues, false), "degraded");
  assert.match(told("degraded", venues), /^Not every stream is known to deliver/);
  assert.match(
    told("degraded", venues),
    /ES and NQ are silent, and whether their market is open is not known\.$/,
  );
  const mixed = [venue({ venue: "ibkr", streams: streams("unknown", "stale") })];
  assert.match(told("degraded", mixed), /^Some streams do not deliver/);
});

Deno.test("stateOf takes a venue that fell silent for a fault, though it never was lost", () => {
  const quiet = venue({ venue: "ibkr", state: "stale", streams: streams("stale") });
  assert.equal(stateOf([venue({}), quiet], false), "degraded");
  assert.equal(stateOf([quiet], false), "down");
});

const INDEX = venue({
  ...{ venue: "deribit", state: "recovering", reconnects: 1 },
  lastError: new MarketError("refused", "retry", "www.deribit.com refused."),
  streams: [streamSnapshot({ instrument: "DVOL", state: "stale" })],
});
const roleOf = (id: string) => id === "deribit" ? "index" as const : "trading" as const;

Deno.test("an index venue that is away is shown, and is neither an outage nor the market's state", () => {
  const open = venue({ streams: streams("live") });
  assert.equal(stateOf([open, INDEX], false, roleOf), "live");
  const facts = { source: "live", venueTime: NOW, roleOf } as const;
  assert.match(
    messageOf("live", { ...facts, venues: [open, INDEX] }),
    /^All streams deliver \(live data\), .* UTC\. \S+ is down: www\.deribit\.com refused\.$/,
  );
  const alive = venue({ venue: "deribit", streams: [streamSnapshot({ instrument: "DVOL" })] });
  assert.equal(stateOf([cut, alive], false, roleOf), "down", "an index does not hide an outage");
  assert.match(
    messageOf("down", { ...facts, venues: [cut, alive] }),
    /^NO DATA from any trading venue \(/,
  );
  assert.equal(stateOf([INDEX], false, roleOf), "down", "of all, where none trades");
});

Deno.test("a connection of which nothing is followed neither makes a market live nor takes its state", () => {
  const of = (...followed: string[]) => (id: string) =>
    followed.includes(id) ? roleOf(id) : "unfollowed" as const;
  const open = venue({ streams: [streamSnapshot({ instrument: "BTCUSDT" })] });
  const facts = { source: "live", venueTime: NOW } as const;
  assert.equal(stateOf([venue({}), INDEX], false, of()), "stopped");
  assert.equal(
    messageOf("stopped", { ...facts, venues: [venue({}), INDEX], roleOf: of() }),
    "Nothing is followed (live data), 2025-12-01 14:35:00 UTC.",
  );
  assert.equal(stateOf([venue({}), INDEX], false, of("deribit")), "down");
  assert.equal(stateOf([open, cut], false, of("binance")), "live");
  assert.equal(
    messageOf("live", { ...facts, venues: [open, cut], roleOf: of("binance") }),
    "All streams deliver (live data), 2025-12-01 14:35:00 UTC.",
  );
});

Deno.test("MarketAlarm reports an outage of all trading venues once, and its end once", () => {
  const logged: string[] = [];
  const log = { ...silentLog, error: (message: string) => void logged.push(message) };
  const alarm = new MarketAlarm({ sourceOf: () => "live", log });
  const alive = venue({ venue: "deribit" });
  const factsOf = (...venues: FeedSnapshot[]) => ({
    source: "live" as const,
    venues,
    venueTime: NOW,
    roleOf,
  });
  assert.equal(alarm.outage(factsOf(venue({}), cut, INDEX)), undefined);
  assert.equal(alarm.outage(factsOf(cut, alive))?.isDown, true);
  assert.equal(alarm.outage(factsOf(cut, alive)), undefined);
  const over = alarm.outage(factsOf(venue({}), INDEX));
  assert.equal(over?.isDown, false);
  assert.match(over!.message, /^Data again\./);
  assert.equal(logged.length, 1);
});
