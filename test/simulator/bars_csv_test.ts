import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { parseBarsCsv } from "../../lib/simulator/bars_csv.ts";

const OPTIONS = { symbol: "ES", file: "es.csv" };
const MINUTE_TEXT = "2026-01-25T23:00:00Z";
const MINUTE = Date.parse(MINUTE_TEXT);

function assertRefused(text: string, message: RegExp): void {
  assert.throws(() => parseBarsCsv(text, OPTIONS), (error) => {
    assert.ok(error instanceof MarketError);
    assert.equal(error.code, "bars-file");
    assert.equal(error.remedy, "configure");
    assert.equal(error.instrument, "ES");
    assert.match(error.message, /^es\.csv cannot serve as minute bars of ES: /);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("parseBarsCsv reads columns by name, in any order, and passes over others", () => {
  const text = `volume,symbol,close,openTime,low,high,open,trades,vwap,revision\r
12,ESH6,6,${MINUTE},4,7,5,3,5.5,0\r
`;
  assert.deepEqual(parseBarsCsv(text, OPTIONS), [
    { openTime: MINUTE, open: 5, high: 7, low: 4, close: 6, volume: 12, trades: 3, vwap: 5.5 },
  ]);
});

Deno.test("parseBarsCsv takes epoch ms, or ISO text with a zone", () => {
  const times = {
    open_time_ms: String(MINUTE),
    openTime: String(MINUTE),
    timestamp: MINUTE_TEXT,
    time: "2026-01-25 18:00:00-05:00",
    date: "2026-01-26T00:00+0100",
    datetime: "2026-01-25 23:00:00 UTC",
    Timestamp: '"2026-01-25T23:00:00.000Z"',
  };
  for (const [name, time] of Object.entries(times)) {
    const text = `\uFEFF${name},open,high,low,close,volume\n${time},5,7,4,6,12`;
    assert.equal(parseBarsCsv(text, OPTIONS)[0]?.openTime, MINUTE, name);
  }
});

Deno.test("parseBarsCsv refuses a time without zone unless an epoch column is there", () => {
  assertRefused(
    "timestamp,open,high,low,close,volume\n2026-01-25 18:00:00,5,7,4,6,12\n",
    /row 2, column timestamp: "2026-01-25 18:00:00" is not a time with its zone/,
  );
  const text =
    `timestamp,open_time_ms,open,high,low,close,volume\n2026-01-25 18:00:00,${MINUTE},5,7,4,6,12\n`;
  assert.equal(parseBarsCsv(text, OPTIONS)[0]?.openTime, MINUTE);
});

Deno.test("parseBarsCsv sorts rows and skips empty lines", () => {
  const text = "openTime,open,high,low,close,volume\n120000,5,7,4,6,1\n\n60000,5,7,4,6,2\n\n";
  assert.deepEqual(parseBarsCsv(text, OPTIONS).map((bar) => bar.volume), [2, 1]);
});

Deno.test("parseBarsCsv approximates what is not told", () => {
  const text = "openTime,open,high,low,close,volume\n" +
    "0,5,7,4,6,0.5\n60000,5,5,5,5,0.5\n120000,5,7,4,6,0\n180000,5,7,4,6,30\n";
  const bars = parseBarsCsv(text, OPTIONS);
  assert.deepEqual(bars.map((bar) => bar.trades), [4, 1, 0, 12]);
  assert.equal(bars[0]?.vwap, 17 / 3);
  const ofCounts = "openTime,open,high,low,close,volume,count\n0,5,7,4,6,0.5,9\n";
  assert.equal(parseBarsCsv(ofCounts, OPTIONS)[0]?.trades, 9);
});

Deno.test("parseBarsCsv names file, row, column and value of what it cannot read", () => {
  const head = "openTime,open,high,low,close,volume";
  assertRefused(
    `${head}\n0,5,7,4,6,1\n60000,5,x,4,6,1\n`,
    /row 3, column high: "x" is not a number/,
  );
  assertRefused(`${head}\n0,5,7,4,6,\n`, /row 2, column volume: "" is not a number/);
  assertRefused(`${head}\n0,5,7,4\n`, /row 2 has 4 cells, the header 6/);
  assertRefused(`${head}\n0,5,4,7,6,1\n`, /row 2: high 4 is below low 7/);
  assertRefused(`${head}\n0,5,7,4,6,-1\n`, /row 2: volume -1 must be 0 or more/);
  assertRefused(
    `${head}\n30000,5,7,4,6,1\n`,
    /row 2: openTime 30000 is not a whole multiple of 60000/,
  );
  assertRefused(`${head}\n0,5,7,4,6,1\n0,5,7,4,6,1\n`, /row 3 repeats the minute .* of row 2/);
  assertRefused(`${head},trades\n0,5,7,4,6,1,1.5\n`, /row 2, column trades: 1.5 is not a count/);
  assertRefused(`${head}\n`, /there is no row below the header/);
  assertRefused("", /it is empty: download or export it again/);
  assertRefused("name,open\n", /row 1 has no time column/);
  assertRefused("openTime,open,high,low,close\n0,5,7,4,6\n", /row 1 has no column volume/);
});

Deno.test("parseBarsCsv serves no bars of another length, no stray time, no impossible price, no other file", () => {
  const head = "openTime,open,high,low,close,volume";
  const row = (time: number, price = 5) =>
    `${time},${price},${price + 2},${price - 1},${price + 1},1`;
  const at = (...minutes: number[]) =>
    `${head}\n${minutes.map((minute) => row(minute * 60_000)).join("\n")}\n`;
  assertRefused(
    at(0, 5, 10, 15),
    /its bars are 5 minutes apart, not one\. .*doctor --bars es\.csv/,
  );
  const year = 366 * 24 * 60;
  assertRefused(
    at(0, year + 1, year + 2, year + 3),
    /row 2, at 1970-01-01 .* more than a year away/,
  );
  assertRefused(at(year, year + 1, 9 * year), /row 4, at 1979-.* is more than a year away/);
  assert.equal(parseBarsCsv(at(0, 1, 2, 4_000, 4_001), OPTIONS).length, 5, "a weekend is none");
  assertRefused(`${head}\n${row(0, -5)}\n`, /row 2: prices from -6 to -3 are none/);
  assertRefused(`${head}\n${row(0, 1e12)}\n`, /row 2: prices from 999999999999 to/);
  assertRefused(`${head}\n${row(0)},9\n`, /row 2 has 7 cells, the header 6/);
  assertRefused("<html><body>404</body></html>", /it is a web page or XML/);
});
