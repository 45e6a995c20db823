import assert from "node:assert/strict";
import type { Feed, FeedContext } from "../../lib/feeds/feed.ts";
import { labelledFeed } from "../../lib/feeds/labelled_feed.ts";
import type { Outside } from "../../lib/feeds/outside.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import type { Instrument, Source } from "../../lib/model/instrument.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { barAt } from "../support/bars.ts";
import { streamSnapshot, venueSnapshot } from "../support/feed_snapshots.ts";

const instrumentOf = (id: string): Instrument => {
  return { id, venue: "x", kind: "crypto", exchange: "spot", currency: "USDT" };
};
const MARKED = { "x-comove-simulated": "1" };

/** A feed that does nothing, with what reaches it and what comes out of it. */
function rig(source: Source, own: Source = source) {
  const events: FeedEvent[] = [];
  const followed = [instrumentOf("A")];
  let given: { context: FeedContext; outside: Outside } | undefined;
  let headers: Record<string, string> = {};
  const clock = new ManualClock();
  const outside: Outside = {
    clock,
    random: () => 0,
    connectTcp: () => {
      throw new Error("no TCP here");
    },
    begin: (make) => Promise.resolve(make()),
    httpGet: () => Promise.resolve({ status: 200, headers, text: "" }),
    openWebSocket: (_url, handlers) => {
      handlers.onOpen({ headers });
      return { send() {}, close: () => Promise.resolve() };
    },
  };
  const context: FeedContext = {
    clock,
    random: () => 0,
    log: silentLog,
    speed: 1,
    source,
    backfillMs: 0,
    ledgers: new Map(),
    emit: (event) => void events.push(event),
  };
  const feed = labelledFeed(context, outside, (context, outside): Feed => {
    given = { context, outside };
    return {
      venue: "x",
      get instruments() {
        return followed;
      },
      start() {},
      stop: () => Promise.resolve(),
      snapshot: () =>
        venueSnapshot({
          venue: "x",
          streams: followed.map(({ id }) => streamSnapshot({ instrument: id, source: own })),
        }),
      venueTimeAtLeast: () => 0,
      follow: (instrument) => void followed.push(instrument),
      unfollow() {},
      close: () => Promise.resolve(),
    };
  });
  const opened = (given: Record<string, string>) => {
    headers = given;
    inner().outside.openWebSocket("ws://127.0.0.1:9080", {
      onOpen: (opened) => assert.equal(opened.headers, given, "the feed sees them as they are"),
      onText() {},
      onEnd() {},
    });
  };
  const asked = async (given: Record<string, string>) => {
    headers = given;
    await inner().outside.httpGet("http://127.0.0.1:9080", { timeoutMs: 1 });
  };
  const inner = () => given!;
  const labels = () =>
    events.flatMap((event) =>
      event.kind === "label" ? [[event.instrument, event.source, event.isDelayed]] : []
    );
  const label = () => feed.snapshot().streams.map(({ source, isDelayed }) => [source, isDelayed]);
  return { feed, events, inner, opened, asked, labels, label };
}

Deno.test("labelledFeed leaves a feed as it is until a server says that it is simulated", async () => {
  const { opened, asked, labels, label } = rig("live");
  opened({});
  await asked({ host: "127.0.0.1", server: "simulated" });
  assert.deepEqual([labels(), label()], [[], [["live", undefined]]], "the address says nothing");
});

for (const way of ["an upgrade", "an answer", "the feed itself"]) {
  Deno.test(`labelledFeed labels all from the moment that ${way} says so, once`, async () => {
    const { feed, inner, events, opened, asked, labels, label } = rig("live");
    const say = {
      "an upgrade": () => opened(MARKED),
      "an answer": () => asked(MARKED),
      "the feed itself": () => inner().context.label!.simulated(),
    }[way]!;
    await say();
    await say();
    assert.deepEqual(labels(), [["A", "simulated", false]]);
    assert.deepEqual(label(), [["simulated", false]]);
    inner().context.emit({
      kind: "forming",
      instrument: "A",
      bar: barAt(0, 1, { source: "live" }),
      receivedAt: 0,
    });
    const last = events.at(-1)!;
    assert.ok(last.kind === "forming" && last.bar.source === "simulated");
    feed.follow(instrumentOf("B"));
    assert.deepEqual(labels().at(-1), ["B", "simulated", false]);
  });
}

Deno.test("labelledFeed keeps apart that data is late and that it is simulated", () => {
  const { inner, opened, labels, label } = rig("live", "delayed");
  opened(MARKED);
  assert.deepEqual(label(), [["simulated", true]]);
  assert.deepEqual(labels(), [["A", "simulated", true]]);
  inner().context.emit({ kind: "label", instrument: "A", source: "live", receivedAt: 0 });
  assert.deepEqual(labels().at(-1), ["A", "simulated", false]);
});

Deno.test("labelledFeed says nothing new of a replay, nor of a market opened as simulated", () => {
  const replayed = rig("replay");
  replayed.opened(MARKED);
  assert.deepEqual([replayed.labels(), replayed.label()], [[], [["replay", undefined]]]);
  const simulated = rig("simulated");
  simulated.opened(MARKED);
  assert.deepEqual([simulated.labels(), simulated.label()], [[], [["simulated", false]]]);
});
