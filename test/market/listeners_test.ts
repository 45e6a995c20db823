import assert from "node:assert/strict";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { Sink } from "../../lib/market/sink.ts";
import { compareWithTruth } from "../../lib/market/truth_check.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { silentLog } from "../../lib/runtime/log.ts";

const CONFIG = parseConfig({
  overrides: {
    source: "simulated",
    clock: { speed: 300 },
    data: { backfillHours: 1 },
    deribit: { enabled: false },
  },
});

async function until(isDone: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isDone()) {
    assert.ok(performance.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("Market streams on beside listeners and sinks that fail at every event, and its status names them", async () => {
  const lines: string[] = [];
  const kinds = new Map<string, number>(), stored: MarketEvent[] = [];
  const ended: string[] = [];
  const sinkOf = (name: string, take: Sink["take"]): Sink => ({
    name,
    take,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(void ended.push(name)),
  });
  const market = await openMarket({}, {
    config: CONFIG,
    log: () => ({ ...silentLog, error: (message) => void lines.push(message) }),
    onEvent: function thrower() {
      throw new Error("no");
    },
    sinks: [
      sinkOf("throws", () => {
        throw new Error("disk full");
      }),
      sinkOf("store", (event) => void stored.push(event)),
    ],
  });
  // deno-lint-ignore require-await
  market.onEvent(async () => {
    throw new Error("later");
  }, "async");
  market.onEvent(({ kind }) => void kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  const isLive = () => market.status().venues.every(({ state }) => state === "live");
  await until(() => (kinds.get("minute") ?? 0) >= 20 && isLive(), market.status().message);
  const { listeners, sinks, venueTime } = market.status();
  assert.deepEqual(listeners.map(({ name, message }) => [name, message]), [
    ["thrower", "no"],
    ["async", "later"],
  ]);
  assert.ok(listeners.every(({ count }) => count > 100));
  assert.deepEqual(sinks.map(({ name, dropped }) => [name, dropped]), [["throws", 0], [
    "store",
    0,
  ]]);
  assert.ok(sinks[0]!.failures > 100 && sinks[1]!.failures === 0);
  assert.equal(sinks[0]!.lastError, "disk full");
  // At this speed a busy machine may still be fetching a minute that is five venue minutes old.
  const to = venueTime - 5 * 60_000;
  await until(() => !market.hasHolesBefore(to), "a hole is not healed");
  for (const check of compareWithTruth(market, market.simulator!.truth, to)) {
    assert.deepEqual([check.lost, check.invented, check.altered], [0, 0, 0], check.instrument);
  }
  await market.close();
  assert.deepEqual(ended.sort(), ["store", "throws"]);
  assert.deepEqual(lines.filter((line) => line.includes("failed: ")).sort(), [
    "The listener async failed: later",
    "The listener thrower failed: no",
    "The sink throws failed: disk full",
  ]);
  assert.ok(
    stored.some((event) => event.kind === "transition" && event.to === "closed"),
    "what happens while it closes is delivered too",
  );
});
