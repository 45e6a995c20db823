import assert from "node:assert/strict";
import { simulatePairs } from "./pair_world.ts";

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
