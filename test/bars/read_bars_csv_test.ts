import assert from "node:assert/strict";
import { csvTime } from "../../lib/bars/csv_cells.ts";
import { readBarsCsv } from "../../lib/bars/read_bars_csv.ts";

const FILE = { file: "a.csv" };

Deno.test("readBarsCsv keeps every row as it stands, whatever is wrong with it", () => {
  const text = "\uFEFFSymbol,Time,Open,High,Low,Close,Volume\r\n" +
    "ESH6,2026-01-25T23:01:00Z,5,7,4,6,1\r\n\r\nESH6,nonsense,x,,4\r\nESM6,2026-01-25T23:00:00Z,5,7,4,6,1\r\n";
  const { columns, timeColumn, isZoneAssumed } = readBarsCsv(text, FILE);
  const minute = Date.UTC(2026, 0, 25, 23);
  assert.deepEqual([...Float64Array.from(columns.openTime)], [minute + 60_000, NaN, minute]);
  assert.deepEqual([...Float64Array.from(columns.open)], [5, NaN, 5]);
  assert.deepEqual([...Float64Array.from(columns.high)], [7, NaN, 7]);
  assert.deepEqual([...Float64Array.from(columns.volume!)], [1, NaN, 1]);
  assert.deepEqual(columns.contract, ["ESH6", "ESH6", "ESM6"]);
  assert.deepEqual([timeColumn, isZoneAssumed], ["time", false]);
});

Deno.test("readBarsCsv prefers epoch ms, and says when it had to take a time for UTC", () => {
  const both =
    "timestamp,open_time_ms,open,high,low,close\n2026-01-25 18:00:00,1769382000000,5,7,4,6\n";
  const epoch = readBarsCsv(both, FILE);
  assert.equal(epoch.columns.openTime[0], 1769382000000);
  assert.deepEqual([epoch.timeColumn, epoch.isZoneAssumed], ["open_time_ms", false]);
  assert.equal(epoch.columns.volume, undefined);
  const naive = readBarsCsv("timestamp,open,high,low,close\n2026-01-25 18:00:00,5,7,4,6\n", FILE);
  assert.equal(naive.columns.openTime[0], Date.UTC(2026, 0, 25, 18));
  assert.equal(naive.isZoneAssumed, true);
  assert.throws(() => readBarsCsv("open,high,low,close\n", FILE), /a\.csv .* no column openTime/);
  assert.throws(() => readBarsCsv("", FILE), /no column openTime/);
});

Deno.test("csvTime reads dates, times and zones, and nothing else", () => {
  assert.deepEqual(csvTime("2026-01-25"), { time: Date.UTC(2026, 0, 25), hasZone: false });
  assert.deepEqual(csvTime("2026-01-25 18:00:30-05:00"), {
    time: Date.UTC(2026, 0, 25, 23, 0, 30),
    hasZone: true,
  });
  for (const text of ["", "18:00", "2026-13-45", "25/01/2026", "2026-01-25T99:00"]) {
    assert.equal(csvTime(text), undefined, text);
  }
});
