import assert from "node:assert/strict";
import { resample } from "../../lib/bars/rebar.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { decodeBinanceFrame } from "../../lib/wire/binance_stream.ts";
import { hasShared, readShared } from "../sync/grids.ts";
import { sharedLines } from "./shared_lines.ts";

const BARS = "overlap/w2_2024_binance_spot_BTCUSDT_1m.csv.gz";
/** Minutes that lie whole within the recording. */
const FROM = Date.UTC(2024, 7, 8, 23, 55);
const TO = Date.UTC(2024, 7, 9, 0, 5);

Deno.test("decodeBinanceFrame and resample rebuild the exchange's minutes from 19,904 captured messages", async () => {
  const lines = await sharedLines("binance_spot_btcusdt_trade_20240808_2354");
  if (lines === undefined || !hasShared(BARS)) return;
  const trades = lines.map(({ raw }) => {
    const message = decodeBinanceFrame(JSON.stringify(raw));
    assert.ok(message.kind === "trade");
    return message;
  });
  assert.equal(trades.length, 19_904);
  trades.forEach(({ id }, i) => assert.equal(id, trades[0]!.id + i, "the recording has a hole"));
  const ours = resample({
    time: trades.map(({ tradeTime }) => tradeTime),
    price: trades.map(({ price }) => price),
    size: trades.map(({ size }) => size),
  }, { stepMs: MINUTE });
  const theirs = readShared(BARS)
    .filter((row) => Number(row.open_time_ms) >= FROM && Number(row.open_time_ms) < TO);
  assert.equal(theirs.length, (TO - FROM) / MINUTE);
  for (const row of theirs) {
    const i = ours.openTime.indexOf(Number(row.open_time_ms));
    for (const name of ["open", "high", "low", "close", "volume"] as const) {
      assert.equal(ours[name][i], Number(row[name]), `${name} at ${row.open_time_ms}`);
    }
  }
});
