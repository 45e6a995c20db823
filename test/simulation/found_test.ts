/** Defects the harness has found, each as the shortest run that shows it. */
import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { USUAL } from "./mode.ts";
import { retryAfterOf } from "../../lib/runtime/http.ts";
import { faultsAt } from "./scenarios.ts";
import { type Outcome, simulate } from "./world.ts";

function assertSound({ verdict }: Outcome): void {
  assert.deepEqual(verdict.findings.map(({ property, text }) => `${property}: ${text}`), []);
}

Deno.test("createIbkrFeed gives minutes up only after the history service has repeated that it has none", async () => {
  const faults = faultsAt(
    [20, { who: "ibkr", action: { kind: "history-no-data", count: 1 } }],
    [21, { who: "client", action: { kind: "suspend", durationMs: 10 * MINUTE } }],
  );
  assertSound(await simulate({ seed: 1, mode: USUAL, hours: 1, faults }));
});

Deno.test("createIbkrFeed notices dead streams after the nearest month has expired", async () => {
  const start = Date.UTC(2025, 11, 19, 14);
  const faults = faultsAt([40, { who: "ibkr", action: { kind: "dead-streams" } }]);
  const outcome = await simulate({ seed: 1, mode: USUAL, start, hours: 1, faults });
  assertSound(outcome);
  const [detectedMs] = outcome.verdict.times.detect;
  assert.ok(detectedMs !== undefined && detectedMs <= 31 * SECOND, `${detectedMs} ms`);
});

Deno.test("createIbkrFeed is live 90 s after a long restart, though its client id is still in use", async () => {
  const restart = { kind: "restart", durationMs: 18.5 * MINUTE } as const;
  const faults = faultsAt([40, { who: "ibkr", action: restart }]);
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    assertSound(await simulate({ seed, mode: USUAL, hours: 1, faults }));
  }
});

Deno.test("createIbkrFeed with roll: volume is not decided by date when the connection breaks after its question", async () => {
  // Monday: by date the next quarter is in front, by volume it is not before Tuesday's open.
  const start = Date.UTC(2025, 11, 15, 1);
  const mode = { ...USUAL, roll: "volume" } as const;
  const drops = [0.3, 0.35, 0.4, 0.45, 0.5].map((second) =>
    [second / 60, { who: "ibkr", action: { kind: "drop" } }] as const
  );
  const faults = faultsAt(...drops, [0.1, {
    who: "ibkr",
    action: { kind: "history-error", count: 2 },
  }]);
  assertSound(await simulate({ seed: 1, mode, start, hours: 1, faults }));
});

Deno.test("createIbkrFeed in delayed mode raises no alarm while the first minutes after the open are still to come", async () => {
  const start = Date.UTC(2025, 11, 8, 22, 30);
  const mode = { ...USUAL, data: "delayed" } as const;
  assertSound(await simulate({ seed: 1, mode, start, hours: 1.5, faults: [] }));
});

Deno.test("createBinanceFeed notices on USD-M what falls silent as fast as on spot", async () => {
  const mode = { ...USUAL, market: "usdm" } as const;
  const mute = { kind: "mute", durationMs: MINUTE } as const;
  const faults = faultsAt(
    [10.3, { who: "binance", action: { kind: "silence", durationMs: 30 * SECOND } }],
    [20.1, { who: "binance", action: mute }],
    [30.7, { who: "binance", action: { kind: "stall", durationMs: 30 * SECOND } }],
    [40.2, { who: "binance", action: mute }],
    [50.4, { who: "binance", action: { kind: "dead-streams" } }],
  );
  // Tuesday afternoon in Chicago; a Sunday morning, when little trades.
  for (const start of [Date.UTC(2025, 11, 2, 20), Date.UTC(2025, 11, 7, 6)]) {
    const outcome = await simulate({ seed: 1, mode, start, hours: 1, faults });
    assertSound(outcome);
    const { detect } = outcome.verdict.times;
    assert.equal(detect.length, 3);
    for (const ms of detect) assert.ok(ms <= 10_500, `${ms} ms`);
  }
});

Deno.test("retryAfterOf takes no damaged header for a wait without end", () => {
  for (const header of ["1e308", "9007199254740993", "259201"]) {
    assert.equal(retryAfterOf(header), undefined, header);
  }
  assert.equal(retryAfterOf("259200"), 3 * 86_400_000);
});

Deno.test("createBinanceFeed does not expect trades that were made before it connected", async () => {
  // A Saturday evening on which nothing trades for half a minute after the first kline.
  const start = Date.UTC(2025, 11, 6, 20, 12, 22, 587);
  assertSound(await simulate({ seed: 5, mode: USUAL, start, hours: 0.25, faults: [] }));
});
