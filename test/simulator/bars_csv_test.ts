import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { BARS, barsText, STYLES } from "../bars/report/bar_csvs.ts";
import { simulatedBars } from "../../lib/simulator/bars_csv.ts";

const OPTIONS = { symbol: "ES", file: "es.csv" };
const MINUTE_TEXT = "2026-01-25T23:00:00Z";
const MINUTE = Date.parse(MINUTE_TEXT);
/** Open times of it and of the minutes after it: numbers from before 2000 are no times. */
const [T0, T1, T2, T3] = [0, 1, 2, 3].map((minutes) => MINUTE + minutes * 60_000);

function assertRefused(text: string, message: RegExp): void {
  assert.throws(() => simulatedBars(text, OPTIONS), (error) => {
    assert.ok(error instanceof MarketError);
    assert.equal(error.code, "bars-file");
    assert.equal(error.remedy, "configure");
    assert.match(error.message, /^es\.csv /);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("simulatedBars reads columns by name, in any order, and passes over others", () => {
  const text = `volume,symbol,close,openTime,low,high,open,trades,vwap,revision\r
12,ESH6,6,${MINUTE},4,7,5,3,5.5,0\r
`;
  assert.deepEqual(simulatedBars(text, OPTIONS).rows, [
    { openTime: MINUTE, open: 5, high: 7, low: 4, close: 6, volume: 12, trades: 3, vwap: 5.5 },
  ]);
});

Deno.test("simulatedBars takes epoch ms, or ISO text with a zone", () => {
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
    assert.equal(simulatedBars(text, OPTIONS).rows[0]?.openTime, MINUTE, name);
  }
});

Deno.test("simulatedBars takes times without a zone in the zone given, else in UTC, and says so", () => {
  const text = "timestamp,open,high,low,close,volume\n2026-01-25 18:00:00,5,7,4,6,12\n";
  const inUtc = simulatedBars(text, OPTIONS);
  assert.equal(inUtc.rows[0]?.openTime, Date.UTC(2026, 0, 25, 18));
  assert.match(inUtc.notes.join("; "), /times without a zone taken for UTC/);
  const inNewYork = simulatedBars(text, { ...OPTIONS, zone: "America/New_York" });
  assert.equal(inNewYork.rows[0]?.openTime, MINUTE);
  assert.match(inNewYork.notes.join("; "), /taken for America\/New_York/);
  const withEpoch =
    `timestamp,open_time_ms,open,high,low,close,volume\n2026-01-25 18:00:00,${MINUTE},5,7,4,6,12\n`;
  assert.equal(simulatedBars(withEpoch, OPTIONS).rows[0]?.openTime, MINUTE);
});

Deno.test("simulatedBars serves every layout that doctor --bars examines without a fault", () => {
  for (const [name, style] of Object.entries(STYLES)) {
    // The bars are of bitcoin; as ES they would be a hundred times too high.
    const { rows } = simulatedBars(barsText(BARS, style), { ...OPTIONS, symbol: "BTCUSDT" });
    assert.deepEqual(rows.map((row) => row.openTime), BARS.map((bar) => bar.openTime), name);
    assert.deepEqual(rows.map((row) => row.close), BARS.map((bar) => bar.close), name);
  }
  assert.ok(Object.keys(STYLES).length >= 15);
});

Deno.test("simulatedBars sorts rows and skips empty lines", () => {
  const text = `openTime,open,high,low,close,volume\n${T2},5,7,4,6,1\n\n${T1},5,7,4,6,2\n\n`;
  assert.deepEqual(simulatedBars(text, OPTIONS).rows.map((bar) => bar.volume), [2, 1]);
});

Deno.test("simulatedBars approximates what the file lacks", () => {
  const text = "openTime,open,high,low,close,volume\n" +
    `${T0},5,7,4,6,0.5\n${T1},5,5,5,5,0.5\n${T2},5,7,4,6,0\n${T3},5,7,4,6,30\n`;
  const bars = simulatedBars(text, OPTIONS).rows;
  assert.deepEqual(bars.map((bar) => bar.trades), [4, 1, 0, 12]);
  assert.equal(bars[0]?.vwap, 17 / 3);
  const ofCounts = `openTime,open,high,low,close,volume,count\n${T0},5,7,4,6,0.5,9\n`;
  assert.equal(simulatedBars(ofCounts, OPTIONS).rows[0]?.trades, 9);
});

Deno.test("simulatedBars names file, row, column and value of what it cannot read", () => {
  const head = "openTime,open,high,low,close,volume";
  assertRefused(
    `${head}\n${T0},5,7,4,6,1\n${T1},5,x,4,6,1\n`,
    /line 3: high "x" is no number/,
  );
  assertRefused(`${head}\n${T0},5,7,4,6,\n`, /it has no volume in every row/);
  assertRefused(`${head}\n${T0},5,7,4\n`, /line 2: it has 4 cells, not 6/);
  assertRefused(`${head}\n${T0},5,4,7,6,1\n`, /line 2: high 4 is below low 7/);
  assertRefused(`${head}\n${T0},5,7,4,6,-1\n`, /line 2: volume -1 must be 0 or more/);
  assertRefused(
    `${head}\n${T0! + 30_000},5,7,4,6,1\n`,
    /line 2: openTime \d+30000 is not a whole multiple of 60000/,
  );
  assertRefused(
    `${head}\n${T0},5,7,4,6,1\n${T0},5,7,4,6,1\n`,
    /line 3 repeats the minute .* of line 2/,
  );
  assertRefused(`${head},trades\n${T0},5,7,4,6,1,1.5\n`, /line 2: 1.5 is no number of trades/);
  assertRefused(`${head}\n`, /no row of a bar below/);
  assertRefused("", /is empty: download or export it again/);
  assertRefused("name,open\n", /with no column openTime/);
  assertRefused(`openTime,open,high,low,close\n${T0},5,7,4,6\n`, /it has no volume in every row/);
});

Deno.test("simulatedBars serves no bars of another length, no stray time, no impossible price, no other file", () => {
  const head = "openTime,open,high,low,close,volume";
  const row = (time: number, price = 5) =>
    `${time},${price},${price + 2},${price - 1},${price + 1},1`;
  const at = (...minutes: number[]) =>
    `${head}\n${minutes.map((minute) => row(minute * 60_000)).join("\n")}\n`;
  const year = 366 * 24 * 60;
  const first = Date.UTC(2001, 0, 1) / 60_000;
  assertRefused(
    at(first, first + 5, first + 10, first + 15),
    /its bars are 5 minutes apart, not one\. .*doctor --bars es\.csv/,
  );
  assertRefused(
    at(first, first + year + 1, first + year + 2, first + year + 3),
    /line 2, at 2001-.* more than a year away/,
  );
  assertRefused(
    at(first, first + 1, first + 9 * year),
    /line 4, at 20\d\d-.* is more than a year away/,
  );
  assert.equal(
    simulatedBars(at(first, first + 1, first + 2, first + 4_000, first + 4_001), OPTIONS).rows
      .length,
    5,
    "a weekend is none",
  );
  assertRefused(`${head}\n${row(MINUTE, -5)}\n`, /line 2: prices from -6 to -3 are none/);
  assertRefused(`${head}\n${row(MINUTE, 1e18)}\n`, /line 2: prices from \d{19} to/);
  assertRefused(`${head}\n${row(MINUTE)},9\n`, /line 2: it has 7 cells, not 6/);
  assertRefused("<html><body>404</body></html>", /is a web page or XML/);
});

Deno.test("simulatedBars serves no bars named by their end and no fixed-point prices, and names the option", () => {
  const head = "openTime,open,high,low,close,volume";
  const close = Date.UTC(2026, 0, 26, 22);
  const minutes = [...Array(120).keys()].map((i) =>
    i < 60 ? close - 59 * 60_000 + i * 60_000 : close + (i + 1) * 60_000
  );
  const at = (prices: number) =>
    `${head}\n${
      minutes.map((time) => `${time},${prices},${prices},${prices},${prices},1`).join("\n")
    }\n`;
  assertRefused(
    at(6_850.25),
    /its times are those of the end of each bar, for there is a bar at 1 of 1 close of the market, .*--stamp close/,
  );
  const moved = simulatedBars(at(6_850.25), { ...OPTIONS, stamp: "close" });
  assert.equal(moved.rows[59]?.openTime, close - 60_000);
  assertRefused(
    at(6_850.25e4).replaceAll(/^(\d+),/gm, (_, time) => `${Number(time) - 60_000},`),
    /the prices are 10,000 times those of ES: read them with --scale 10000/,
  );
  assertRefused(
    at(6_850.25e9).replaceAll(/^(\d+),/gm, (_, time) => `${Number(time) - 60_000},`),
    /the prices are 1,000,000,000 times those of ES: read them with --scale 1000000000/,
  );
  const read = simulatedBars(at(6_850.25e4), { ...OPTIONS, scale: 1e4, stamp: "close" });
  assert.equal(read.rows[0]?.close, 6_850.25);
});
