import assert from "node:assert/strict";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { type PlannedFault, simulatePairs } from "./pair_world.ts";

/** Every three minutes trades are lost at the end of a minute, while history lags by more than a minute. */
const LAGGING: readonly PlannedFault[] = Array.from({ length: 17 }, (_, i) => {
  const at = 3 * MINUTE * (i + 1) + 35 * SECOND;
  return [
    { at, action: { kind: "rest-lag", delayMs: 75 * SECOND, durationMs: 50 * SECOND } },
    { at, action: { kind: "lose-trades", count: 3 } },
  ] as const;
}).flat();

const QUICK = { venue: "coinbase", seed: 3, hours: 1 } as const;

Deno.test("Coinbase's feed loses, doubles, alters and invents no minute under seeded faults", async () => {
  const outcome = await simulatePairs(QUICK);
  assert.deepEqual(outcome.findings, []);
  assert.ok(outcome.compared > 300 && outcome.empty > 2, JSON.stringify(outcome));
  assert.ok(outcome.faults >= 3 && outcome.trades > 200, JSON.stringify(outcome));
});

Deno.test("Kraken's feed loses, doubles, alters and invents no minute under seeded faults", async () => {
  const outcome = await simulatePairs({ ...QUICK, venue: "kraken" });
  assert.deepEqual(outcome.findings, []);
  assert.ok(outcome.compared > 300 && outcome.empty > 2, JSON.stringify(outcome));
  assert.ok(outcome.faults >= 3 && outcome.trades > 200, JSON.stringify(outcome));
});

Deno.test("a history that lags proves no quiet end of a minute whose last trades were lost", async () => {
  for (const venue of ["coinbase", "kraken"] as const) {
    const outcome = await simulatePairs({ ...QUICK, venue, plan: LAGGING });
    assert.deepEqual(outcome.findings, [], venue);
    assert.ok(outcome.healedTrades >= 10, `${venue}: ${JSON.stringify(outcome)}`);
  }
});

Deno.test("the harness of pairs sees a price that was changed on the way, and trades that are believed twice", async () => {
  let turn = 0;
  const mangle = (text: string) =>
    text.includes('"match"') && ++turn % 40 === 0
      ? text.replace(/"price":"(\d)/, '"price":"9$1')
      : text;
  const changed = await simulatePairs({ ...QUICK, hours: 0.5, hasFaults: false, mangle });
  assert.ok(changed.altered >= 1, "a bar of a changed price");
  assert.ok(changed.findings.some((text) => /is not the venue's/.test(text)), "a changed trade");
});
