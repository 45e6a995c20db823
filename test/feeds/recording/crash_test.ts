import assert from "node:assert/strict";
import { withTempFolder } from "../../support/temp_folder.ts";
import { crashes } from "./crash.ts";

Deno.test("A recording process killed at 20 instants leaves a beginning of what it wrote each time", async () => {
  await withTempFolder(async (dir) => {
    const { crashes: count, rows, corrupt, missing } = await crashes(20, { dir, jobs: 4, seed: 5 });
    assert.deepEqual({ count, corrupt, missing }, { count: 20, corrupt: 0, missing: 0 });
    // How many a machine writes before it is killed is its own affair.
    assert.ok(rows > 20, `${rows} rows were read back`);
  });
});
