import assert from "node:assert/strict";
import { assetsOf, STABLECOINS } from "../../lib/model/instrument.ts";

const crypto = (id: string, currency = "") => ({ id, kind: "crypto" as const, currency });

Deno.test("assetsOf parts a crypto symbol where its quote currency begins, the longest that fits", () => {
  assert.deepEqual(assetsOf(crypto("BTCUSDT", "USDT")), { base: "BTC", quote: "USDT" });
  assert.deepEqual(assetsOf(crypto("ETHBTC", "USDT")), { base: "ETH", quote: "BTC" });
  for (const quote of STABLECOINS) {
    assert.deepEqual(assetsOf(crypto(`SOL${quote}`)), { base: "SOL", quote });
  }
});

Deno.test("assetsOf knows no quote of a future, nor of a symbol that is no more than a currency", () => {
  assert.deepEqual(assetsOf({ id: "BTC", kind: "future", currency: "USD" }), { base: "BTC" });
  assert.deepEqual(assetsOf({ id: "6EUSD", kind: "future", currency: "USD" }), { base: "6EUSD" });
  assert.deepEqual(assetsOf(crypto("USDT", "USDT")), { base: "USDT" });
  assert.deepEqual(assetsOf(crypto("XYZ", "ABC")), { base: "XYZ" });
});
