import assert from "node:assert/strict";
import { MinuteLedger } from "../../lib/bars/minute_ledger.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { MinuteStatus } from "../../lib/model/minute_grid.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { barAt, MONDAY } from "../sync/grids.ts";
import { knownOf } from "../support/known_minutes.ts";

const at = (minute: number) => MONDAY + minute * MINUTE;

const stored = (minute: number, change: Partial<Bar> = {}): Bar => ({
  ...barAt(at(minute), 100 + minute),
  high: 100 + minute + 1,
  low: 1,
  source: "live",
  contract: "ESZ5",
  ...change,
});

function ledgerWith(
  bars: readonly Bar[],
  absences = [] as { from: number; to: number; isShut: boolean }[],
) {
  const known = knownOf(bars, absences);
  const ledger = new MinuteLedger("ES", () => true, {
    recall: (isSimulated) => isSimulated ? undefined : known,
  });
  ledger.start(at(0));
  return ledger;
}

Deno.test("MinuteLedger recalls stored minutes with contract, source and revision, and wants only the rest", () => {
  const ledger = ledgerWith([stored(0, { revision: 3 }), stored(1), stored(4)], [
    { from: at(2), to: at(3), isShut: false },
  ]);
  ledger.recall(at(6), false);
  ledger.advance(at(6));
  assert.deepEqual(ledger.wanted(at(6)), [
    { from: at(3), to: at(4) },
    { from: at(5), to: at(6) },
  ]);
  assert.deepEqual(ledger.at(at(0)), stored(0, { revision: 3 }));
  assert.equal(ledger.statusAt(at(0)), MinuteStatus.Stored);
  assert.equal(ledger.statusAt(at(2)), MinuteStatus.Absent);
  const { backfilled, streamed, absent } = ledger.coverage();
  assert.deepEqual({ backfilled, streamed, absent }, { backfilled: 3, streamed: 0, absent: 1 });
});

Deno.test("MinuteLedger leaves out what is stored of the venue's future, of the time before, and of other data", () => {
  const ledger = ledgerWith([stored(-1), stored(0), stored(1), stored(2)]);
  ledger.recall(at(2) - 1, false);
  assert.deepEqual(ledger.bars().map((bar) => bar.openTime), [at(0)]);
  assert.equal(ledger.to, at(1));
  const other = ledgerWith([stored(0)]);
  other.recall(at(2), true);
  assert.equal(other.last, undefined);
});

Deno.test("MinuteLedger gives a minute that comes again its stored revision, and the next one when it differs", () => {
  const ledger = ledgerWith([stored(0, { revision: 2 }), stored(1, { revision: 2 })]);
  ledger.recall(at(0), false);
  const same = ledger.offer({ ...stored(0), revision: 0 }, "stream");
  assert.equal(same.kind === "new" && same.bar.revision, 2);
  const other = ledger.offer({ ...stored(1), close: 100.5, revision: 0 }, "stream");
  assert.equal(other.kind === "new" && other.bar.revision, 3);
  const recalled = ledgerWith([stored(0, { revision: 2 })]);
  recalled.recall(at(1), false);
  assert.equal(recalled.offer(stored(0), "history").kind, "repeat");
  const revised = recalled.offer({ ...stored(0), close: 99.5 }, "history");
  assert.equal(revised.kind === "revision" && revised.bar.revision, 3);
});

Deno.test("MinuteLedger does not believe a damaged row of a store, and wants its minute", () => {
  const ledger = ledgerWith([stored(0), stored(1, { high: 0.5 })]);
  ledger.recall(at(2), false);
  assert.deepEqual(ledger.wanted(at(2)), [{ from: at(1), to: at(2) }]);
});
