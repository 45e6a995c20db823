import assert from "node:assert/strict";
import { type DataReport, reportOnBars } from "../../../lib/bars/report/data_report.ts";
import { readBarsCsv } from "../../../lib/bars/csv/read_bars_csv.ts";
import { alwaysOpen, type TradingCalendar } from "../../../lib/calendar/calendar.ts";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { HOUR } from "../../../lib/model/time.ts";
import { systemFiles } from "../../../lib/runtime/files.ts";
import { sharedData } from "../../support/shared_data.ts";

/** Report on a file of real bars; undefined where it is absent. */
async function report(
  name: string,
  calendar: TradingCalendar,
  edit: (text: string) => string = (text) => text,
): Promise<DataReport | undefined> {
  const file = sharedData(`${name}.csv.gz`);
  if (file === undefined) return undefined;
  const { columns } = readBarsCsv(edit(await systemFiles.readText(file)), { file });
  return reportOnBars(columns, { calendar });
}

/** Leaves the vendor's own wall clock as the only time. */
function withoutEpoch(text: string): string {
  return text.split("\n").map((line) => line.slice(line.indexOf(",") + 1)).join("\n");
}

function kinds({ findings }: DataReport): string[] {
  return findings.filter(({ severity }) => severity !== "note").map(({ kind, count, bars }) =>
    `${kind} ${count} ${bars}`
  );
}

const utc = (text: string) => Date.parse(`${text}Z`);

Deno.test("reportOnBars finds Binance's real stops to the minute, and nothing in a whole month without one", async () => {
  for (
    const [name, from, to] of [
      ["btc/binance_spot_BTCUSDT_1m_2021-04-25_outage", "2021-04-25T04:01", "2021-04-25T08:45"],
      ["btc/binance_spot_BTCUSDT_1m_2021-09-29_outage", "2021-09-29T07:00", "2021-09-29T09:00"],
    ] as const
  ) {
    const found = await report(name, alwaysOpen);
    if (found === undefined) continue;
    const bars = (utc(to) - utc(from)) / 60_000;
    assert.deepEqual(found.missing, [{ from: utc(from), to: utc(to), bars }]);
    assert.deepEqual(kinds(found), [`gap 1 ${bars}`]);
    assert.equal(found.verdict.cause, "unknown");
  }
  const whole = await report("btc/binance_spot_BTCUSDT_1m_20250601_20250701", alwaysOpen);
  if (whole === undefined) return;
  assert.deepEqual(kinds(whole), []);
  assert.equal(whole.zone?.zone, "UTC");
  assert.equal(whole.verdict.sentence, "Nothing is wrong: 43,199 bars, none missing.");
});

Deno.test("reportOnBars sees the halt of 24 March 2023: 72 idle bars, then 80 missing", async () => {
  const found = await report("overlap/w1_2023_binance_spot_BTCUSDT_1m", alwaysOpen);
  if (found === undefined) return;
  const [halt, back] = [utc("2023-03-24T12:40"), utc("2023-03-24T14:00")];
  assert.deepEqual(found.flatRuns, [
    { from: utc("2023-03-24T11:28"), to: halt, bars: 72, isIdle: true },
  ]);
  assert.deepEqual(found.missing, [{ from: halt, to: back, bars: 80 }]);
  assert.equal(found.verdict.cause, "market");
  assert.match(found.verdict.sentence, /the venue had halted/);
});

Deno.test("reportOnBars takes a thin market for one: 26,746 gaps of Kraken, none of them the file's", async () => {
  const found = await report("btc/kraken_BTCUSDC_1m_sparse_2023Q1", alwaysOpen);
  if (found === undefined) return;
  assert.deepEqual([found.bars, found.expected, found.missing.length], [56_717, 129_600, 26_746]);
  assert.equal(Math.max(...found.missing.map(({ bars }) => bars)), 87);
  assert.equal(found.verdict.cause, "market");
});

Deno.test("reportOnBars sees that a vendor left out the last minute of each day", async () => {
  const found = await report("overlap/w3_2026_frd_BTC_1min", alwaysOpen);
  if (found === undefined) return;
  assert.equal(found.missing.length, 12);
  assert.match(found.verdict.sentence, /always the minute of 23:59 UTC/);
});

Deno.test("reportOnBars knows real Globex hours through both changes of the clock and holidays", async () => {
  const files = [
    ["es/databento_MES_1m_2023-10-27_dst_end", 4],
    ["es/databento_MES_1m_2023-11-20_thanksgiving", 32],
    ["es/databento_MES_1m_2023-12-21_xmas_newyear", 27],
    ["es/databento_MES_1m_2024-03-27_good_friday", 4],
    ["es/frd_ES_1min_20260301_20260316", 0],
    ["overlap/w1_2023-03_frd_ES_1min", 0],
  ] as const;
  for (const [name, missing] of files) {
    const found = await report(name, globexEquityIndex);
    if (found === undefined) continue;
    assert.equal(found.findings.find(({ kind }) => kind === "off-session"), undefined, name);
    assert.equal(found.expected - found.bars, missing, name);
    // Single minutes of the night without a trade, never a break or a holiday.
    assert.ok(found.missing.every(({ bars }) => bars <= 3), name);
    assert.equal(found.zone?.zone, "UTC", name);
  }
  const roll = await report("es/databento_MES_1m_2024-03-08_dst_start_roll", globexEquityIndex);
  if (roll === undefined) return;
  assert.deepEqual(roll.missing.filter(({ bars }) => bars > 10), [
    { from: utc("2024-03-15T13:30"), to: utc("2024-03-15T21:00"), bars: 450 },
  ]);
  assert.equal(roll.findings.find(({ kind }) => kind === "roll")?.first, utc("2024-03-17T22:00"));
});

Deno.test("reportOnBars recognizes US Eastern from a vendor's own times, in summer and in winter", async () => {
  const files = [
    ["es/frd_ES_1min_20230924_20231009", 4],
    ["es/frd_ES_1min_20250420_20250505", 4],
    ["es/frd_ES_1min_20260301_20260316", 4],
    ["overlap/w1_2023-03_frd_ES_1min", 4],
    ["overlap/w3_2026_frd_ES_1min", 5],
  ] as const;
  for (const [name, hours] of files) {
    const found = await report(name, globexEquityIndex, withoutEpoch);
    if (found === undefined) continue;
    assert.equal(found.zone?.zone, "America/New_York", name);
    assert.equal(found.zone?.shiftMs, hours * HOUR, name);
    assert.ok(found.zone!.confidence > 0.99, name);
    assert.equal(found.verdict.cause, "clock");
  }
  const utcFile = await report("overlap/w3_2026_frd_BTC_1min", alwaysOpen, withoutEpoch);
  assert.equal(utcFile?.findings.find(({ kind }) => kind === "zone"), undefined);
});

Deno.test("reportOnBars never claims another zone for real bars whose times are UTC", async () => {
  const names = ["USDT", "USD", "USDC"].map((to) => `overlap/w4_2023-03_binanceus_BTC${to}_1m`);
  names.push("overlap/w2_2024_binance_spot_BTCUSDT_1m", "overlap/w2_2024_binance_spot_ETHUSDT_1m");
  for (const name of names) {
    const found = await report(name, alwaysOpen);
    assert.equal(found?.findings.find(({ kind }) => kind === "zone"), undefined, name);
  }
  const usdc = await report("overlap/w4_2023-03_binanceus_BTCUSDC_1m", alwaysOpen);
  if (usdc === undefined) return;
  assert.equal(Math.round(usdc.zeroVolumeShare * usdc.bars), 12_971);
});
