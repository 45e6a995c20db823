/** Defects the harness has found, each as the shortest run that shows it. */
import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
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
  assertSound(await simulate({ seed: 1, hours: 1, faults }));
});

Deno.test("createIbkrFeed notices dead streams after the nearest month has expired", async () => {
  const start = Date.UTC(2025, 11, 19, 14);
  const faults = faultsAt([40, { who: "ibkr", action: { kind: "dead-streams" } }]);
  const outcome = await simulate({ seed: 1, start, hours: 1, faults });
  assertSound(outcome);
  const [detectedMs] = outcome.verdict.times.detect;
  assert.ok(detectedMs !== undefined && detectedMs <= 31 * SECOND, `${detectedMs} ms`);
});

Deno.test("createIbkrFeed is live 90 s after a long restart, though its client id is still in use", async () => {
  const restart = { kind: "restart", durationMs: 18.5 * MINUTE } as const;
  const faults = faultsAt([40, { who: "ibkr", action: restart }]);
  for (const seed of [1, 2, 3, 4, 5, 6]) assertSound(await simulate({ seed, hours: 1, faults }));
});
