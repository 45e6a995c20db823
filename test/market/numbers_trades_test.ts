import assert from "node:assert/strict";
import { numbersTrades } from "../../lib/market/market_storage.ts";
import { fakeMarket } from "../support/fake_market.ts";

Deno.test("an instrument that is stored and not followed any more is asked about without a fault", async () => {
  const { market } = fakeMarket();
  assert.equal(numbersTrades(undefined, "BTCUSDT"), true);
  assert.equal(numbersTrades(market, "BTCUSDT"), true);
  market.unfollow("BTCUSDT");
  assert.equal(numbersTrades(market, "BTCUSDT"), false);
  await market.close();
});
