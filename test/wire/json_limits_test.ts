/** No message of a WebSocket or REST venue is read that is longer, or has more rows, than its kind. */
import assert from "node:assert/strict";
import { decodeBinanceError } from "../../lib/wire/binance_error.ts";
import { decodeKlineRows, decodeServerTime } from "../../lib/wire/binance_kline.ts";
import { decodeBinanceFrame } from "../../lib/wire/binance_stream.ts";
import { decodeTradeRows } from "../../lib/wire/binance_trade.ts";
import { decodeDeribitFrame } from "../../lib/wire/deribit_frame.ts";
import { decodeVolatilityPage } from "../../lib/wire/deribit_result.ts";
import { MAX_ROWS } from "../../lib/wire/json_fields.ts";

const T = 1_764_770_400_000;
const padded = (text: string, length: number) => text + " ".repeat(length - text.length);
const kline = (
  i: number,
) => [T + i * 60_000, "1", "1", "1", "1", "1", T + i * 60_000 + 59_999, "1", 1];
const trade = (i: number) => ({ a: i, p: "1", q: "1", f: i, l: i, T, m: true });

Deno.test("a stream frame, an error or a time longer than 64 kB is not read", () => {
  const ack = '{"result":null,"id":1}';
  assert.equal(decodeBinanceFrame(padded(ack, 65_536)).kind, "reply");
  assert.deepEqual(decodeBinanceFrame(padded(ack, 65_537)), {
    kind: "rejected",
    reason: "longer than any frame",
  });
  assert.equal(decodeServerTime(padded(`{"serverTime":${T}}`, 65_536)), T);
  assert.equal(decodeServerTime(padded(`{"serverTime":${T}}`, 65_537)), undefined);
  const error = '{"code":-1121,"msg":"Invalid symbol."}';
  assert.equal(decodeBinanceError(padded(error, 65_536))?.code, -1121);
  assert.equal(decodeBinanceError(padded(error, 65_537)), undefined);
  const heartbeat = '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}';
  assert.equal(decodeDeribitFrame(padded(heartbeat, 1_000_000)).kind, "heartbeat");
  assert.equal(decodeDeribitFrame(padded(heartbeat, 1_000_001)).kind, "rejected");
});

Deno.test("a page of more rows than any venue sends is no answer", () => {
  const rows = <T>(make: (i: number) => T, count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, i) => make(i)));
  assert.equal(decodeKlineRows(rows(kline, 1_500))?.rows.length, 1_500);
  assert.equal(decodeKlineRows(rows(kline, 65_000)), undefined);
  assert.equal(decodeKlineRows(rows(() => 0, MAX_ROWS + 1)), undefined);
  assert.equal(decodeTradeRows(rows(trade, 1_000), "aggregate")?.length, 1_000);
  assert.equal(decodeTradeRows(rows(trade, MAX_ROWS + 1), "aggregate"), undefined);
  const page = (count: number) => ({
    data: Array.from({ length: count }, (_, i) => [T + i, 41, 42, 40, 41]),
  });
  assert.equal(decodeVolatilityPage(page(1_000))?.rows.length, 1_000);
  assert.equal(decodeVolatilityPage(page(MAX_ROWS + 1)), undefined);
});
