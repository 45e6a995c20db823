import assert from "node:assert/strict";
import { type BarsFile, readBarsCsv } from "../../../lib/bars/csv/read_bars_csv.ts";
import type { ReportRow } from "../../../lib/bars/report/report_rows.ts";
import { MarketError } from "../../../lib/model/errors.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { BARS, barsText, localText, OHLCV, prices, START, STYLES } from "../report/bar_csvs.ts";

const FILE = { file: "a.csv" };
function assertSame(file: BarsFile, bars: readonly ReportRow[], what: string): void {
  const { columns } = file;
  assert.deepEqual(columns.unread?.size, 0, `${what}: ${JSON.stringify([...columns.unread!])}`);
  for (const name of ["openTime", "open", "high", "low", "close", "volume"] as const) {
    assert.deepEqual(
      [...Array.from(columns[name]!)],
      bars.map((bar) => bar[name]),
      `${what}: ${name}`,
    );
  }
}

for (const [name, style] of Object.entries(STYLES)) {
  Deno.test(`readBarsCsv reads bars as others export them: ${name}`, () => {
    assertSame(readBarsCsv(barsText(BARS, style), FILE), BARS, name);
  });
}

Deno.test("readBarsCsv says what it had to find out", () => {
  const notes = (name: string) => readBarsCsv(barsText(BARS, STYLES[name]!), FILE).notes;
  assert.deepEqual(notes("decimal comma"), [
    "cells separated by semicolons",
    "numbers with a decimal comma",
  ]);
  assert.match(notes("Binance, microseconds, no names").join(), /as most venues .*microseconds$/);
  assert.match(notes("Coinbase, low and high first").join(), /low, high, open, close/);
  assert.deepEqual(notes("month first, half days, a title above"), [
    "1 line above the table passed over",
    "dates with the month first",
  ]);
  const ticks = { ...STYLES["MetaTrader 5, ticks as the volume"]! };
  const swapped = { ...ticks, head: ticks.head!.replace("<TICKVOL>\t<VOL>", "<VOL>\t<TICKVOL>") };
  assert.deepEqual(notes("MetaTrader 5, ticks as the volume").slice(1), [
    "volume from <TICKVOL>, for <VOL> is 0",
  ]);
  assert.deepEqual(readBarsCsv(barsText(BARS, swapped), FILE).notes.length, 1);
});

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
  assert.deepEqual([...Array.from(columns.line!)], [2, 4, 5]);
  assert.deepEqual([timeColumn, isZoneAssumed], ["time", false]);
});

/** The fault reported of the bar on line 12, with some of its cells replaced. */
function faultOf(edit: (cells: string[]) => string[] | string): string {
  const lines = barsText(BARS, { head: OHLCV, cells: (bar) => [bar.openTime, ...prices(bar)] })
    .split("\n");
  const edited = edit(lines[11]!.split(","));
  lines[11] = typeof edited === "string" ? edited : edited.join(",");
  const { columns } = readBarsCsv(lines.join("\n"), FILE);
  assert.equal(columns.openTime.length, BARS.length);
  assert.deepEqual([...columns.unread!.keys()].map((row) => columns.line![row]), [12]);
  const { kind, reason } = [...columns.unread!.values()][0]!;
  return `${kind}: ${reason}`;
}

Deno.test("readBarsCsv reports what cannot be read, by kind and with the text of the cell", () => {
  const withCell = (at: number, text: string) => faultOf((cells) => cells.toSpliced(at, 1, text));
  assert.equal(withCell(4, "=D11*2"), 'price: close "=D11*2" is no number');
  for (const text of ["nan", "inf", "Infinity", "N/A", "0x1F", "1 234", "12,3,4", "--5"]) {
    assert.equal(withCell(2, `"${text}"`), `price: high "${text}" is no number`);
  }
  assert.equal(withCell(1, ""), "price: open is empty");
  assert.equal(withCell(5, "many"), 'volume: volume "many" is no number');
  assert.equal(withCell(0, ""), "time: the time is empty");
  assert.equal(withCell(0, "soon"), 'time: time "soon" is no time that is known here');
  assert.equal(
    withCell(0, "2026-02-30 05:00"),
    'time: time "2026-02-30 05:00" is no time that is known here',
  );
  assert.match(withCell(0, "1.76938E+12"), /lost its last digits/);
  assert.match(withCell(0, "9999-12-31T00:00:00Z"), /^time: .* is no time of a market/);
  assert.match(withCell(0, "0"), /^time: time "0" is no date: milliseconds since midnight/);
  assert.match(withCell(0, "631152000"), /^time: .* is before 2000 in any unit since 1970/);
  assert.match(withCell(0, String(START + 36_500 * DAY)), /^time: .*far from all others/);
  assert.equal(
    withCell(0, String((START + 10 * MINUTE) / 1_000)),
    "mixed: its time is epoch seconds, that of most rows epoch ms",
  );
  assert.match(withCell(0, "2026-01-26 00:10"), /^mixed: its time is text without a zone/);
  assert.equal(faultOf((cells) => [...cells, "x"]), "line: it has 7 cells, not 6");
  assert.equal(faultOf((cells) => cells.slice(0, 4)), "line: it has 4 cells, not 6");
  assert.match(faultOf(() => OHLCV), /^line: it is the names of the columns again/);
  assert.match(
    faultOf(([time = "", ...others]) => [`${time}\0\0`, ...others]),
    /^line: it holds zero/,
  );
  assert.match(
    withCell(4, "\u001B[31mred".repeat(40)),
    /^price: close "\uFFFD\[31mred.{30,50}…" is no/,
  );
});

Deno.test("readBarsCsv reports a last line that is cut off, and skips empty cells and lines", () => {
  const text = barsText(BARS, { head: OHLCV, cells: (bar) => [bar.openTime, ...prices(bar)] });
  const cut = readBarsCsv(text.slice(0, -25), FILE);
  assert.match([...cut.columns.unread!.values()][0]!.reason, /not 6: the file ends within it/);
  assertSame(readBarsCsv(text.replaceAll("\n", ",\n\n") + ",,,,,\n", FILE), BARS, "empty cells");
});

Deno.test("readBarsCsv prefers epoch ms, and says when it had to take a time for UTC", () => {
  const both =
    "timestamp,open_time_ms,open,high,low,close\n2026-01-25 18:00:00,1769382000000,5,7,4,6\n";
  const epoch = readBarsCsv(both, FILE);
  assert.equal(epoch.columns.openTime[0], 1769382000000);
  assert.deepEqual([epoch.timeColumn, epoch.isZoneAssumed], ["open_time_ms", false]);
  assert.equal(epoch.columns.volume, undefined);
  assert.deepEqual(epoch.notes, ["no column of volume"]);
  const naive = readBarsCsv("timestamp,open,high,low,close\n2026-01-25 18:00:00,5,7,4,6\n", FILE);
  assert.equal(naive.columns.openTime[0], Date.UTC(2026, 0, 25, 18));
  assert.equal(naive.isZoneAssumed, true);
});

Deno.test("readBarsCsv reads times without a zone in the one given, the hour twice shown in order", () => {
  const fall = Array.from({ length: 4 * 60 }, (_, i) => ({
    ...BARS[0]!,
    openTime: Date.UTC(2025, 10, 2, 4) + i * MINUTE,
  }));
  const zone = "America/New_York";
  const style = {
    head: OHLCV,
    cells: (bar: ReportRow) => [localText(bar.openTime, zone), ...prices(bar)],
  };
  assertSame(readBarsCsv(barsText(fall, style), { ...FILE, zone }), fall, "oldest first");
  const reversed = fall.toReversed();
  assertSame(readBarsCsv(barsText(reversed, style), { ...FILE, zone }), reversed, "newest first");
  const hours = fall.filter((_, i) => i % 60 === 0);
  assertSame(readBarsCsv(barsText(hours, style), { ...FILE, zone }), hours, "hours");
  const leaped = `${OHLCV}\n2026-03-08 02:30:00,5,7,4,6,1\n2026-03-08 03:00:00,5,7,4,6,1\n`;
  const { columns } = readBarsCsv(leaped, { ...FILE, zone });
  assert.deepEqual(columns.openTime[1], Date.UTC(2026, 2, 8, 7));
  assert.match(columns.unread!.get(0)!.reason, /does not exist in America\/New_York/);
});

Deno.test("readBarsCsv refuses what is no table of bars, and says what it is and what to do", () => {
  const refused: readonly (readonly [text: string, message: RegExp])[] = [
    ["", /^a\.csv is empty: download or export it again\.$/],
    ["\n \n", /is empty/],
    [`${OHLCV}\n`, /has no row of a bar below them/],
    [
      "open,high,low,close\n1,2,1,2\n",
      /its first line is open, high, low, close, with no column openTime or timestamp\./,
    ],
    [
      "id,price,qty,time\n1,5,1,9\n",
      /its first line is id, price, qty, time, with no column open, high, low/,
    ],
    ["时间,开,高,低,收,量\n1769385600000,5,7,4,6,1\n", /its first line is 时间, /],
    [`${OHLCV},close\n1769385600000,5,7,4,6,1,9\n`, /columns 5 and 7 are both named close/],
    [
      "Date,Open,High,Low,Close\n02/03/2026,5,7,4,6\n",
      /02\/03\/2026 may begin with the day or the month/,
    ],
    ['{"code":-1121}', /is JSON/],
    ["[[1769385600000,5,7,4,6]]", /is JSON/],
    ["\n<!DOCTYPE html><html>", /is a web page/],
    ["\u001F\uFFFD\b\0\0", /is packed by gzip: give it a name that ends in \.gz/],
    ["PK\u0003\u0004xl/worksheets", /Excel workbook/],
    ["\uFFFDPNG\r\n", /is a PNG picture/],
    [
      new TextDecoder("utf-8").decode(
        Uint8Array.from("timestamp,open\n", (c) => c.charCodeAt(0))
          .reduce<Uint8Array>((all, byte) => Uint8Array.of(...all, byte, 0), new Uint8Array(0)),
      ),
      /UTF-16: save it as UTF-8/,
    ],
    ["\uFFFDa\u0001\u0002\uFFFD".repeat(50), /not text but binary data/],
  ];
  for (const [text, message] of refused) {
    assert.throws(() => readBarsCsv(text, FILE), (error) => {
      assert.ok(error instanceof MarketError);
      assert.deepEqual([error.code, error.remedy], ["bars-file", "configure"]);
      assert.match(error.message, message);
      assert.match(error.message, /^a\.csv .*\.$/);
      return true;
    });
  }
});
