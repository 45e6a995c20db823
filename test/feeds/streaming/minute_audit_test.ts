import assert from "node:assert/strict";
import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { coinbaseAdapter } from "../../../lib/feeds/coinbase/adapter.ts";
import { MinuteWriter } from "../../../lib/feeds/minute_writer.ts";
import type { MinutesPage, VenueMinute } from "../../../lib/feeds/streaming/adapter.ts";
import { InstrumentStream } from "../../../lib/feeds/streaming/instrument_stream.ts";
import { auditMinutes } from "../../../lib/feeds/streaming/minute_audit.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";

const T = Date.UTC(2025, 11, 3, 15);
const ID = "BTC-USD@coinbase";

/** The minute that opens `n` minutes after the first. */
function minute(n: number, more: Partial<VenueMinute> = {}): VenueMinute {
  const prices = { open: 100, high: 103, low: 99, close: 101 };
  return { openTime: T + n * MINUTE, ...prices, volume: 1.5, ...more };
}

/** An instrument of which the trades have made those minutes, and what it emits from then on. */
function streamOf(minutes: readonly VenueMinute[]) {
  const events: FeedEvent[] = [];
  const ledger = new MinuteLedger(ID, () => true);
  ledger.start(T);
  const emit = (event: FeedEvent) => void events.push(event);
  const writer = new MinuteWriter(
    { ledgers: new Map([[ID, ledger]]), clock: systemClock, emit },
    ID,
  );
  const stream = new InstrumentStream({
    id: ID,
    symbol: "BTC-USD",
    topics: coinbaseAdapter.subscribe.topics("BTC-USD"),
    writer,
    source: "simulated",
    minutesFrom: "trades",
    reorderMs: 0,
    clock: systemClock,
    emit,
    refreshMs: 0,
  });
  for (const each of minutes) stream.enter(each, "stream");
  events.length = 0;
  return { stream, ledger, events };
}

function audit(
  made: readonly VenueMinute[],
  page: Partial<MinutesPage>,
  { from = T, to = T + 3 * MINUTE } = {},
) {
  const { stream, ledger, events } = streamOf(made);
  const whole = { minutes: [], rejected: [], ...page };
  const findings = auditMinutes(stream, whole, { from, to });
  const short = findings.map(({ openTime, was, is }) => [
    (openTime - T) / MINUTE,
    was?.volume,
    is?.volume,
  ]);
  return { findings, short, ledger, events };
}

const THREE = [minute(0), minute(1), minute(2)];
const NEXT = minute(3);

Deno.test("auditMinutes finds nothing where the venue's rows are those of the trades", () => {
  // Sums of sizes may differ below what the venue writes, and the venue's vwap and count are its own.
  const rows = [
    minute(0, { volume: 1.5 + 4e-9 }),
    minute(1, { trades: 7, vwap: 100.5 }),
    THREE[2]!,
  ];
  const { short, ledger, events } = audit(THREE, { minutes: [...rows, NEXT] });
  assert.deepEqual(short, []);
  assert.deepEqual(events, []);
  assert.deepEqual(ledger.bars().map(({ revision }) => revision), [0, 0, 0]);
});

Deno.test("auditMinutes enters the venue's minute where that of the trades is altered", () => {
  for (
    const other of [{ open: 99.5 }, { high: 104 }, { low: 98 }, { close: 102 }, { volume: 1.6 }]
  ) {
    const name = Object.keys(other)[0]! as keyof typeof other;
    const { findings, ledger, events } = audit(THREE, {
      minutes: [minute(0), minute(1, other), minute(2), NEXT],
    });
    assert.deepEqual(findings.map(({ openTime }) => openTime), [T + MINUTE], name);
    const [{ was, is }] = findings as [typeof findings[number]];
    assert.deepEqual([was![name], is![name]], [minute(1)[name], other[name]]);
    const bar = ledger.at(T + MINUTE)!;
    assert.deepEqual([bar[name], bar.revision], [other[name], 1], "a revision, seen by all");
    assert.deepEqual(events.map(({ kind }) => kind), ["bar"]);
  }
});

Deno.test("auditMinutes finds the size of a trade that was counted twice", () => {
  const { short, ledger } = audit([minute(0, { volume: 3 }), minute(1)], {
    minutes: [minute(0), minute(1), minute(2)],
  }, { to: T + 2 * MINUTE });
  assert.deepEqual(short, [[0, 3, 1.5]]);
  assert.equal(ledger.at(T)!.volume, 1.5);
});

Deno.test("auditMinutes enters a minute that the trades have lost", () => {
  const { short, ledger, events } = audit([minute(0), minute(2)], { minutes: [...THREE, NEXT] });
  assert.deepEqual(short, [[1, undefined, 1.5]]);
  assert.equal(ledger.at(T + MINUTE)!.revision, 0);
  assert.deepEqual(events.map((event) => event.kind === "bar" && event.change), ["new"]);
});

Deno.test("auditMinutes finds an invented minute only where the venue says what its rows cover", () => {
  const minutes = [minute(0), minute(2), NEXT];
  const covers = { from: T, to: T + 4 * MINUTE };
  const finishedTo = T + 3 * MINUTE;
  const { short, ledger } = audit(THREE, { minutes, covers, finishedTo });
  assert.deepEqual(short, [[1, 1.5, undefined]]);
  assert.ok(ledger.at(T + MINUTE), "nothing can take its place");
  assert.deepEqual(audit(THREE, { minutes }).short, [], "Coinbase leaves rows out");
  const rejected = ["low 5 is above high 4"];
  assert.deepEqual(audit(THREE, { minutes, covers, finishedTo, rejected }).short, []);
  const later = { from: T + 2 * MINUTE, to: T + 4 * MINUTE };
  assert.deepEqual(audit(THREE, { minutes, covers: later, finishedTo }).short, []);
  const earlier = { from: T, to: T + MINUTE };
  assert.deepEqual(audit(THREE, { minutes, covers: earlier, finishedTo }).short, []);
  assert.deepEqual(audit(THREE, { minutes, covers, finishedTo: T + MINUTE }).short, []);
  const asked = { from: T + 2 * MINUTE, to: T + 3 * MINUTE };
  assert.deepEqual(audit(THREE, { minutes, covers, finishedTo }, asked).short, []);
});

Deno.test("auditMinutes judges no minute that is being made, asked for by nobody, or impossible", () => {
  const other = { volume: 9 };
  const whole = { from: T, to: T + 4 * MINUTE };
  // The newest row may be half-made, whatever time it is,
  const newest = audit(THREE, { minutes: [minute(0), minute(1), minute(2, other)] }, whole);
  assert.deepEqual(newest.short, []);
  // and where the venue says what is finished, that counts.
  const said = { minutes: [minute(1, other), minute(2, other)], finishedTo: T + 2 * MINUTE };
  assert.deepEqual(audit(THREE, said, whole).short, [[1, 1.5, 9]]);
  const outside = { minutes: [minute(0, other), minute(2, other), NEXT] };
  assert.deepEqual(audit(THREE, outside, { from: T + MINUTE, to: T + 2 * MINUTE }).short, []);
  const impossible = { minutes: [minute(0, { low: 200 }), minute(1), minute(2), NEXT] };
  const { short, ledger } = audit(THREE, impossible);
  assert.deepEqual(short, []);
  assert.equal(ledger.at(T)!.low, 99);
  assert.deepEqual(audit(THREE, { minutes: [] }).short, [], "an answer without rows");
});
