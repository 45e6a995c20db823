import assert from "node:assert/strict";
import { withTempFolder } from "../support/temp_folder.ts";
import { assertWhole, tradeRestarts } from "./support/trade_restarts.ts";

Deno.test("trades between a kill and the restart are fetched by id: each of the venue's is stored once", async () => {
  await withTempFolder(async (dir) => {
    const sum = await tradeRestarts({ dir, kills: 2, seed: 4 });
    assertWhole(sum);
    assert.ok(sum.truth > 100 && sum.trades === sum.truth, JSON.stringify(sum));
    assert.ok(sum.fetched > 0, JSON.stringify(sum));
    assert.match(sum.unnumbered.join(), /the venue numbers none that could be asked for/);
  });
});
