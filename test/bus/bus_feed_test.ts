import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { eventMessage } from "../../lib/bus/bus_event.ts";
import { BusBacklog } from "../../lib/bus/bus_backlog.ts";
import { BusFeed } from "../../lib/bus/bus_feed.ts";
import { messagesOf } from "../../lib/bus/bus_message.ts";
import { stateOf, stateText, type VenueState } from "../../lib/bus/bus_state.ts";
import type { FollowOptions } from "../../lib/bus/nats_follower.ts";
import type { FeedSnapshot } from "../../lib/feeds/feed.ts";
import { MarketError } from "../../lib/model/errors.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import type { FundingPayment } from "../../lib/model/funding.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { FundingBook } from "../../lib/market/funding_book.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import type { StoreBatch } from "../../lib/store/store.ts";
import { barColumns, BTC, ES, tradeColumns } from "../store/support/store_rows.ts";
import { streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";
import { ManualClock } from "../support/manual_clock.ts";

const FROM = Date.UTC(2025, 11, 3, 14);

Deno.test("a state comes back from its text as it was, unknown values included", () => {
  const error = new MarketError("refused", "retry", "Refused: try again.", {
    venue: "ibkr",
    instrument: "ES",
  });
  const state = stateWith({
    state: "recovering",
    lastError: error,
    retryAt: 5,
    account: "paper",
    clockOffsetMs: NaN,
  });
  const next = { contract: "ESH6", lastPrice: 5, volumeShare: NaN };
  const backlog = { minutes: 3, requests: 1, position: 0, nextInMs: 0, lastInMs: Infinity };
  const streams = state.feed.streams.map((stream) => ({ ...stream, next, backlog, error }));
  const full = { ...state, timeAtLeast: -Infinity, feed: { ...state.feed, streams } };
  assert.deepEqual(stateOf(stateText(full)), full);
});

Deno.test("the past is entered once all of it is read, under the revisions of its publisher", () => {
  const { feed, ledger, publish, caughtUp, events } = reading();
  feed.start();
  publish({ bars: [batch([{ minute: 5, close: 9, revision: 2 }])] });
  publish({ bars: [batch([{ minute: 2, close: 7 }, { minute: 3, close: 8 }])] });
  publish({ coverage: [closed(1, 2)] });
  assert.ok(Number.isNaN(ledger.from));
  caughtUp();
  assert.equal(ledger.from, FROM + MINUTE);
  assert.deepEqual(ledger.bars().map(({ close, revision }) => [close, revision]), [
    [7, 0],
    [8, 0],
    [9, 2],
  ]);
  // An older revision is no news, and a newer one is.
  publish({ bars: [batch([{ minute: 5, close: 1, revision: 1 }])] });
  publish({ bars: [batch([{ minute: 5, close: 10, revision: 4 }])] });
  assert.deepEqual([ledger.last?.close, ledger.last?.revision], [10, 4]);
  const bars = events.flatMap((event) => event.kind === "bar" ? [event] : []);
  assert.deepEqual(
    bars.map(({ origin, change }) => `${origin} ${change}`),
    ["history new", "history new", "history new", "stream revision"],
  );
  assert.equal(feed.venueTimeAtLeast(), FROM + 6 * MINUTE);
});

Deno.test("history that a publisher is still bringing in comes to a reader that was there before", () => {
  const { feed, ledger, publish, report, caughtUp, events } = reading(ES, [], FROM - HOUR);
  feed.start();
  report({
    ...stateWith({ state: "starting" }),
    begins: [{ instrument: "ES", from: FROM - 3 * MINUTE }],
  });
  publish({ bars: [batch([{ minute: 0, close: 5 }])] });
  caughtUp();
  assert.equal(ledger.from, FROM - 3 * MINUTE);
  publish({ bars: [batch([{ minute: -2, close: 3 }, { minute: -1, close: 4 }])] });
  publish({ bars: [batch([{ minute: 1, close: 6 }])] });
  assert.deepEqual(ledger.bars().map(({ close }) => close), [3, 4, 5, 6]);
  const origins = events.flatMap((event) => event.kind === "bar" ? [event.origin] : []);
  assert.deepEqual(origins, ["history", "history", "history", "stream"]);
});

Deno.test("a publisher's time passes no rows that are still to come, of another venue neither", () => {
  const { feed, broker, backlog, publish, report, caughtUp } = reading();
  const later = { ...stateWith({ state: "live" }), timeAtLeast: FROM + 9 * MINUTE };
  feed.start();
  caughtUp();
  broker.isBehind = true;
  report(later);
  assert.equal(feed.venueTimeAtLeast(), FROM);
  publish({ bars: [batch([{ minute: 2, close: 7 }])] });
  assert.equal(feed.venueTimeAtLeast(), FROM + 3 * MINUTE);
  broker.isBehind = false;
  const other = { isBehind: true, newest: FROM + 5 * MINUTE };
  const leave = backlog.add(other);
  assert.equal(feed.venueTimeAtLeast(), FROM + 5 * MINUTE);
  other.newest = FROM + MINUTE;
  assert.equal(feed.venueTimeAtLeast(), FROM + 5 * MINUTE, "it never goes back");
  leave();
  assert.equal(feed.venueTimeAtLeast(), FROM + 9 * MINUTE);
});

Deno.test("coverage begins with what came first where no publisher is heard, and states are bounded", () => {
  const { feed, ledger, publish, caughtUp } = reading();
  feed.start();
  publish({ bars: [batch([{ minute: 2, close: 5 }])] });
  caughtUp();
  assert.equal(ledger.from, FROM + 2 * MINUTE);
  const state = stateText(stateWith({}));
  for (const begins of ['[{"instrument":"ES"}]', '[{"instrument":"ES","from":"1"}]', "7"]) {
    assert.throws(() => stateOf(state.replace(/"begins":\[.*?\]/, `"begins":${begins}`)), begins);
  }
});

Deno.test("a trade comes once, though a publisher sends it again or numbers its own anew", () => {
  const { feed, publish, caughtUp, events } = reading();
  feed.start();
  caughtUp();
  const say = (...ids: readonly (readonly [id: number, time: number])[]) =>
    publish({
      trades: [{
        instrument: "ES",
        trades: tradeColumns(
          ids.map(([id, time]) => ({ id, time: FROM + time, price: 5, size: 1, side: -1 })),
        ),
      }],
    });
  say([1, 10], [2, 10], [3, 12]);
  say([2, 10], [3, 12], [4, 15]);
  say([1, 16], [2, 16]);
  const trades = events.flatMap((event) => event.kind === "trade" ? [event] : []);
  assert.deepEqual(trades.map(({ id }) => id), [1, 2, 3, 4, 1, 2]);
  assert.ok(trades.every(({ side }) => side === "sell"));
});

Deno.test("a venue is as its best publisher says, and never live without one", async () => {
  const { feed, clock, report, caughtUp, connection, events } = reading();
  const moves = () => events.flatMap((event) => event.kind === "transition" ? [event.to] : []);
  feed.start();
  assert.equal(feed.snapshot().state, "starting");
  report(stateWith({ state: "live" }));
  assert.equal(feed.snapshot().state, "starting", "its past is being read");
  caughtUp();
  assert.equal(feed.snapshot().state, "live");
  report(stateWith({ state: "recovering" }, "other"));
  assert.equal(feed.snapshot().state, "live", "the other one is live");
  await clock.advance(3_000);
  report(stateWith({ state: "recovering" }, "other"));
  await clock.advance(3_000);
  assert.equal(feed.snapshot().state, "recovering", "the live one is silent");
  await clock.advance(6_000);
  assert.equal(feed.snapshot().state, "stale");
  assert.equal(feed.snapshot().streams[0]!.state, "stale");
  assert.equal(feed.snapshot().lastError?.code, "bus-silent");
  report(stateWith({ state: "live" }));
  connection(false);
  assert.equal(feed.snapshot().state, "recovering");
  connection(true);
  assert.equal(feed.snapshot().state, "live");
  report(stateWith({ state: "closed" }));
  assert.equal(feed.snapshot().state, "stale", "it has ended");
  assert.deepEqual(moves(), [
    "starting",
    "live",
    "recovering",
    "stale",
    "live",
    "recovering",
    "live",
    "stale",
  ]);
  const failures = events.flatMap((event) => event.kind === "failure" ? [event.error.code] : []);
  assert.deepEqual(failures, ["bus-silent", "bus-silent"]);
});

Deno.test("labels, failures, gaps, heals and contracts are those of the publisher", () => {
  const { feed, report, caughtUp, events, publishEvent, ledger } = reading();
  feed.start();
  caughtUp();
  report(stateWith({ state: "live" }));
  assert.deepEqual(events.filter(({ kind }) => kind === "label"), [], "it is what was expected");
  report(stateWith({ state: "live" }, "one", "delayed"));
  report(stateWith({ state: "live" }, "one", "delayed"));
  const labels = events.flatMap((event) => event.kind === "label" ? [event] : []);
  assert.deepEqual(labels.map(({ source, isDelayed }) => [source, isDelayed]), [["delayed", true]]);
  const error = new MarketError("no-permission", "configure", "Ask for it.", { venue: "ibkr" });
  report(stateWith({ state: "failed", lastError: error }));
  report(stateWith({ state: "failed", lastError: error }));
  const failures = events.flatMap((event) => event.kind === "failure" ? [event.error] : []);
  assert.deepEqual(failures.map(({ code, remedy }) => [code, remedy]), [
    ["no-permission", "configure"],
  ]);
  const at = { instrument: "ES", receivedAt: 1 };
  publishEvent({ kind: "gap", ...at, from: FROM, to: FROM + MINUTE, reason: "away" });
  publishEvent({ kind: "heal", ...at, from: FROM, to: FROM + MINUTE, filled: 1, absent: 0 });
  publishEvent({ kind: "contract", ...at, contract: "ESH6", expiry: "20260320", rollAt: 5 });
  publishEvent({ kind: "label", ...at, source: "live" });
  const kinds = events.map(({ kind }) => kind);
  for (const kind of ["gap", "heal", "contract"]) {
    assert.equal(kinds.filter((one) => one === kind).length, 1, kind);
  }
  assert.equal(ledger.coverage().heals.length, 1);
});

Deno.test("a stopped or closed feed leaves no timer and no listener", async () => {
  const { feed, clock, listeners } = reading();
  for (let turn = 0; turn < 3; turn++) {
    feed.start();
    assert.ok(listeners() > 5);
    await feed.stop();
    assert.equal(feed.snapshot().state, "stopped");
    assert.deepEqual([listeners(), clock.pending], [0, 0]);
  }
  feed.start();
  feed.unfollow("ES");
  assert.equal(listeners(), 2, "those of the venue are left");
  await feed.close();
  feed.start();
  assert.deepEqual([listeners(), clock.pending, feed.snapshot().state], [0, 0, "closed"]);
});

Deno.test("funding is that of the publisher: what was paid once each, and what its venue expects", () => {
  const perpetual: Instrument = { ...BTC, id: "BTCUSDT@usdm", venue: "usdm", exchange: "usdm" };
  const payment = (hours: number, rate: number | null) => ({
    time: hours * HOUR,
    rate,
    markPrice: null,
  });
  const { feed, publish, publishEvent, events } = reading(perpetual, [payment(8, 1e-4)]);
  const instrument = perpetual.id;
  feed.start();
  publish({ fundings: [{ instrument, payments: [payment(8, 1e-4), payment(16, null)] }] });
  publish({ fundings: [{ instrument, payments: [payment(16, 2e-4)] }] });
  const book = new FundingBook();
  for (const event of events) book.take(event);
  const paid = events.flatMap((event) => event.kind === "funding-payments" ? [event.payments] : []);
  assert.deepEqual(paid, [[payment(8, 1e-4)], [payment(16, null)], [payment(16, 2e-4)]]);
  assert.deepEqual(book.of(instrument).payments, [payment(8, 1e-4), payment(16, 2e-4)]);
  const estimate = { time: 5, markPrice: 6, indexPrice: null, rate: -1e-4, nextTime: 7 };
  publishEvent({ kind: "funding-estimate", instrument, estimate, receivedAt: 1 });
  publishEvent({
    kind: "funding-estimate",
    instrument,
    estimate: { ...estimate, rate: 5 },
    receivedAt: 1,
  });
  const said = events.flatMap((event) => event.kind === "funding-estimate" ? [event.estimate] : []);
  assert.deepEqual(said, [estimate]);
  assert.equal(feed.snapshot().rejectedFrames, 1);
});

/** A feed of one instrument over a broker that is made by hand. */
function reading(instrument: Instrument = ES, paid: readonly FundingPayment[] = [], from = FROM) {
  const { id, venue } = instrument;
  const clock = new ManualClock();
  const ledger = new MinuteLedger(id, () => undefined);
  const events: FeedEvent[] = [];
  const followed = new Set<FollowOptions>();
  const moments = new Map<string, Set<(subject: string, text: string) => void>>();
  const connections = new Set<() => void>();
  const broker = { isBehind: false };
  const backlog = new BusBacklog();
  const client = {
    place: "nats://desk COMOVE",
    isConnected: true,
    follow(options: FollowOptions) {
      followed.add(options);
      return {
        get isBehind() {
          return broker.isBehind;
        },
        stop: () => void followed.delete(options),
      };
    },
    onConnection(callback: () => void) {
      connections.add(callback);
      return () => void connections.delete(callback);
    },
    onMoment(subject: string, callback: (subject: string, text: string) => void) {
      const known = moments.get(subject) ?? new Set();
      moments.set(subject, known.add(callback));
      return () => void known.delete(callback);
    },
  };
  const feed = new BusFeed({
    clock,
    log: silentLog,
    ledgers: new Map([[id, ledger]]),
    emit: (event) => events.push(event),
    source: "live",
    keepsTrades: true,
  }, {
    client,
    venue,
    instruments: [instrument],
    backlog,
    since: 0,
    from,
    newest: FROM,
    storedFunding: () => paid,
  });
  const send = (subject: string, text: string) => {
    for (const options of followed) {
      if (options.subject === subject) options.onMessage({ sequence: 1, subject, text, time: 0 });
    }
  };
  return {
    feed,
    broker,
    backlog,
    ledger,
    clock,
    events,
    publish(batch: StoreBatch) {
      const { rows, coverage } = messagesOf(batch, () => instrument);
      for (const { subject, text } of [...rows, ...coverage]) send(subject, text);
    },
    publishEvent(event: Parameters<typeof eventMessage>[0]) {
      const { subject, text } = eventMessage(event, venue);
      send(subject, text);
    },
    report(state: VenueState) {
      for (const callback of moments.get("comove_now.ibkr.state") ?? []) {
        callback("comove_now.ibkr.state", stateText(state));
      }
    },
    caughtUp: () => followed.forEach(({ onCaughtUp }) => onCaughtUp()),
    connection(isConnected: boolean) {
      client.isConnected = isConnected;
      for (const callback of connections) callback();
    },
    listeners: () =>
      followed.size + connections.size +
      [...moments.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

function stateWith(
  feed: Partial<FeedSnapshot>,
  publisher = "one",
  source: "live" | "delayed" = "live",
): VenueState {
  return {
    publisher,
    speed: 1,
    timeAtLeast: FROM,
    instruments: [ES],
    begins: [{ instrument: "ES", from: FROM }],
    feed: venueSnapshot({
      venue: "ibkr",
      account: undefined,
      streams: [streamSnapshot({ instrument: "ES", source, contract: "ESZ5" })],
      ...feed,
    }),
  };
}

interface Row {
  readonly minute: number;
  readonly close: number;
  readonly revision?: number;
}

function batch(rows: readonly Row[]) {
  const bars = barColumns(
    rows.map(({ minute, close, revision = 0 }) => ({
      openTime: FROM + minute * MINUTE,
      close,
      volume: 1,
      revision,
    })),
  );
  return { instrument: "ES", stepMs: MINUTE, bars };
}

function closed(from: number, to: number) {
  return {
    instrument: "ES",
    stepMs: MINUTE,
    from: FROM + from * MINUTE,
    to: FROM + to * MINUTE,
    state: "closed" as const,
    reason: "the venue has none",
  };
}
