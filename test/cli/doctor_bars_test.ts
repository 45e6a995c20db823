import assert from "node:assert/strict";
import { doctor } from "../../lib/cli/doctor.ts";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import { calendarOfSymbol } from "../../lib/market/instrument_calendar.ts";
import { DAY, HOUR } from "../../lib/model/time.ts";
import type { ReportRow } from "../../lib/bars/report_rows.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
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
  assert.match(text, /row 101: high .* is below low/);
  assert.match(text, /look repeat: 1 row repeats/);
  assert.match(text, /12 bars from 2026-01-26 05:00:00 UTC to 2026-01-26 05:12:00 UTC/);
  assert.match(text, /It is the data, not the market: range 1, repeat 1\./);
});

Deno.test("doctor --bars tells times of another zone, and suggests hours where none are told", async () => {
  const eastern = (time: number) =>
    new Date(time - 5 * HOUR).toISOString().slice(0, 19).replace("T", " ");
  const file = { "x.csv": csvOf(FUTURE, eastern) };
  const { code, text } = await examined(file, "--bars", "x.csv", "--symbol", "es");
  assert.equal(code, 1);
  assert.match(text, /timestamp has no zone: taken for UTC/);
  assert.match(text, /look like America\/New_York, not UTC \(shift \+5 h at the end\)/);
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
    /bad\.csv cannot be read as bars: .* no column open/,
  );
  await assert.rejects(
    examined(files, "--bars", "ok.csv", "--symbol", "XYZ"),
    /--symbol XYZ has no known hours/,
  );
  await assert.rejects(examined(files, "--symbol", "ES"), /--symbol needs --bars/);
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
