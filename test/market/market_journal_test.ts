import assert from "node:assert/strict";
import { MarketJournal } from "../../lib/market/market_journal.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { MINUTE } from "../../lib/model/time.ts";

const NOON = Date.UTC(2025, 11, 3, 12);
const receivedAt = NOON + 5;

Deno.test("MarketJournal tells connections, gaps and heals, and neither bars nor trades", () => {
  const journal = new MarketJournal();
  const instrument = "ES";
  journal.take({ kind: "trade", instrument, time: NOON, price: 1, size: 1, receivedAt });
  journal.take({
    ...{ kind: "transition", venue: "ibkr", from: "live", to: "recovering" },
    ...{ reason: "the socket closed", time: NOON, receivedAt },
  });
  const span = { instrument, from: NOON, to: NOON + 2 * MINUTE, receivedAt };
  journal.take({ kind: "gap", reason: "no connection", ...span });
  journal.take({ kind: "heal", filled: 1, absent: 1, ...span });
  assert.deepEqual(journal.entries, [
    {
      ...{ receivedAt, source: "ibkr", level: "warning" },
      text: "live → recovering: the socket closed",
    },
    {
      ...{ receivedAt, source: "ES", level: "warning" },
      text: "gap 2025-12-03 12:00:00 UTC to 2025-12-03 12:02:00 UTC: no connection",
    },
    {
      ...{ receivedAt, source: "ES", level: "info" },
      text:
        "history 2025-12-03 12:00:00 UTC to 2025-12-03 12:02:00 UTC: 1 filled, 1 the venue has not",
    },
  ]);
});

Deno.test("MarketJournal does not repeat a failure's sentence in the change of state that follows", () => {
  const journal = new MarketJournal();
  const error = new MarketError("refused", "retry", "The host refused.");
  journal.take({ kind: "failure", venue: "binance", error, receivedAt });
  journal.take({
    ...{ kind: "transition", venue: "binance", from: "live", to: "recovering" },
    ...{ reason: "The host refused.", time: NOON, receivedAt },
  });
  assert.deepEqual(journal.entries.map((entry) => entry.text), [
    "The host refused.",
    "live → recovering",
  ]);
});

Deno.test("MarketJournal keeps the newest contract of each future", () => {
  const journal = new MarketJournal();
  const rollAt = Date.UTC(2025, 11, 14, 23);
  const choice = { instrument: "ES", contract: "ESZ5", expiry: "20251219", rollAt, receivedAt };
  journal.take({ kind: "contract", ...choice });
  journal.take({ kind: "contract", ...choice, contract: "ESH6", expiry: "20260320" });
  assert.deepEqual(journal.contracts.map(({ contract }) => contract), ["ESH6"]);
  assert.equal(
    journal.entries[0]!.text,
    "streams ESZ5, last trade 2025-12-19, rolls 2025-12-14 23:00:00 UTC",
  );
});

Deno.test("MarketJournal keeps 500 entries at most, the newest", () => {
  const journal = new MarketJournal();
  for (let i = 0; i < 600; i++) {
    const error = new MarketError("down", "retry", `failure ${i}`);
    journal.take({ kind: "failure", venue: "binance", error, receivedAt });
  }
  assert.equal(journal.entries.length, 500);
  assert.equal(journal.entries[0]!.text, "failure 100");
  assert.equal(journal.entries.at(-1)!.text, "failure 599");
});
