import assert from "node:assert/strict";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { USUAL } from "./mode.ts";
import { simulate } from "./world.ts";

Deno.test("a listener that throws or rejects on every event changes nothing of six venue hours under faults", async () => {
  const world = { seed: 3, mode: USUAL, hours: 6 };
  let called = 0;
  const listener = (event: MarketEvent) => {
    called++;
    if (event.kind === "bar") return Promise.reject(new Error("rejected"));
    throw new Error(`no ${event.kind}`);
  };
  const undisturbed = await simulate(world);
  const disturbed = await simulate({ ...world, listener });
  assert.ok(called > 10_000, `the listener was called ${called} times`);
  assert.deepEqual(disturbed.verdict.findings, []);
  assert.equal(disturbed.hash, undisturbed.hash, "same events at the same times, same minutes");
  assert.deepEqual(disturbed.coverage, undisturbed.coverage);
});
