import assert from "node:assert/strict";
import { sourceBadge } from "../../lib/charts/labels.ts";

Deno.test("sourceBadge names each source", () => {
  const badges = (["simulated", "live", "delayed", "replay"] as const).map(sourceBadge);
  assert.deepEqual(badges, ["SIMULATED", "LIVE", "DELAYED 15 min", "REPLAY"]);
});
