import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { MinuteWriter } from "../../lib/feeds/minute_writer.ts";
import type { Bar } from "../../lib/model/bar.ts";
import type { FeedEvent } from "../../lib/model/feed_event.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { knownOf } from "../support/known_minutes.ts";
import { ManualClock } from "../support/manual_clock.ts";

const START = Date.UTC(2025, 11, 3, 14, 30);

function barAt(minute: number, close = 100): Bar {
  return {
    openTime: START + minute * MINUTE,
    open: 100,
    high: Math.max(100, close),
    low: Math.min(100, close),
    close,
    volume: 1,
    closed: true,
    revision: 0,
    source: "simulated",
  };
}

function writerOf() {
  const events: FeedEvent[] = [];
  const rejected: string[] = [];
  const ledger = new MinuteLedger("ES", () => true);
  ledger.start(START);
  const context = {
    ledgers: new Map([["ES", ledger]]),
    clock: new ManualClock(),
    emit: (event: FeedEvent) => void events.push(event),
  };
  const writer = new MinuteWriter(context, "ES", (reason) => rejected.push(reason));
  /** Minutes from the start, of events of that kind. */
  const spans = (kind: "gap" | "heal") =>
    events.flatMap((event) =>
      event.kind === kind
        ? [[(event.from - START) / MINUTE, (event.to - START) / MINUTE] as const]
        : []
    );
  const at = (minute: number) => START + minute * MINUTE;
  return { writer, events, rejected, ledger, spans, at };
}

Deno.test("MinuteWriter emits a bar after it stands in the ledger: once, and again only when revised", () => {
  const { writer, events, ledger } = writerOf();
  assert.equal(writer.write(barAt(0), "stream").kind, "new");
  assert.equal(writer.write(barAt(0), "history").kind, "repeat");
  assert.equal(writer.write(barAt(0, 101), "history").kind, "revision");
  const told = events.map((event) => event.kind === "bar" ? [event.change, event.bar.close] : []);
  assert.deepEqual(told, [["new", 100], ["revision", 101]]);
  assert.equal(ledger.at(START)!.revision, 1);
  assert.equal(writer.lastBar, START);
});

Deno.test("MinuteWriter hands on why a bar was not believed, and emits nothing of it", () => {
  const { writer, events, rejected } = writerOf();
  assert.equal(writer.write({ ...barAt(0), high: 50 }, "stream").kind, "rejected");
  assert.equal(rejected.length, 1);
  assert.deepEqual(events, []);
});

Deno.test("MinuteWriter reports each minute that the stream owed once, in whole stretches", () => {
  const { writer, spans, ledger, at } = writerOf();
  writer.expectFrom(at(2) + 1);
  ledger.advance(at(8));
  writer.write(barAt(4), "stream");
  assert.equal(writer.reportGaps(at(6), { reason: "lost" }), true);
  assert.deepEqual(spans("gap"), [[2, 4], [5, 6]]);
  assert.equal(writer.reportGaps(at(6), { reason: "lost" }), false);
  writer.reportGaps(at(8), { reason: ({ from }) => `from ${from}` });
  assert.deepEqual(spans("gap"), [[2, 4], [5, 6], [6, 8]]);
  assert.equal(writer.gaps, 3);
});

Deno.test("MinuteWriter takes neither shut nor quiet minutes for gaps, and what surrounds them for two", () => {
  const { writer, spans, ledger, at } = writerOf();
  writer.expectAfter(at(0) + 1);
  writer.expectAfter(at(5));
  writer.markQuiet(at(2));
  ledger.advance(at(6));
  writer.reportGaps(at(6), { reason: "lost", isShut: (time) => time === at(4) });
  assert.deepEqual(spans("gap"), [[1, 2], [3, 4], [5, 6]]);
});

Deno.test("MinuteWriter reports no gap of delayed minutes", () => {
  const { writer, spans, ledger, at } = writerOf();
  writer.expectFrom(at(0));
  writer.expectNone();
  ledger.advance(at(3));
  assert.equal(writer.reportGaps(at(3), { reason: "lost" }), false);
  assert.deepEqual(spans("gap"), []);
});

Deno.test("MinuteWriter heals what the stream owed and settles the rest without a word", () => {
  const { writer, events, spans, ledger, at } = writerOf();
  writer.expectFrom(at(3));
  ledger.advance(at(8));
  writer.markQuiet(at(6));
  for (const minute of [1, 4]) writer.write(barAt(minute), "history");
  const isShut = (time: number) => time === at(7);
  writer.settle({ filled: [at(1), at(4)], gone: [at(0), at(5), at(6), at(7)] }, { isShut });
  assert.deepEqual(spans("heal"), [[4, 6]]);
  const heal = events.at(-1)!;
  assert.ok(heal.kind === "heal" && heal.filled === 1 && heal.absent === 1);
  assert.deepEqual(ledger.wanted(at(8)), [
    { from: at(2), to: at(4) },
  ]);
  const before = events.length;
  writer.settle({ filled: [at(1)], gone: [] });
  assert.equal(events.length, before);
  const { heals, absent, expected } = ledger.coverage();
  assert.equal(heals.length, 1);
  // The minute in which the market was shut is not expected at all.
  assert.deepEqual([absent, expected], [3, 7]);
});

Deno.test("MinuteWriter refuses an instrument without a ledger by name", () => {
  const context = { ledgers: new Map(), clock: new ManualClock(), emit: () => {} };
  assert.throws(() => new MinuteWriter(context, "NQ"), { name: "RangeError", message: /NQ/ });
});

Deno.test("MinuteWriter begins anew in another era of the venue's clock, with the gap listed once", () => {
  const { writer, ledger, spans, events, at } = writerOf();
  assert.equal(
    writer.begin({ from: START - DAY, now: START - DAY, era: 0 }),
    false,
    "coverage has begun before",
  );
  writer.expectFrom(START);
  writer.write(barAt(0), "stream");
  const later = START + 400 * DAY;
  assert.equal(writer.begin({ from: later, now: later, era: 1 }), true);
  assert.equal(
    writer.begin({ from: later + MINUTE, now: later + MINUTE, era: 1 }),
    false,
    "another connection of the same era",
  );
  assert.deepEqual(spans("gap"), [[1, 400 * 24 * 60]]);
  assert.deepEqual([ledger.from, ledger.to], [later, later]);
  assert.equal(writer.reportGaps(later + 5 * MINUTE, { reason: "x" }), false);
  assert.equal(spans("gap").length, 1, "nothing is owed before it is expected");
  assert.equal(writer.begin({ from: at(0), now: at(0), era: 2 }), true, "and back");
  assert.equal(writer.write(barAt(0), "stream").kind, "new");
  assert.equal(events.filter(({ kind }) => kind === "gap").length, 1);
});

Deno.test("MinuteWriter keeps what it has when the backfill of another era reaches back to it", () => {
  const { writer, ledger, at } = writerOf();
  writer.begin({ from: START, now: START, era: 0 });
  writer.write(barAt(0), "stream");
  assert.equal(writer.begin({ from: at(1), now: at(1), era: 1 }), false);
  assert.equal(ledger.from, START);
  assert.equal(ledger.bars().length, 1);
});

Deno.test("MinuteWriter recalls what is stored when coverage begins, without an event, and not on a later connection", () => {
  const events: FeedEvent[] = [];
  const recalls: boolean[] = [];
  const ledger = new MinuteLedger("ES", () => true, {
    recall: (isSimulated) => {
      recalls.push(isSimulated);
      return knownOf([barAt(0), barAt(1)]);
    },
  });
  const writer = new MinuteWriter({
    ledgers: new Map([["ES", ledger]]),
    clock: new ManualClock(),
    emit: (event: FeedEvent) => void events.push(event),
  }, "ES");
  const now = START + 2 * MINUTE;
  writer.begin({ from: START, now, era: 0 });
  assert.equal(writer.lastBar, START + MINUTE);
  writer.begin({ from: START + MINUTE, now, era: 0 });
  assert.deepEqual(events, []);
  assert.deepEqual(recalls, [false]);
  writer.begin({ from: START - DAY, now: START + MINUTE, era: 1 });
  assert.deepEqual(recalls, [false, false], "another era begins with what is stored too");
  assert.equal(writer.lastBar, START);
});
