import assert from "node:assert/strict";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { OpeningText } from "../../lib/market/opening_text.ts";
import { MarketError } from "../../lib/model/errors.ts";

Deno.test("an opening is told venue by venue, with the reason of one that fails", () => {
  const opening = new OpeningText();
  assert.equal(opening.text, "The market is opening.");
  const move = (venue: string, to: string) =>
    opening.take({ kind: "transition", venue, to } as MarketEvent);
  move("binance", "connecting");
  move("ibkr", "handshake");
  move("binance", "live");
  assert.equal(opening.text, "The market is opening. Binance: live; IBKR: handshake");
  const error = new MarketError("tws-refused", "retry", "TWS does not answer at 127.0.0.1:7497.");
  opening.take({ kind: "failure", venue: "ibkr", error, receivedAt: 0 } as MarketEvent);
  assert.equal(
    opening.text,
    "The market is opening. Binance: live; IBKR: TWS does not answer at 127.0.0.1:7497.",
  );
});
