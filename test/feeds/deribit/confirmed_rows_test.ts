import assert from "node:assert/strict";
import { ConfirmedRows } from "../../../lib/feeds/deribit/confirmed_rows.ts";
import { MINUTE, SECOND } from "../../../lib/model/time.ts";

const OPEN = Date.UTC(2025, 11, 3, 14);
const END = OPEN + MINUTE;
const row = (close: number) => ({ openTime: OPEN, open: 41, high: 42, low: 40, close });

Deno.test("a fresh row is confirmed by a second read that says the same", () => {
  const rows = new ConfirmedRows();
  assert.equal(rows.isConfirmed(row(41), END + 3 * SECOND), false);
  assert.equal(rows.waiting, 1);
  assert.equal(rows.isConfirmed(row(41.1), END + 5 * SECOND), false);
  assert.equal(rows.isConfirmed(row(41.1), END + 7 * SECOND), true);
  assert.equal(rows.waiting, 0);
});

Deno.test("a row that ended five minutes ago needs no second read", () => {
  const rows = new ConfirmedRows();
  assert.equal(rows.isConfirmed(row(41), END + 5 * MINUTE - 1), false);
  assert.equal(new ConfirmedRows().isConfirmed(row(41), END + 5 * MINUTE), true);
});

Deno.test("a minute is absent when two reads a minute apart lack it, long after its end", () => {
  const rows = new ConfirmedRows();
  assert.equal(rows.isAbsent(OPEN, END + MINUTE), false);
  assert.equal(rows.isAbsent(OPEN, END + 6 * MINUTE), false);
  assert.equal(rows.isAbsent(OPEN, END + 7 * MINUTE - 1), false);
  assert.equal(rows.isAbsent(OPEN, END + 7 * MINUTE), true);
});

Deno.test("a row that comes between two reads that lack it is no absence", () => {
  const rows = new ConfirmedRows();
  rows.isAbsent(OPEN, END + 6 * MINUTE);
  rows.isConfirmed(row(41), END + 6.5 * MINUTE);
  assert.equal(rows.isAbsent(OPEN, END + 8 * MINUTE), false);
});
