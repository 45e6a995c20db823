import assert from "node:assert/strict";
import { isVenueSymbol } from "../../lib/model/venue_symbol.ts";

Deno.test("isVenueSymbol takes what venues list, in any script", () => {
  const listed = [
    "BTCUSDT",
    "1000PEPEUSDT",
    "1INCHUSDT",
    "0GUSDT",
    "A",
    "币安人生USDT",
    "我踏马来了USDT",
    "БТЦUSDT",
    "ÖLUSDT",
    "カードUSDT",
    "비트USDT",
    "हिंदीUSDT",
    "BTCUSDT_260327",
    "A".repeat(50),
    "币".repeat(50),
    "𠀀".repeat(50),
  ];
  for (const symbol of listed) assert.ok(isVenueSymbol(symbol), symbol);
});

Deno.test("isVenueSymbol refuses what cannot stand in an address, a file's name or a line of text", () => {
  const inside = [
    ..."/\\ ?&=#%@:;.,*<>|\"'`$~^+-()[]{}!\n\r\t\0",
    ...["\u0085", "\u009b", "\u001b", "\u007f", "\u00a0", "\u2028", "\u3000", "\ufeff"],
    ...["\u200b", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c"],
    ...["\u3164", "\u115f", "\uffa0", "\u034f", "\ufe0f", "\u{e0041}", "\ud800", "\ue000", "🚀"],
  ];
  for (const sign of inside) {
    assert.ok(!isVenueSymbol(`BTC${sign}USDT`), JSON.stringify(sign));
    assert.ok(!isVenueSymbol(`${sign}USDT`), JSON.stringify(sign));
  }
  const whole = [
    "",
    "btcusdt",
    "BTCusdt",
    "ßUSDT",
    "_BTC",
    "BTC_",
    "BTC__USDT",
    "\u0301USDT",
    "E\u0301USDT",
    "ＢＴＣ".toLowerCase(),
    "..",
    "../BTCUSDT",
    "A".repeat(51),
    "𠀀".repeat(51),
    "A".repeat(1_000_000),
  ];
  for (const text of whole) assert.ok(!isVenueSymbol(text), JSON.stringify(text.slice(0, 60)));
});
