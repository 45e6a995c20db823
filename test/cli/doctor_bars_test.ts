import assert from "node:assert/strict";
import { doctor } from "../../lib/cli/doctor.ts";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { LocalClock } from "../../lib/calendar/local_clock.ts";
import { calendarOfSymbol } from "../../lib/calendar/instrument_calendar.ts";
import { DAY, HOUR } from "../../lib/model/time.ts";
import type { ReportRow } from "../../lib/bars/report/report_rows.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { localText } from "../bars/report/bar_csvs.ts";
import { cleanBars } from "../bars/clean_bars.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const MONDAY = Date.UTC(2026, 0, 26);
const BITCOIN = cleanBars(MONDAY, MONDAY + 12 * HOUR, alwaysOpen);
const FUTURE = cleanBars(MONDAY, MONDAY + 5 * DAY, globexEquityIndex);

function csvOf(bars: readonly ReportRow[], timeOf: (time: number) => string = String): string {
  const head = timeOf === String ? "openTime" : "timestamp";
  const rows = bars.map(({ openTime, open, high, low, close, volume }) =>
    [timeOf(openTime), open, high, low, close, volume].join(",")
  );
  return [`${head},open,high,low,close,volume`, ...rows].join("\n");
}

async function examined(files: Readonly<Record<string, string>>, ...args: string[]) {
  const { terminal, out } = fakeTerminal();
  const code = await doctor(args, terminal, {
    files: {
      ...systemFiles,
      readText: (path) =>
        files[path] === undefined
          ? Promise.reject(new Error("no such file"))
          : Promise.resolve(files[path]),
    },
  });
  return { code, text: out() };
}

Deno.test("doctor --bars passes clean files, each with the hours its name tells", async () => {
  const files = { "bars_BTCUSDT_1m.csv": csvOf(BITCOIN), "data/ES.csv": csvOf(FUTURE) };
  const { code, text } = await examined(
    files,
    ...Object.keys(files).flatMap((name) => ["--bars", name]),
  );
  assert.equal(code, 0);
  assert.match(text, /bars_BTCUSDT_1m\.csv: 720 rows, 720 bars of 720 expected/);
  assert.match(text, /hours of BTCUSDT, by the file's name: always open/);
  assert.match(text, /hours of ES, by the file's name: CME Globex equity index/);
  assert.equal(text.match(/ok {3}no fault found/g)?.length, 2);
  assert.equal(text.match(/Nothing is wrong/g)?.length, 2);
});

Deno.test("doctor --bars says what is wrong, where, and whether it is the data; and fails for it", async () => {
  const spoilt = BITCOIN.flatMap((bar, row) =>
    row === 100
      ? [{ ...bar, high: bar.low - 1 }]
      : row === 200
      ? [bar, bar]
      : row >= 300 && row < 312
      ? []
      : [bar]
  );
  const { code, text } = await examined(
    { "a.csv": csvOf(spoilt) },
    "--bars",
    "a.csv",
    "--symbol",
    "BTCUSDT",
  );
  assert.equal(code, 1);
  assert.match(text, /bad {2}range: 1 row has prices that contradict each other/);
  assert.match(text, /line 102: high .* is below low/);
  assert.match(text, /look repeat: 1 row repeats/);
  assert.match(text, /12 bars from 2026-01-26 05:00:00 UTC to 2026-01-26 05:12:00 UTC/);
  assert.match(text, /look repeat: .*\n {7}line 202 and line 203/);
  assert.match(
    text,
    /It is the data, not the market: 1 contradictory bar, 1 repeated row; besides, 12 bars are missing\./,
  );
});

Deno.test("doctor --bars tells times of another zone, and suggests hours where none are told", async () => {
  const eastern = (time: number) =>
    new Date(time - 5 * HOUR).toISOString().slice(0, 19).replace("T", " ");
  const file = { "x.csv": csvOf(FUTURE, eastern) };
  const { code, text } = await examined(file, "--bars", "x.csv", "--symbol", "es");
  assert.equal(code, 1);
  assert.match(text, /timestamp has no zone: taken for America\/New_York/);
  assert.match(
    text,
    /look zone: The times look like America\/New_York, not UTC, by the daily break/,
  );
  assert.match(text, /It is the clock: .* Read so: Nothing is wrong: 6,840 bars, none missing\./);
  const told = await examined(
    file,
    ...["--bars", "x.csv", "--symbol", "es", "--zone", "America/New_York"],
  );
  assert.equal(told.code, 0);
  assert.match(told.text, /\n\nNothing is wrong: 6,840 bars/);
  const asTheyStand = await examined(file, "--bars", "x.csv", "--symbol", "es", "--zone", "UTC");
  assert.equal(asTheyStand.code, 1);
  assert.match(asTheyStand.text, /timestamp has no zone: taken for UTC/);
  const guessed = await examined({ "x.csv": csvOf(FUTURE) }, "--bars", "x.csv");
  assert.match(guessed.text, /hours as the bars suggest: CME Globex equity index/);
  assert.equal(guessed.code, 0);
});

Deno.test("doctor --bars names the file, the column or the symbol that is of no use", async () => {
  const files = { "bad.csv": "time,price\n1,2\n", "ok.csv": csvOf(BITCOIN) };
  await assert.rejects(
    examined(files, "--bars", "none.csv"),
    /none\.csv cannot be read: no such file/,
  );
  await assert.rejects(
    examined(files, "--bars", "bad.csv"),
    /bad\.csv cannot be read as bars: .* no column open, high, low\. Name the columns/,
  );
  await assert.rejects(
    examined(files, "--bars", "ok.csv", "--symbol", "XYZ"),
    /--symbol XYZ has no known hours/,
  );
  await assert.rejects(examined(files, "--symbol", "ES"), /--symbol needs --bars/);
  await assert.rejects(examined(files, "--zone", "UTC"), /--zone needs --bars/);
  await assert.rejects(
    examined(files, "--bars", "ok.csv", "--zone", "Mars/Olympus"),
    /--zone must be an IANA time zone .*, got Mars\/Olympus\./,
  );
});

Deno.test("calendarOfSymbol knows index futures with their months, and crypto pairs", () => {
  for (const name of ["ES", "NQ", "MES", "MNQ", "RTY", "ESZ6", "NQH26"]) {
    assert.equal(calendarOfSymbol(name), globexEquityIndex, name);
  }
  for (const name of ["BTCUSDT", "ETHUSD", "BTC", "PEPEUSDT"]) {
    assert.equal(calendarOfSymbol(name), alwaysOpen, name);
  }
  for (const name of ["bars", "SPY", "1m", "ESTATE", "csv"]) {
    assert.equal(calendarOfSymbol(name), undefined, name);
  }
});

Deno.test("doctor --bars sees a change of the clock in local times, and asks where zones share it", async () => {
  const sunday = Date.UTC(2026, 2, 8);
  const bars = cleanBars(sunday - DAY, sunday + DAY, alwaysOpen);
  const chicago = (time: number) => localText(time, "America/Chicago");
  const spring = { "x.csv": csvOf(bars, chicago) };
  const { code, text } = await examined(spring, "--bars", "x.csv");
  assert.equal(code, 1);
  assert.match(text, /look zone: The times look like America\/New_York or America\/Chicago or/);
  assert.match(text, /It is the clock: .*; read them with --zone first/);
  const told = await examined(spring, "--bars", "x.csv", "--zone", "America/Chicago");
  assert.equal(told.code, 0);
  assert.match(told.text, /Nothing is wrong: 2,880 bars, none missing/);
  const berlin = (time: number) => localText(time + 21 * DAY, "Europe/Berlin");
  const found = await examined({ "x.csv": csvOf(bars, berlin) }, "--bars", "x.csv");
  assert.match(
    found.text,
    /by the hours that its clocks leap over or show twice; they are read so/,
  );
  assert.match(found.text, /Read so: Nothing is wrong: 2,880 bars, none missing/);
});

Deno.test("doctor --bars learns the hours of a market it does not know, and damns no bar for them", async () => {
  const clock = new LocalClock("America/New_York");
  const shares = cleanBars(MONDAY, MONDAY + 19 * DAY, alwaysOpen).filter(({ openTime }) => {
    const { weekday, minute } = clock.at(openTime);
    return weekday <= 5 && minute >= 240 && minute < 1_200;
  });
  const clean = await examined({ "spy.csv": csvOf(shares) }, "--bars", "spy.csv");
  assert.equal(clean.code, 0);
  assert.match(clean.text, /hours as the bars repeat them: \d\d:00 to .* on weekdays/);
  assert.match(clean.text, /Nothing is wrong: 14,340 bars, none missing/);
  const holed = shares.toSpliced(2_500, 9);
  const { text } = await examined({ "spy.csv": csvOf(holed) }, "--bars", "spy.csv");
  assert.match(text, /9 bars \(under 0\.1 %\) are missing in 1 gap within these bars' usual hours/);
  const days = shares.filter((_, i) => i % 960 === 0);
  const daily = csvOf(days, (time) => localText(time, "UTC").slice(0, 10));
  const ofDays = await examined({ "spy.csv": daily }, "--bars", "spy.csv");
  assert.match(ofDays.text, /a bar each 1 day; hours unknown, so missing bars are not looked for/);
});

Deno.test("doctor --bars knows no bar of the future, and of one bar no more than that", async () => {
  const later = BITCOIN.map((bar) => ({ ...bar, openTime: bar.openTime + 36_500 * DAY }));
  const future = await examined({ "BTC.csv": csvOf(later) }, "--bars", "BTC.csv");
  assert.equal(future.code, 1);
  assert.match(future.text, /It is the data, not the market: 720 bars of the future\./);
  const one = await examined({ "BTC.csv": csvOf(BITCOIN.slice(0, 1)) }, "--bars", "BTC.csv");
  assert.equal(one.code, 0);
  assert.match(one.text, /BTC\.csv: 1 row, 1 bar\n {5}2026-01-26 00:00:00 UTC, step unknown;/);
  const none = csvOf(BITCOIN, () => "soon");
  const unread = await examined({ "BTC.csv": none }, "--bars", "BTC.csv");
  assert.equal(unread.code, 1);
  assert.match(unread.text, /line 2: time "soon" is no time that is known here/);
  assert.doesNotMatch(unread.text, /unknown time/);
});

Deno.test("doctor --bars says of a packed file that cannot be unpacked what may be wrong with it", async () => {
  const files = {
    ...systemFiles,
    readText: () => Promise.reject(new Error("invalid gzip header")),
  };
  const { terminal } = fakeTerminal();
  await assert.rejects(
    doctor(["--bars", "a.csv.gz"], terminal, { files }),
    /a\.csv\.gz cannot be read: invalid gzip header\. .* cut off, damaged or not packed: download it again/,
  );
});
