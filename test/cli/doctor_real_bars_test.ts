import assert from "node:assert/strict";
import { examineBars } from "../../lib/cli/doctor_bars.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { sharedData } from "../support/shared_data.ts";

const NOW = Date.UTC(2026, 9, 1);
const STEPS = ["1min", "5min", "30min", "1hour", "1day"];
const NOTHING = /\n\nNothing is wrong: [\d,]+ bars, none missing\.\n$/;
const THIN = /\n\nIt is most likely the market: /;
const UNKNOWN = /\n\nNothing is wrong with the 11 bars; whether any is missing is unknown\.\n$/;
const GAPS = /\n\n\d+ bars? .* ask the venue's history/;
const LOOK = /\n\nEvery bar is there; look at /;

/** Clean bars of real markets and what the doctor's last sentence on each must be. */
const CLEAN: readonly (readonly [name: string, verdict: RegExp])[] = [
  ["btc/binance_spot_BTCUSDT_1m_20250601_20250701", NOTHING],
  ["btc/binance_spot_BTCUSDT_1m_2021-04-25_outage", GAPS],
  ["btc/kraken_BTCUSDC_1m_sparse_2023Q1", THIN],
  ["es/databento_ESH6_1m_20260109T2055", NOTHING],
  ["es/databento_MES_1m_2023-10-27_dst_end", GAPS],
  ["es/databento_MES_1m_2023-11-20_thanksgiving", THIN],
  ["es/databento_MES_1m_2023-12-21_xmas_newyear", THIN],
  ["es/databento_MES_1m_2024-03-27_good_friday", GAPS],
  ["es/frd_ES_1min_20260301_20260316", NOTHING],
  ["lean/lean_ESZ3_trade_1m_20131006_20131011", /keep other hours than CME Globex/],
  ["lean/lean_SPY_trade_1m_20131007_20131011", THIN],
  ["lean/lean_binance_BTCBUSD_1m_20221213", NOTHING],
  ["overlap/w1_2023-03_frd_ES_1min", NOTHING],
  ["overlap/w1_2023-03_frd_SPX_1min", NOTHING],
  ["overlap/w1_2023_binance_spot_BTCUSDT_1m", /It is the market: .* the venue had halted/],
  ["overlap/w2_2024_binance_spot_BTCUSDT_1m", NOTHING],
  ...["BTC", "ES", "SPY", "QQQ", "SPX"].flatMap((symbol) =>
    STEPS.map((step) => [`overlap/w3_2026_frd_${symbol}_${step}`, verdictOf(symbol, step)] as const)
  ),
  ["overlap/w4_2023-03_binanceus_BTCUSDT_1m", NOTHING],
  ["overlap/w4_2023-03_binanceus_BTCUSDC_1m", LOOK],
];

function verdictOf(symbol: string, step: string): RegExp {
  if (symbol === "BTC" && step === "1min") return /always the minute of 23:59 UTC/;
  if (symbol === "BTC" || symbol === "ES") return NOTHING;
  if (step === "1day") return UNKNOWN;
  if (symbol === "SPX") return step === "1min" ? LOOK : NOTHING;
  return step === "1min" ? THIN : symbol === "SPY" && step === "5min" ? GAPS : NOTHING;
}

Deno.test("doctor --bars damns no real file that is whole, and says of each what is true", async () => {
  for (const [name, verdict] of CLEAN) {
    const path = sharedData(`${name}.csv.gz`);
    if (path === undefined) return;
    const { text, isDamaged } = await examineBars({
      ...{ paths: [path], symbol: undefined, zone: undefined, files: systemFiles, now: NOW },
    });
    assert.match(text, verdict, name);
    assert.doesNotMatch(text, /^bad /m, name);
    assert.equal(isDamaged, name.endsWith("BTC_1min"), name);
  }
});

Deno.test("doctor --bars says of real files that are no bars which columns they lack", async () => {
  const names = [
    [
      "btc/binance_spot_BTCUSDT_trades_20240808T2354",
      /trade_time_ms, .* no column .*open, high, low/,
    ],
    ["lean/lean_ESZ3_quote_1m_20131007", /bid_open, .* no column open, high, low, close/],
    [
      "published/statsmodels_johansen_jplv_173x8",
      /283, 99, 565, .* no column openTime or timestamp/,
    ],
  ] as const;
  for (const [name, message] of names) {
    const path = sharedData(`${name}.csv.gz`);
    if (path === undefined) return;
    const given = {
      paths: [path],
      symbol: undefined,
      zone: undefined,
      files: systemFiles,
      now: NOW,
    };
    await assert.rejects(examineBars(given), message);
  }
});
