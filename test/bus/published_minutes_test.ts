import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import { messagesOf } from "../../lib/bus/bus_message.ts";
import { BusWriter } from "../../lib/bus/bus_writer.ts";
import { publishedMinutes } from "../../lib/bus/published_minutes.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { barColumnsOf } from "../../lib/store/bar_columns.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { heldStream } from "./support/held_stream.ts";
import { BTC, ES } from "../store/support/store_rows.ts";

const FROM = Date.UTC(2025, 11, 3, 14);
const MINUTES = 6;
const EVER = { from: -Infinity, to: Infinity };

/** What happens one after the other: the venue closes or corrects a minute, or the publisher is killed and starts. */
const happenings = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ minute: fc.nat(MINUTES - 1), close: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.constant("restart" as const) },
    { weight: 1, arbitrary: fc.constant("down" as const) },
  ),
  { maxLength: 40 },
);

Deno.test("corrections reach readers and the store, however often a publisher without a store starts anew", async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (all) => {
      const stream = heldStream();
      const venue = new Map<number, number>();
      let ledger: MinuteLedger | undefined;
      const publish = (minute: number) => {
        const { kind, bar } = offered(ledger!, minute, venue.get(minute)!);
        if (kind !== "repeat") stream.publish(messageOf(bar!));
      };
      const start = async () => {
        const known = await publishedMinutes(stream, HOUR);
        ledger = new MinuteLedger(ES.id, () => undefined, { recall: () => known.get(ES.id) });
        ledger.start(FROM);
        ledger.recall(FROM + MINUTES * MINUTE, false);
        assert.equal(ledger.wanted(Infinity).length, 0, "nothing is settled by what was published");
        // The venue's history, in whatever order.
        for (const minute of venue.keys()) publish(minute);
      };
      await start();
      for (const one of all) {
        if (one === "down") ledger = undefined;
        else if (one === "restart") await start();
        else {
          venue.set(one.minute, one.close);
          if (ledger !== undefined) publish(one.minute);
        }
      }
      await start();
      const store = await openStore({ kind: "memory", dataKind: "live" });
      const writer = new BusWriter({ client: stream, store, stream: "COMOVE", log: silentLog });
      while (await writer.turn() !== undefined);
      const stored = await store.bars({ instrument: ES.id, stepMs: MINUTE, ...EVER });
      const reader = new MinuteLedger(ES.id, () => undefined);
      reader.start(FROM);
      for (const bar of stream.bars()) reader.adopt(bar, "stream");
      const truth = [...venue].sort(([a], [b]) => a - b).map(([, close]) => 100 + close);
      assert.deepEqual([...stored.close], truth);
      assert.deepEqual(reader.bars().map(({ close }) => close), truth);
      await store.close();
    }),
    { numRuns: 300 },
  );
});

Deno.test("of what was published the newest revision counts, of equal ones the first, and nothing damaged", async () => {
  const stream = heldStream();
  const at = (close: number, revision: number) => messageOf(bar(2, close, revision));
  for (const message of [at(1, 0), at(2, 1), at(3, 1), at(4, 0)]) stream.publish(message);
  stream.publish({ subject: "comove.ibkr.ES.minutes", text: "{" });
  stream.publish({ subject: "comove.ibkr.ES.coverage", text: "{" });
  const known = (await publishedMinutes(stream, HOUR)).get("ES")!;
  assert.equal(known.length, 1);
  assert.deepEqual(known.at(FROM + 2 * MINUTE), bar(2, 2, 1));
  assert.equal((await publishedMinutes(heldStream(), HOUR)).size, 0);
});

function offered(ledger: MinuteLedger, minute: number, close: number) {
  const offer = ledger.offer(bar(minute, close, 0), "history");
  assert.notEqual(offer.kind, "rejected");
  return offer.kind === "new" || offer.kind === "revision"
    ? { kind: offer.kind, bar: offer.bar }
    : { kind: "repeat", bar: undefined };
}

function messageOf(one: Bar) {
  const batch = { instrument: ES.id, stepMs: MINUTE, bars: barColumnsOf([one]) };
  return messagesOf({ bars: [batch] }, (id) => id === ES.id ? ES : BTC).rows[0]!;
}

function bar(minute: number, close: number, revision: number): Bar {
  const price = 100 + close;
  return {
    openTime: FROM + minute * MINUTE,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 5,
    closed: true,
    revision,
    source: "live",
  };
}
