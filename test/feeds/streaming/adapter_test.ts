import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { StreamingFeed } from "../../../lib/feeds/streaming/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import type { Instrument } from "../../../lib/model/instrument.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { tinyAdapter } from "./tiny_adapter.ts";
import { TinyVenue } from "./tiny_venue.ts";

/** 17.5 s into a minute in which something trades. */
const START = Date.UTC(2025, 11, 3, 14, 0, 17, 500);

const instrumentOf = (symbol: string): Instrument => ({
  id: `${symbol}@tiny`,
  venue: "tiny",
  kind: "crypto",
  exchange: "tiny",
  currency: "B",
  symbol,
});

interface Stage {
  readonly clock: ManualClock;
  readonly venue: TinyVenue;
  readonly feed: StreamingFeed;
  readonly ledgers: Map<string, MinuteLedger>;
  of<K extends FeedEvent["kind"]>(kind: K): Extract<FeedEvent, { kind: K }>[];
}

async function onStage(symbols: readonly string[], body: (stage: Stage) => Promise<void>) {
  const clock = new ManualClock();
  const venue = new TinyVenue(clock, START, ["AB", "CD"]);
  const ledgers = new Map<string, MinuteLedger>();
  for (const id of ["AB@tiny", "CD@tiny", "XX@tiny"]) {
    ledgers.set(
      id,
      new MinuteLedger(id, () => true),
    );
  }
  const events: FeedEvent[] = [];
  const feed = new StreamingFeed(
    {
      clock,
      random: () => 0.5,
      log: silentLog,
      speed: 1,
      source: "simulated",
      backfillMs: 100 * MINUTE,
      ledgers,
      emit: (event) => events.push(event),
    },
    tinyAdapter,
    symbols.map(instrumentOf),
    {
      streamUrl: "wss://stream.tiny.test",
      restUrl: "https://api.tiny.test",
      httpGet: venue.httpGet,
      openSocket: venue.openSocket,
    },
  );
  feed.start();
  try {
    await body({
      clock,
      venue,
      feed,
      ledgers,
      of: <K extends FeedEvent["kind"]>(kind: K) =>
        events.filter((event): event is Extract<FeedEvent, { kind: K }> => event.kind === kind),
    });
  } finally {
    await feed.close();
    venue.stop();
    assert.equal(venue.links.size, 0, "close() left a socket");
    assert.equal(clock.pending, 0, "close() left a timer");
  }
}

/** Every minute that ended 10 s ago is as the venue's trades make it; returns how many have a bar. */
function assertTruth({ venue, ledgers }: Stage, id = "AB@tiny"): number {
  const ledger = ledgers.get(id)!;
  let bars = 0;
  for (let time = ledger.from; time + MINUTE + 10 * SECOND <= venue.now(); time += MINUTE) {
    const bar = ledger.at(time);
    const values = bar && [bar.open, bar.high, bar.low, bar.close, bar.volume];
    assert.deepEqual(values, venue.minute(time), new Date(time).toISOString());
    if (bar !== undefined) bars++;
  }
  return bars;
}

/** Ids of the trades emitted, which must be without a gap. */
function idsOf({ of }: Stage, instrument = "AB@tiny"): number[] {
  const ids = of("trade").filter((trade) => trade.instrument === instrument).map(({ id }) => id);
  assert.deepEqual(ids, ids.map((_, i) => ids[0]! + i));
  return ids;
}

Deno.test("StreamingFeed makes a venue's minutes from its trades, empty ones included, and fills the time before from pages", async () => {
  await onStage(["AB"], async (stage) => {
    const { clock, venue, feed, ledgers, of } = stage;
    await clock.advance(14 * MINUTE);
    assert.equal(feed.snapshot().state, "live");
    const bars = assertTruth(stage);
    assert.ok(bars >= 88, `${bars} minutes`);
    assert.ok(idsOf(stage).length >= 200);
    const { absent, streamed, missing } = ledgers.get("AB@tiny")!.coverage();
    assert.ok(absent >= 20 && streamed >= 9, `${absent} absent, ${streamed} streamed`);
    assert.ok(missing.every(({ reason }) => reason !== "not healed"), JSON.stringify(missing));
    assert.deepEqual([of("gap"), of("heal"), of("trade-gap")], [[], [], []]);
    const pages = venue.asked.filter((path) => path.startsWith("/candles"));
    // Three fill the time before; every five minutes one more holds what was made against the venue's own.
    assert.ok(pages.length >= 5 && pages.length <= 10, `${pages.length} pages of 40 minutes`);
    const [forming] = of("forming").slice(-1);
    assert.equal(forming!.bar.closed, false);
  });
});

Deno.test("StreamingFeed heals lost trades by pages from the end of the gap, and closes no minute before", async () => {
  await onStage(["AB"], async (stage) => {
    const { clock, venue, feed, of } = stage;
    await clock.advance(2 * MINUTE);
    let turn = 0;
    venue.mangle = (frame) => turn++ % 3 === 0 ? [] : [frame, frame];
    await clock.advance(6 * MINUTE);
    venue.mangle = (frame) => [frame];
    venue.drop();
    await clock.advance(6 * MINUTE);
    assert.ok(assertTruth(stage) >= 88);
    assert.ok(idsOf(stage).length >= 210);
    const { trades } = feed.snapshot().streams[0]!;
    assert.deepEqual([trades!.ranges.length, trades!.holes], [1, []]);
    assert.ok(trades!.healed >= 20 && of("trade-heal").length >= 20);
    assert.ok(venue.asked.some((path) => path.startsWith("/trades?product=AB&below=")));
  });
});

Deno.test("StreamingFeed asks for streams by message on each socket, answers questions and sends pings", async () => {
  await onStage(["AB", "CD"], async ({ clock, venue, feed }) => {
    await clock.advance(2 * MINUTE);
    const asked = () => venue.sent.filter((text) => text.includes("subscribe"));
    assert.deepEqual(asked(), ['{"subscribe":"AB"}', '{"subscribe":"CD"}']);
    assert.ok(venue.sent.filter((text) => text.includes("pong")).length >= 6);
    assert.ok(venue.sent.filter((text) => text.includes('"ping"')).length >= 5);
    assert.equal(feed.snapshot().reconnects, 0, "a question was not answered");
    venue.drop();
    await clock.advance(MINUTE);
    assert.equal(asked().length, 4);
    assert.equal(feed.snapshot().state, "live");
  });
});

Deno.test("StreamingFeed finds a socket dead on which not even heartbeats come, and nothing wrong in an empty minute", async () => {
  await onStage(["AB"], async ({ clock, venue, feed, of }) => {
    await clock.advance(6 * MINUTE);
    assert.equal(feed.snapshot().reconnects, 0);
    venue.isMute = true;
    await clock.advance(7 * SECOND);
    assert.deepEqual(of("failure").map(({ error }) => error.code), ["silent"]);
    assert.match(of("failure")[0]!.error.message, /^Tiny's trades of AB at stream\.tiny\.test/);
    venue.isMute = false;
    await clock.advance(MINUTE);
    assert.equal(feed.snapshot().state, "live");
  });
});

Deno.test("StreamingFeed gives up the one symbol that the stream refuses, by name", async () => {
  await onStage(["AB", "XX"], async ({ clock, feed, of }) => {
    await clock.advance(MINUTE);
    const [ab, xx] = feed.snapshot().streams;
    assert.deepEqual([ab!.state, xx!.state], ["live", "failed"]);
    assert.match(xx!.error!.message, /Tiny does not know symbol XX.*Check tiny\.symbols/);
    assert.equal(of("failure").length, 1);
  });
});

Deno.test("StreamingFeed waits out a refusal that comes with HTTP 200, and streams meanwhile", async () => {
  await onStage(["AB"], async (stage) => {
    const { clock, venue, feed } = stage;
    venue.refusal = "slow down";
    await clock.advance(30 * SECOND);
    assert.equal(feed.snapshot().lastError?.code, "rate-limited");
    assert.equal(venue.asked.length, 1, "a minute is waited for");
    assert.ok(stage.of("trade").length > 5);
    venue.refusal = undefined;
    await clock.advance(3 * MINUTE);
    assert.equal(feed.snapshot().state, "live");
    assert.ok(assertTruth(stage) > 60);
  });
});

Deno.test("StreamingFeed follows one more instrument on the open socket, and leaves it without a trace", async () => {
  await onStage(["AB"], async (stage) => {
    const { clock, venue, feed, of } = stage;
    await clock.advance(3 * MINUTE);
    feed.follow(instrumentOf("CD"));
    assert.throws(() => feed.follow(instrumentOf("CD")), {
      name: "RangeError",
      message: /CD@tiny/,
    });
    await clock.advance(4 * MINUTE);
    assert.deepEqual(feed.instruments.map(({ id }) => id), ["AB@tiny", "CD@tiny"]);
    assert.ok(assertTruth(stage, "CD@tiny") > 70, "its day is filled");
    assert.ok(idsOf(stage, "CD@tiny").length > 40);
    assert.deepEqual([feed.snapshot().reconnects, feed.snapshot().streams[1]!.state], [0, "live"]);
    feed.unfollow("CD@tiny");
    feed.unfollow("CD@tiny");
    assert.equal(venue.sent.at(-1), '{"leave":"CD"}');
    const before = of("trade").filter(({ instrument }) => instrument === "CD@tiny").length;
    const asked = venue.asked.length;
    await clock.advance(3 * MINUTE);
    const later = of("trade").filter(({ instrument }) => instrument === "CD@tiny").length;
    assert.equal(later, before);
    assert.equal(venue.asked.slice(asked).some((path) => path.includes("CD")), false);
    assert.deepEqual(feed.snapshot().streams.map(({ instrument }) => instrument), ["AB@tiny"]);
    venue.drop();
    await clock.advance(MINUTE);
    assert.equal(venue.sent.filter((text) => text === '{"subscribe":"CD"}').length, 1);
    assert.ok(assertTruth(stage) > 80);
  });
});
