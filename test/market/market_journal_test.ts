import assert from "node:assert/strict";
import { MarketJournal } from "../../lib/market/market_journal.ts";
import { MarketError } from "../../lib/model/errors.ts";
import type { ConnectionState } from "../../lib/model/feed_event.ts";
import { MINUTE } from "../../lib/model/time.ts";

const NOON = Date.UTC(2025, 11, 3, 12);
const receivedAt = NOON + 5;

Deno.test("MarketJournal tells connections, gaps and heals, and neither bars nor trades", () => {
  const journal = new MarketJournal();
  const instrument = "ES";
  journal.take({ kind: "trade", instrument, id: 1, time: NOON, price: 1, size: 1, receivedAt });
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

/** One attempt of a venue that is down, as a feed tells it. */
function failedAttempt(journal: MarketJournal, n: number, message: string): void {
  const at = NOON + 10_000 * n;
  const step = (from: ConnectionState, to: ConnectionState, reason: string) =>
    journal.take({
      ...{ kind: "transition", venue: "ibkr", from, to, reason, time: NOON, receivedAt: at },
    });
  if (n > 1) step("recovering", "connecting", `attempt ${n - 1}`);
  const error = new MarketError("refused", "retry", message);
  journal.take({ kind: "failure", venue: "ibkr", error, receivedAt: at });
  step(n > 1 ? "connecting" : "live", "recovering", message);
}

Deno.test("MarketJournal tells a night of failed attempts once, with their count, and what ended them", () => {
  const journal = new MarketJournal();
  failedAttempt(journal, 1, "The connection was lost.");
  for (let n = 2; n <= 400; n++) failedAttempt(journal, n, "The host refused.");
  const step = (from: ConnectionState, to: ConnectionState, reason: string) =>
    journal.take({ kind: "transition", venue: "ibkr", from, to, reason, time: NOON, receivedAt });
  step("recovering", "connecting", "attempt 400");
  step("connecting", "live", "data flows");
  assert.deepEqual(journal.entries.map(({ text }) => text), [
    "The connection was lost.",
    "live → recovering",
    "recovering → connecting: attempt 1",
    "The host refused. (399 times since 12:00:20 UTC)",
    "connecting → recovering",
    "recovering → connecting: attempt 400",
    "connecting → live: data flows",
  ]);
  failedAttempt(journal, 1, "The host refused.");
  assert.equal(journal.entries.at(-2)!.text, "The host refused.", "after data it is news again");
});

Deno.test("MarketJournal does not take another failure, nor another venue's, for the same", () => {
  const journal = new MarketJournal();
  for (const [n, text] of [[1, "a"], [2, "b"], [3, "a"]] as const) failedAttempt(journal, n, text);
  const error = new MarketError("refused", "retry", "a");
  journal.take({ kind: "failure", venue: "binance", error, receivedAt });
  assert.deepEqual(
    journal.entries.filter(({ text }) => text.length === 1).map(({ source, text }) =>
      source + text
    ),
    ["ibkra", "ibkrb", "ibkra", "binancea"],
  );
});

Deno.test("MarketJournal makes one gap and one heal of what is told a minute later", () => {
  const journal = new MarketJournal();
  const tell = (from: number, to: number, instrument = "ES", reason = "no connection") => {
    const span = { instrument, from: NOON + from * MINUTE, to: NOON + to * MINUTE, receivedAt };
    journal.take({ kind: "gap", reason, ...span });
    journal.take({ kind: "heal", filled: to - from, absent: 0, ...span });
  };
  tell(0, 5);
  tell(0, 5, "NQ");
  tell(5, 6);
  tell(6, 7, "ES", "another reason");
  tell(9, 10);
  const minute = (n: number) => `2025-12-03 12:${String(n).padStart(2, "0")}:00 UTC`;
  assert.deepEqual(
    journal.entries.filter(({ source }) => source === "ES").map(({ text }) => text),
    [
      `gap ${minute(0)} to ${minute(6)}: no connection`,
      `history ${minute(0)} to ${minute(7)}: 7 filled`,
      `gap ${minute(6)} to ${minute(7)}: another reason`,
      `gap ${minute(9)} to ${minute(10)}: no connection`,
      `history ${minute(9)} to ${minute(10)}: 1 filled`,
    ],
  );
  assert.equal(journal.entries.filter(({ source }) => source === "NQ").length, 2);
});

Deno.test("MarketJournal tells contract and label when they change, not with each connection", () => {
  const journal = new MarketJournal();
  const choice = {
    instrument: "ES",
    contract: "ESZ5",
    expiry: "20251219",
    rollAt: NOON,
    receivedAt,
  };
  for (let i = 0; i < 3; i++) journal.take({ kind: "contract", ...choice });
  const label = (source: "live" | "delayed" | "simulated") =>
    journal.take({ kind: "label", instrument: "ES", source, receivedAt });
  label("simulated");
  label("delayed");
  label("delayed");
  label("live");
  assert.deepEqual(journal.entries.map(({ text }) => text.slice(0, 32)), [
    "streams ESZ5, last trade 2025-12",
    "the venue now sends delayed data",
    "the venue now sends live data",
  ]);
});
