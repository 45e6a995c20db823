import assert from "node:assert/strict";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../lib/calendar/globex.ts";
import type { ReportRow } from "../../lib/bars/report/report_rows.ts";
import { doctor } from "../../lib/cli/doctor.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { cleanBars } from "../bars/clean_bars.ts";
import { localText } from "../bars/report/bar_csvs.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const MONDAY = Date.UTC(2026, 0, 26);
const COIN = cleanBars(MONDAY, MONDAY + 3 * HOUR, alwaysOpen).map((bar) => scaled(bar, 20));
const FUTURE = cleanBars(MONDAY, MONDAY + 3 * DAY, globexEquityIndex)
  .map((bar) => scaled(bar, 1));
const OHLCV = "open,high,low,close,volume";

function scaled(bar: ReportRow, by: number): ReportRow {
  const price = (value: number) => Math.round(100 * value * by) / 100;
  return {
    ...bar,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
  };
}

function table(
  head: string,
  bars: readonly ReportRow[],
  timeOf: (bar: ReportRow) => string | number,
  factor = 1,
): string {
  const price = (value: number) => Math.round(value * factor * 100) / 100;
  const rows = bars.map((bar) =>
    [
      timeOf(bar),
      price(bar.open),
      price(bar.high),
      price(bar.low),
      price(bar.close),
      bar.volume,
    ].join(",")
  );
  return [head, ...rows, ""].join("\n");
}

async function examined(name: string, text: string, ...args: string[]) {
  const { terminal, out } = fakeTerminal();
  const files = { ...systemFiles, readText: () => Promise.resolve(text) };
  const code = await doctor(["--bars", name, ...args], terminal, { files });
  return { code, text: out() };
}

async function verdict(name: string, text: string, ...args: string[]) {
  return (await examined(name, text, ...args)).text.trimEnd().split("\n").at(-1);
}

const parts = (bar: ReportRow) => localText(bar.openTime, "UTC").split(" ") as [string, string];
const compact = (text: string) => text.replaceAll(/[-:]/g, "");
const NOTHING = "Nothing is wrong: 180 bars, none missing.";

Deno.test("doctor --bars joins a date with a time of day under any name, in any form", async () => {
  const half = ({ openTime }: ReportRow) =>
    new Date(openTime).toLocaleString("en-US", {
      timeZone: "UTC",
      hour: "2-digit",
      minute: "2-digit",
    }).replaceAll("\u202F", " ");
  const american = (date: string) => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`;
  const layouts: Readonly<Record<string, (bar: ReportRow) => string>> = {
    "<DTYYYYMMDD>,<TIME>": (bar) => parts(bar).map(compact).join(","),
    "TradeDate,TradeTime": (bar) => parts(bar).join(","),
    "YYMMDD,HHMM": (bar) =>
      `${compact(parts(bar)[0]).slice(2)},${compact(parts(bar)[1]).slice(0, 4)}`,
    "Date,Time": (bar) => `${american(parts(bar)[0])},${half(bar)}`,
    "Date,Time,AM/PM": (bar) => `${parts(bar)[0]},${half(bar).replace(" ", ",")}`,
    "Datum,Uhrzeit": (bar) => `${parts(bar)[0]},${parts(bar)[1].replaceAll(":", ".")}`,
    "date,time": (bar) => `${parts(bar)[0]},${compact(parts(bar).join(""))}000`,
    "time": (bar) => `${compact(parts(bar).join(""))}00`,
    "DateTime": (bar) => `${compact(parts(bar).join(""))}00000`,
    "Timestamp": (bar) =>
      `${new Date(bar.openTime).toUTCString().slice(5, 16).replaceAll(" ", "")}:${parts(bar)[1]}`,
    "Date,Timestamp": (bar) => parts(bar).join(","),
    "Day,Clock": (bar) => `${parts(bar)[0]},${Number(compact(parts(bar)[1]))}`,
    "Date,Time,Half": (bar) => `${parts(bar)[0]},${parts(bar)[1]},${half(bar).slice(-2)}`,
    "Year,Month,Day,Hour,Minute": (bar) =>
      [...parts(bar)[0].split("-"), ...parts(bar)[1].split(":").slice(0, 2)].map(Number).join(","),
    "Date,Seconds": (bar) => `${parts(bar)[0]},${(bar.openTime - MONDAY) / 1_000}`,
    "Date,Hour,Minute": (bar) =>
      `${parts(bar)[0]},${Number(parts(bar)[1].slice(0, 2))},${Number(parts(bar)[1].slice(3, 5))}`,
  };
  for (const [head, timeOf] of Object.entries(layouts)) {
    const text = table(`${head},${OHLCV}`, COIN, timeOf);
    const found = await examined("BTCUSDT.csv", text);
    assert.match(found.text, /2026-01-26 00:00:00 UTC to 2026-01-26 03:00:00 UTC/, head);
    assert.ok(found.text.includes(NOTHING), `${head}: ${found.text}`);
    assert.equal(found.code, 0, head);
  }
});

Deno.test("doctor --bars refuses a time of day that it does not know, and never takes it for midnight", async () => {
  const odd = table(
    `Date,Time,${OHLCV}`,
    COIN,
    (bar) => `${parts(bar)[0]},bar ${bar.openTime % 7}`,
  );
  await assert.rejects(
    examined("BTCUSDT.csv", odd),
    /column Time beside Date holds "bar \d", which is no time of day that is known here\./,
  );
  const unfit = table(
    `Date,Time,${OHLCV}`,
    COIN,
    (bar) => `${parts(bar)[0]},9${bar.openTime % 99}77`,
  );
  await assert.rejects(
    examined("BTCUSDT.csv", unfit),
    /the digits in column Time, such as 9\d+, are/,
  );
  const lost = table(`Date,Nr,${OHLCV}`, COIN, (bar) => `${parts(bar)[0]},x`);
  await assert.rejects(
    examined("BTCUSDT.csv", lost),
    /column Date holds dates alone, 1 date for 180 rows, and no column is understood as their time/,
  );
  const alone = table(`Time,${OHLCV}`, COIN, (bar) => parts(bar)[1]);
  await assert.rejects(
    examined("BTCUSDT.csv", alone),
    /column Time holds times of day alone, and no column holds their date/,
  );
  const session = table(`TradeDate,Time,${OHLCV}`, FUTURE, ({ openTime }) => {
    const [, clock] = localText(openTime, "America/Chicago").split(" ");
    return `${localText(openTime + 7 * HOUR, "America/Chicago").slice(0, 10)},${clock}`;
  });
  await assert.rejects(
    examined("ES.csv", session),
    /column TradeDate holds trading days, not days of the calendar: within one date the time goes from/,
  );
});

Deno.test("doctor --bars takes no number from before 2000 for a time, and says what it may be", async () => {
  const midnight = ({ openTime }: ReportRow) => openTime - MONDAY;
  const lean = table(`openTime,${OHLCV}`, COIN, midnight);
  const { code, text } = await examined("BTCUSDT.csv", lean);
  assert.equal(code, 1);
  assert.doesNotMatch(text, /1970-01-01/);
  assert.match(text, /180 rows have no usable open time/);
  assert.match(
    text,
    /There is no bar to judge, for no time is understood: line 2: time "0" is no date: milliseconds since midnight/,
  );
  const seconds = table(`time,${OHLCV}`, COIN, (bar) => midnight(bar) / 1_000 + 36_600);
  await assert.rejects(
    verdict("BTC.csv", seconds),
    /column time holds whole numbers 60 or more apart, which may be seconds since midnight or days/,
  );
  const old = table(`time,${OHLCV}`, COIN, (bar) => (bar.openTime - 10_000 * DAY) / 1_000);
  assert.match((await verdict("BTC.csv", old))!, /is before 2000 in any unit since 1970/);
});

Deno.test("doctor --bars finds fixed-point prices by the instrument or by their digits, with the factor", async () => {
  const text = (factor: number) =>
    table(`openTime,${OHLCV}`, FUTURE, ({ openTime }) => openTime, factor);
  for (const [factor, name] of [[1e9, "1,000,000,000"], [1e4, "10,000"], [100, "100"]] as const) {
    const { code, text: page } = await examined("ES.csv", text(factor));
    assert.equal(code, 1);
    assert.ok(page.includes(`look scale: The prices are ${name} times those of ES`), page);
    assert.ok(page.includes(`(--scale ${factor}). Read so: Nothing is wrong`), page);
    const given = await examined("ES.csv", text(factor), "--scale", String(factor));
    assert.equal(given.code, 0);
    assert.doesNotMatch(given.text, /look scale/);
  }
  const unknown = await examined("bars.csv", text(1e9), "--scale", "1");
  assert.doesNotMatch(unknown.text, /scale/);
  assert.match((await examined("bars.csv", text(1e9))).text, /--scale 1000000000 says it for sure/);
  const cents = await examined("shares.csv", text(1e4));
  assert.match(
    cents.text,
    /look scale: Every price is a multiple of 100.* look at the unit of the prices \(--scale 10000\)\.$/ms,
  );
  assert.equal(cents.code, 0);
  assert.doesNotMatch((await examined("ES.csv", text(1))).text, /scale/);
  assert.doesNotMatch((await examined("BTCKRW.csv", text(1e4))).text, /look scale/);
});

Deno.test("doctor --bars recognises bars named by their end, and moves them on --stamp close", async () => {
  for (const minutes of [1, 5, 15, 30, 60]) {
    const step = minutes * MINUTE;
    const bars = FUTURE.filter(({ openTime }) => openTime % step === 0);
    const ends = table(`openTime,${OHLCV}`, bars, ({ openTime }) => openTime + step);
    const { code, text } = await examined("ES.csv", ends);
    assert.equal(code, 1, `${minutes}`);
    assert.match(
      text,
      /look stamp: .* there is a bar at \d of \d closes of the market, and at none/,
    );
    assert.match(text, /It is the stamp: .*\(--stamp close\)\. Read so: Nothing is wrong/);
    const given = await examined("ES.csv", ends, "--stamp", "close");
    assert.equal(given.code, 0);
    assert.match(given.text, /2026-01-26 00:00:00 UTC to .*times of the end of each bar moved/s);
    const kept = await examined("ES.csv", ends, "--stamp", "open");
    assert.doesNotMatch(kept.text, /look stamp/);
    const opens = await examined("ES.csv", table(`openTime,${OHLCV}`, bars, (bar) => bar.openTime));
    assert.match(opens.text, /Nothing is wrong/);
  }
  const before = table(`t,${OHLCV}`, COIN, ({ openTime }) => openTime + MINUTE - 1);
  assert.match(
    (await verdict("BTC.csv", before))!,
    /^It is the stamp: .*Nothing is wrong: 180 bars/,
  );
  const named = table(`close_time,${OHLCV}`, COIN, ({ openTime }) => openTime + MINUTE);
  const page = await examined("BTC.csv", named);
  assert.match(page.text, /the column is named close_time\. They are moved to its open here/);
  assert.match(page.text, /2026-01-26 00:00:00 UTC to 2026-01-26 03:00:00 UTC/);
  const local = table(
    `time,${OHLCV}`,
    FUTURE,
    ({ openTime }) => localText(openTime + MINUTE, "America/New_York"),
  );
  const zoned = await verdict("ES.csv", local, "--zone", "America/New_York");
  assert.match(zoned!, /^It is the stamp/);
});

Deno.test("doctor --bars learns from hours that begin at 09:31 that bars are named by their end", async () => {
  const shares = cleanBars(MONDAY, MONDAY + 12 * DAY, alwaysOpen).filter(({ openTime }) => {
    const day = new Date(openTime).getUTCDay(), minute = (openTime % DAY) / MINUTE;
    return day >= 1 && day <= 5 && minute >= 14 * 60 + 30 && minute < 21 * 60;
  });
  const at = (shift: number) =>
    table(`openTime,${OHLCV}`, shares, ({ openTime }) => openTime + shift);
  assert.match((await verdict("spy.csv", at(MINUTE)))!, /^It is the stamp/);
  assert.match((await verdict("spy.csv", at(0)))!, /^Nothing is wrong/);
});

Deno.test("doctor --bars reads Binance's change of unit within a file, and blames a mixture", async () => {
  const change = (bars: readonly ReportRow[], at: number) =>
    table("", bars, ({ openTime }) => bars[at]!.openTime > openTime ? openTime : openTime * 1_000)
      .slice(1);
  const { code, text } = await examined("BTCUSDT.csv", change(COIN, 90));
  assert.equal(code, 0);
  assert.match(
    text,
    /the times are epoch ms, from line 91 on epoch microseconds, and all are read/,
  );
  assert.ok(text.includes(NOTHING));
  const mixed = table(
    `openTime,${OHLCV}`,
    COIN,
    ({ openTime }) => openTime % (7 * MINUTE) === 0 ? openTime / 1_000 : openTime,
  );
  assert.match((await verdict("BTCUSDT.csv", mixed))!, /\d+ times in another form/);
  const joined = [...COIN.slice(60), ...COIN.slice(0, 30), ...COIN.slice(30, 60)];
  const blocks = table(
    `openTime,${OHLCV}`,
    joined,
    ({ openTime }) => openTime >= COIN[30]!.openTime ? openTime * 1_000 : openTime,
  );
  const page = await examined("BTCUSDT.csv", blocks);
  assert.match(
    page.text,
    /the times are epoch microseconds, from line 122 on epoch ms, from line 152 on/,
  );
  assert.doesNotMatch(page.text, /bad {2}mixed/);
  const header = table(`open_time,${OHLCV},close_time`, COIN, ({ openTime }) => openTime * 1_000);
  assert.match(
    (await verdict("BTCUSDT.csv", header.replaceAll(/(\d)$/gm, "$1,0")))!,
    /Nothing is wrong/,
  );
});

Deno.test("doctor --bars takes minutes without prices for missing, remarks below the table for remarks", async () => {
  const nan = COIN.map((bar, row) => row % 30 === 7 ? { ...bar, open: NaN } : bar);
  for (const word of ["NaN", "", "null", "N/A", "#NV", "-"]) {
    const text = table(`Timestamp,${OHLCV}`, nan, ({ openTime }) => openTime / 1_000)
      .split("\n").map((line) =>
        line.includes("NaN") ? `${line.split(",")[0]}${`,${word}`.repeat(5)}` : line
      )
      .join("\n");
    const found = await examined("BTCUSD.csv", text);
    assert.equal(found.code, 0, word);
    assert.match(found.text, /6 rows without prices taken for missing bars/);
    assert.match(found.text, /6 bars \(3\.3 %\) are missing/);
  }
  const half = table(`Timestamp,${OHLCV}`, nan, ({ openTime }) => openTime);
  assert.match((await examined("BTCUSD.csv", half)).text, /6 rows have a price that is zero/);
  const remark = '"Downloaded from Barchart.com as of 01-27-2026 09:16am CST"';
  const barchart = table("Time,Open,High,Low,Latest,Volume", COIN, (bar) => parts(bar).join(" "));
  const page = await examined("BTCUSD.csv", `${barchart}${remark}\n`);
  assert.match(
    page.text,
    /1 line below the table passed over: "Downloaded from Barchart\.com as of/,
  );
  assert.ok(page.text.includes(NOTHING));
  const lines = barchart.split("\n");
  const within = lines.toSpliced(9, 0, remark).join("\n");
  assert.match((await examined("BTCUSD.csv", within)).text, /1 row has other cells than a bar/);
});

Deno.test("doctor --bars prefers the open of a bar to its end, in the columns of those that name both", async () => {
  const iso = (time: number) => new Date(time).toISOString();
  const daily = COIN.slice(0, 30).map((bar, day) => ({
    ...bar,
    openTime: MONDAY - (40 - day) * DAY,
  }));
  const marketCap = table(
    `timeOpen,timeClose,timeHigh,timestamp,${OHLCV}`,
    daily,
    ({ openTime }) =>
      [openTime, openTime + DAY - 1, openTime + HOUR, openTime + DAY - 1].map(iso).join(","),
  );
  const found = await examined("BTC.csv", marketCap);
  assert.match(found.text, /2025-12-17 00:00:00 UTC to 2026-01-16 00:00:00 UTC, a bar each 1 day/);
  assert.equal(found.code, 0);
  const coinApi = table(
    `time_period_start,time_period_end,time_open,time_close,price_open,price_high,price_low,price_close,volume_traded`,
    COIN,
    ({ openTime }) =>
      [openTime, openTime + MINUTE, openTime + 999, openTime + 59_000].map(iso).join(","),
  );
  assert.equal(await verdict("BTC.csv", coinApi), NOTHING);
});

Deno.test("doctor --bars asks for the order of dates that nothing shows, and takes --dates", async () => {
  const bars = COIN.map((bar) => ({ ...bar, openTime: bar.openTime + 8 * DAY }));
  const text = table(`Time,${OHLCV}`, bars, (bar) => {
    const [date, clock] = parts(bar);
    return `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)} ${clock}`;
  });
  await assert.rejects(
    examined("BTC.csv", text),
    /02\/03\/2026 00:00:00 may begin with the day or the month, .* Say it with --dates dmy\|mdy/,
  );
  const month = await examined("BTC.csv", text, "--dates", "mdy");
  assert.match(month.text, /2026-02-03 00:00:00 UTC to .*dates with the month first.*Nothing/s);
  const day = await examined("BTC.csv", text, "--dates", "dmy");
  assert.match(day.text, /2026-03-02 00:00:00 UTC to .*dates with the day first.*Nothing/s);
  await assert.rejects(
    examined("BTC.csv", text, "--dates", "us"),
    /--dates must be dmy or mdy or ymd/,
  );
  await assert.rejects(
    examined("BTC.csv", text, "--scale", "0"),
    /--scale must be a number above 0/,
  );
  await assert.rejects(
    examined("BTC.csv", text, "--stamp", "end"),
    /--stamp must be open or close/,
  );
  const { terminal } = fakeTerminal();
  await assert.rejects(doctor(["--dates", "dmy"], terminal), /--dates needs --bars FILE: it says/);
});

Deno.test("doctor --bars divides a coin's prices by the factor that leaves its usual price", async () => {
  const iso = ({ openTime }: ReportRow) => new Date(openTime).toISOString();
  for (
    const [symbol, usual, factor] of [
      ["BTCUSDT", 90_000, 1e8],
      ["ETHUSDT", 3_400, 1e6],
      ["ETHUSDT", 3_400, 100],
      ["SOLUSDT", 140, 100],
      ["XRPUSDT", 2.2, 1e4],
      ["NQ", 25_000, 100],
    ] as const
  ) {
    const bars = COIN.map((bar) => scaled(bar, usual / COIN[0]!.open / 20));
    const by = usual / bars[0]!.open * factor;
    const found = await examined(`${symbol}.csv`, table(`time,${OHLCV}`, bars, iso, by));
    const scale = factor.toLocaleString("en-US");
    assert.ok(found.text.includes(`The prices are ${scale} times those of ${symbol}`), found.text);
  }
});

Deno.test("doctor --bars takes no seconds since midnight for days of a spreadsheet, few as fit", async () => {
  const text = table(`time,${OHLCV}`, COIN, ({ openTime }) => 50_400 + (openTime - MONDAY) / 1_000);
  await assert.rejects(examined("BTC.csv", text), /may be seconds since midnight/);
});

Deno.test("doctor --bars settles in which of the two hours of autumn a file begins", async () => {
  const second = Date.UTC(2025, 10, 2, 6);
  for (const stepMs of [MINUTE, 5 * MINUTE, HOUR]) {
    for (const from of [second, second + Math.min(stepMs * 4, HOUR - stepMs), second - HOUR]) {
      const bars = COIN.slice(0, 100).map((bar, row) => ({
        ...bar,
        openTime: from + row * stepMs,
      }));
      const text = table(
        `time,${OHLCV}`,
        bars,
        (bar) => localText(bar.openTime, "America/New_York"),
      );
      const found = await examined("BTC.csv", text, "--zone", "America/New_York");
      const begin = new Date(from).toISOString().slice(0, 16).replace("T", " ");
      assert.ok(found.text.includes(`     ${begin}:00 UTC to`), found.text);
      assert.ok(found.text.includes("Nothing is wrong: 100 bars, none missing."), found.text);
    }
  }
});

Deno.test("doctor --bars reads the short names of American zones", async () => {
  const bars = COIN.map((bar) => ({ ...bar, openTime: bar.openTime + 12 * HOUR }));
  for (const [name, zone] of [["ET", "America/New_York"], ["CT", "America/Chicago"]] as const) {
    const text = table(`Date,${OHLCV}`, bars, (bar) => `${localText(bar.openTime, zone)} ${name}`);
    const found = await examined("BTCUSDT.csv", text);
    assert.match(found.text, /2026-01-26 12:00:00 UTC to/, name);
    assert.ok(found.text.includes(NOTHING), found.text);
  }
});

Deno.test("doctor --bars judges the other files where one cannot be read, and exits with 1", async () => {
  const whole = table(`time,${OHLCV}`, COIN, ({ openTime }) => openTime);
  const files = {
    ...systemFiles,
    readText: (path: string) =>
      path === "gone.csv" ? Promise.reject(new Error("no such file")) : Promise.resolve(
        path === "text.csv" ? "<html>\n</html>\n" : whole,
      ),
  };
  const { terminal, out } = fakeTerminal();
  const names = ["gone.csv", "BTC.csv", "text.csv", "ETH.csv"];
  const code = await doctor(names.flatMap((name) => ["--bars", name]), terminal, { files });
  assert.equal(code, 1);
  assert.match(
    out(),
    /gone\.csv: not examined\nbad {2}file: gone\.csv cannot be read: no such file/,
  );
  assert.match(out(), /BTC\.csv: 180 rows.*text\.csv: not examined\nbad .*ETH\.csv: 180 rows/s);
  await assert.rejects(
    doctor(["--bars", "gone.csv"], fakeTerminal().terminal, { files }),
    /cannot/,
  );
});
