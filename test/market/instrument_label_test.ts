import assert from "node:assert/strict";
import { instrumentLabel } from "../../lib/market/instrument_label.ts";
import type { Instrument } from "../../lib/model/instrument.ts";

const ES: Instrument = {
  id: "ES",
  venue: "ibkr",
  kind: "future",
  exchange: "CME",
  currency: "USD",
};
const crypto = (id: string, currency: string, exchange = "spot"): Instrument => ({
  ...{ id, venue: "binance", kind: "crypto", exchange, currency },
});

Deno.test("instrumentLabel says which account a future comes through, once that is known", () => {
  assert.equal(instrumentLabel(ES), "ES Futures (CME via IBKR)");
  assert.equal(instrumentLabel(ES, { account: "paper" }), "ES Futures (CME via IBKR Paper)");
  assert.equal(instrumentLabel(ES, { account: "live" }), "ES Futures (CME via IBKR Live)");
});

Deno.test("instrumentLabel parts a spot symbol where its quote currency begins", () => {
  assert.equal(instrumentLabel(crypto("BTCUSDT", "USDT")), "BTC/USDT (Binance.com)");
  assert.equal(instrumentLabel(crypto("ETHBTC", "")), "ETH/BTC (Binance.com)");
  assert.equal(instrumentLabel(crypto("SOLFDUSD", "")), "SOL/FDUSD (Binance.com)");
  assert.equal(instrumentLabel(crypto("BTCBUSD", "")), "BTC/BUSD (Binance.com)");
  assert.equal(instrumentLabel(crypto("XYZ", "ABC")), "XYZ (Binance.com)");
  assert.equal(instrumentLabel(crypto("USDT", "USDT")), "USDT (Binance.com)");
});

Deno.test("instrumentLabel names a market of the venue other than spot", () => {
  const label = instrumentLabel(crypto("BTCUSDT", "USDT", "usdm"));
  assert.equal(label, "BTC/USDT (Binance.com USD-M)");
});
